"""Which entries of the ledger may be taken back by another. Pure."""

# What has a way back of its own: an entry alone would leave the other half standing.
OWN_UNDO = {
    "parcel": "It belongs to a parcel. What came back from a customer is booked by a return.",
    "return": "It belongs to a return. Put it right on that return.",
    "transfer": "It belongs to a transfer. Put the difference right on that transfer.",
    "assembly": "It belongs to an assembly order. Take apart what was assembled by an order of its own.",
    "purchase_order": "It belongs to a purchase order. Correct what was received on that order.",
}
AGAIN = "It takes back another entry itself. Book what really happened as a new entry."


def why_not(cause_kind: str) -> str:
    """Why an entry with this cause cannot be taken back by itself; empty when it can."""
    return AGAIN if cause_kind == "reversal" else OWN_UNDO.get(cause_kind, "")
