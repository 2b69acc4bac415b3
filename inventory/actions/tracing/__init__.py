"""Lots: what an item is made of is told apart, kept off sale when it may not be sold, and called back."""

VERB = "stock.recall"
EXPIRED, BLOCKED = CAUSES = ("lot_expired", "lot_blocked")
