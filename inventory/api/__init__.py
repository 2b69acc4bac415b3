"""The API's door to items, locations and stock."""
