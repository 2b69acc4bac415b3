"""How far an order is paid, from its sums. Pure."""

from decimal import Decimal


def payment_state(total: Decimal, captured: Decimal, back: Decimal, now: str = "unpaid") -> str:
    """``now`` is kept where nothing was captured: an authorisation is no money yet."""
    if not captured:
        return now
    if back:
        return "refunded" if back >= captured else "part_refunded"
    return "paid" if captured >= total else "part_paid"
