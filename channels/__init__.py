"""Where orders come in: files and their mapping."""
