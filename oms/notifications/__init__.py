"""What customers are told, by mail."""
