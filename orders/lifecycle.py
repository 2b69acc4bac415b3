"""An order's own state machine: one table, (state, verb) → state."""

from oms.core.errors import NotAllowed

DRAFT, CHECKING, OPEN, CANCELLED, CLOSED = "draft", "checking", "open", "cancelled", "closed"
CANCEL_REQUESTED = "cancel_requested"
LIVE = (CHECKING, OPEN)

_TABLE: dict[tuple[str, str], str] = {
    (DRAFT, "update"): DRAFT,
    (DRAFT, "place"): CHECKING,
    (DRAFT, "discard"): DRAFT,
    (CHECKING, "clear"): OPEN,
    (CHECKING, "hold"): CHECKING,
    (CHECKING, "lift"): CHECKING,
    (CHECKING, "edit"): CHECKING,
    (CHECKING, "match"): CHECKING,
    (CHECKING, "cancel_lines"): CHECKING,
    (CHECKING, "cancel"): CANCELLED,
    (OPEN, "clear"): OPEN,
    (OPEN, "hold"): OPEN,
    (OPEN, "lift"): OPEN,
    (OPEN, "edit"): OPEN,
    (OPEN, "match"): OPEN,
    (OPEN, "allocate"): OPEN,
    (OPEN, "release"): OPEN,
    (OPEN, "cancel_lines"): OPEN,
    (OPEN, "cancel"): CANCELLED,
    (OPEN, "ask_cancel"): CANCEL_REQUESTED,
    (OPEN, "close"): CLOSED,
    (CANCEL_REQUESTED, "hold"): CANCEL_REQUESTED,
    (CANCEL_REQUESTED, "lift"): CANCEL_REQUESTED,
    (CANCEL_REQUESTED, "keep"): OPEN,
    **{
        (state, verb): state
        for state in (CHECKING, OPEN, CANCEL_REQUESTED, CANCELLED, CLOSED)
        for verb in ("note", "pay", "refund", "return")
    },
}

_WORDS = {
    "update": "change it as a draft", "place": "place it", "discard": "discard it", "clear": "clear it",
    "hold": "put it on hold", "lift": "release its holds", "edit": "edit it", "match": "match its lines",
    "allocate": "allocate it",
    "cancel_lines": "cancel units of it", "cancel": "cancel it", "note": "write a note on it",
    "ask_cancel": "ask for its cancellation", "close": "close it", "keep": "keep it",
    "release": "release it to the floor", "pay": "write down a payment for it", "refund": "refund it",
    "return": "take it back",
}  # fmt: skip
_STATES = {
    DRAFT: "still a draft", CHECKING: "still being checked", OPEN: "open", CANCELLED: "canceled", CLOSED: "closed",
    CANCEL_REQUESTED: "waiting for the warehouse to agree to its cancellation",
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
    words = f"This order is {_STATES.get(state, state)}, so you cannot {_WORDS.get(verb, verb)}. Nothing was changed."
    return NotAllowed(state, verb, words)
