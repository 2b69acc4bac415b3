"""Every page a merchant sees."""
