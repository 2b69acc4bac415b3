"""How sales channels are connected, and what came in from them."""
