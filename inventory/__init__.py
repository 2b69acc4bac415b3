"""Items, locations and stock: the only writer of balances."""
