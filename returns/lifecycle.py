"""A return's own state machine: one table, (state, verb) → state."""

from oms.core.errors import NotAllowed

REQUESTED, APPROVED, IN_TRANSIT, RECEIVED = "requested", "approved", "in_transit", "received"
INSPECTED, CLOSED, DECLINED, CANCELLED = "inspected", "closed", "declined", "cancelled"
STATES = (REQUESTED, APPROVED, IN_TRANSIT, RECEIVED, INSPECTED, CLOSED, DECLINED, CANCELLED)
# Goods of these are spoken for: nobody can ask to return them again.
OPEN = (REQUESTED, APPROVED, IN_TRANSIT, RECEIVED, INSPECTED)

_TABLE: dict[tuple[str, str], str] = {
    (REQUESTED, "approve"): APPROVED,
    (REQUESTED, "decline"): DECLINED,
    **{(state, "cancel"): CANCELLED for state in (REQUESTED, APPROVED, IN_TRANSIT)},
    (APPROVED, "send"): IN_TRANSIT,
    (IN_TRANSIT, "send"): IN_TRANSIT,
    **{(state, "receive"): RECEIVED for state in (APPROVED, IN_TRANSIT, RECEIVED, INSPECTED)},
    (RECEIVED, "inspect"): RECEIVED,
    (RECEIVED, "finish"): INSPECTED,
    (INSPECTED, "finish"): INSPECTED,
    (INSPECTED, "close"): CLOSED,
}

_WORDS = {
    "approve": "approve it", "decline": "decline it", "cancel": "cancel it", "send": "say that it was sent",
    "receive": "receive goods for it", "inspect": "inspect goods of it", "finish": "finish it", "close": "close it",
}  # fmt: skip
_STATES = {
    REQUESTED: "waiting for approval", APPROVED: "approved and not here yet", IN_TRANSIT: "on its way",
    RECEIVED: "being inspected", INSPECTED: "inspected", CLOSED: "closed", DECLINED: "declined",
    CANCELLED: "canceled",
}  # fmt: skip


def is_allowed(state: str, verb: str) -> bool:
    return (state, verb) in _TABLE


def next_state(state: str, verb: str) -> str:
    """The state after ``verb``; raises `NotAllowed` naming both when there is no such transition."""
    if (state, verb) not in _TABLE:
        raise not_allowed(state, verb)
    return _TABLE[state, verb]


def not_allowed(state: str, verb: str) -> NotAllowed:
    """Why not, in one sentence."""
    words = f"This return is {_STATES.get(state, state)}, so you cannot {_WORDS.get(verb, verb)}. Nothing was changed."
    return NotAllowed(state, verb, words)
