"""Facts told to integrators: signed, numbered, retried, logged."""
