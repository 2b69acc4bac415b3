"""What can be done with an order file, and the chunks of its jobs."""
