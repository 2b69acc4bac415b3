"""Conducts an order's goods: which location ships what, and why."""
