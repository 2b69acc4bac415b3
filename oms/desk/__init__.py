"""What needs several rooms at once: allowed actions, next step, the API resource of an order. No tables, no rules."""
