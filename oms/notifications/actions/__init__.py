"""Write what customers are to be told, and send it."""
