"""What can be done to a company's people, keys and channels."""
