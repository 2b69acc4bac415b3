"""The kernel: tenancy, units of work, facts, jobs, audit, money, errors, the API's grammar. Knows no app above it."""
