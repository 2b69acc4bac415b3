"""Suppliers' bills: what they ask, against what was ordered and what came. Pure."""
