"""Which entries of the ledger may be taken back by another. Pure."""

# What has a way back of its own: an entry alone would leave the other half standing.
OWN_UNDO = {
    "parcel": "It belongs to a parcel. What came back from a customer is booked by a return.",
    "return": "It belongs to a return. Put it right on that return.",
    "transfer": "It belongs to a transfer. Put the difference right on that transfer.",
    "outside": "Somebody else told it. Let them tell what takes it back, or count the shelf.",
    "supplier_return": "It belongs to goods sent back to a supplier. Cancel that return.",
    "assembly": "It belongs to an assembly order. Take apart what was assembled by an order of its own.",
    "purchase_order": "It belongs to a purchase order. Correct what was received on that order.",
    "lot_named": "It says which lot units are of. Say it anew on the lot's page.",
    "lot_tracking": "It belongs to an item that is no longer tracked by lot.",
    "lot_blocked": "It belongs to a blocked lot. Release the lot, and put its units back on sale.",
    "lot_expired": "It belongs to a lot past its date. Put the lot's date right, and its units back on sale.",
}
AGAIN = "It takes back another entry itself. Book what really happened as a new entry."


def why_not(cause_kind: str) -> str:
    """Why an entry with this cause cannot be taken back by itself; empty when it can."""
    return AGAIN if cause_kind == "reversal" else OWN_UNDO.get(cause_kind, "")
