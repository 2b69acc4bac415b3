"""The one sentence about what happens next with an order, as the list, the page and the API show it."""

from collections.abc import Sequence

CHECKING = "Being checked"
CLEARED = "Waiting to be allocated"
PLACE = "Finish and place it"

HOLD_WORDS = {
    "address": "the address", "payment": "the payment", "risk": "a risk of fraud", "unknown_sku": "an unknown SKU",
    "stock": "a decision about stock", "edit_window": "the time to change one’s mind", "manual": "a colleague",
    "customer": "the customer", "verification": "a verification",
}  # fmt: skip


def held(kinds: Sequence[str]) -> str:
    """What the order waits for, each kind of hold once."""
    words = list(dict.fromkeys(HOLD_WORDS.get(kind, kind) for kind in kinds))
    listed = words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
    return f"On hold because of {listed}"


def cancelled(reason: str) -> str:
    return f"Canceled: {reason}" if reason else "Canceled"
