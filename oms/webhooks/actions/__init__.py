"""What can be done with endpoints and their messages."""
