"""Orders: the list, one order and what may be done with it, new ones, imports, and what stopped."""
