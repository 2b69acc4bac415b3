"""What kits, and goods that are assembled, are made of."""
