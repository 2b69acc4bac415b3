"""Goods that come back."""
