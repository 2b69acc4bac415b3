"""Keep the figures, and make them anew."""
