"""Files of items and of stock: what they can tell, how a row is read, and what a row changes. Pure."""
