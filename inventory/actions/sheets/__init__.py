"""Files of items and of stock: taken in, checked, applied, and written."""
