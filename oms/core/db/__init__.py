"""Tables that belong to a tenant: keys, protection, set-based writing."""
