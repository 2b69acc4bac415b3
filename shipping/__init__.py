"""Carriers, shipments, labels, tracking."""
