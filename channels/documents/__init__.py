"""What a file's rows are together: orders, credits, notes; and what becomes of each. Pure: no database."""
