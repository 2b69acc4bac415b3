"""Tables as people send and want them: read row by row whatever they came as, written so that they are safe to open."""
