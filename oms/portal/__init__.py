"""The pages a customer sees: where is it, cancel it, send it back."""
