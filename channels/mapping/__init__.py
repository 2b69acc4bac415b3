"""What a file's columns mean: fields, guesses, options, and how each value is read. Pure: no database."""
