"""The API's door to carriers, shipments and tracking."""
