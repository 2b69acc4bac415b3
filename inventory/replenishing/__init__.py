"""How stock is replenished: states of its documents, what a receipt comes to, what to order. Pure."""
