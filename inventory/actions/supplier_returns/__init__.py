"""Goods go back to a supplier; a credit note is awaited, asked for, and recorded."""

CAUSE = "supplier_return"
