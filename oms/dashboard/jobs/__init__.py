"""Pages of long work: what runs, what failed, and why."""
