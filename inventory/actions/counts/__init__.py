"""Counting the shelves while trading goes on: open, record, finish, cancel, and what calls for a count."""
