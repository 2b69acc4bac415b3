"""What can be done to items, locations and stock."""
