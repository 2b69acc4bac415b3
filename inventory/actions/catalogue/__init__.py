"""What items are called, packed as and grouped by; their pictures, and the merchant's own fields."""
