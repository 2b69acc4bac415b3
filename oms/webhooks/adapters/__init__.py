"""The one foreign client of this room."""
