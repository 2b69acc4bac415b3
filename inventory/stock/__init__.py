"""Stock as plain values and pure rules: no ORM, no clock, no network."""
