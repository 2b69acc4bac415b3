"""Parcels under way."""
