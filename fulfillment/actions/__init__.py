"""What fulfillment can do: decide where orders are sent from, move them by hand, and serve those that wait."""
