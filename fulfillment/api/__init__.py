"""The API's door to fulfillment."""
