"""What can be done with shipments: quote, make, label, void, hand over, and follow them."""
