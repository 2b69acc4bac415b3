"""The floor: what is asked of it, how scans are judged, and what its work means for an order."""
