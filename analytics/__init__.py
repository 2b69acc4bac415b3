"""Figures projected from facts."""
