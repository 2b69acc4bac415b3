"""The API's door to orders: what needs several rooms at once."""
