"""A count's own state machine: one table, (state, verb) → state. Pure."""

from oms.core.errors import NotAllowed

DRAFT, OPEN, COUNTED, WAITING, FINISHED, CANCELLED = STATES = (
    "draft", "open", "counted", "waiting", "finished", "cancelled",
)  # fmt: skip
GOING = (DRAFT, OPEN, COUNTED, WAITING)

_TABLE: dict[tuple[str, str], str] = {
    (DRAFT, "record"): OPEN,
    (OPEN, "record"): OPEN,
    (COUNTED, "record"): OPEN,
    (OPEN, "complete"): COUNTED,
    (OPEN, "recount"): OPEN,
    (COUNTED, "recount"): OPEN,
    (OPEN, "ask"): WAITING,
    (COUNTED, "ask"): WAITING,
    (OPEN, "finish"): FINISHED,
    (COUNTED, "finish"): FINISHED,
    (WAITING, "approve"): FINISHED,
    (WAITING, "decline"): OPEN,
    (DRAFT, "cancel"): CANCELLED,
    (OPEN, "cancel"): CANCELLED,
    (COUNTED, "cancel"): CANCELLED,
}
_STATES = {
    DRAFT: "not begun yet", OPEN: "being counted", COUNTED: "counted", WAITING: "waiting for approval",
    FINISHED: "finished", CANCELLED: "canceled",
}  # fmt: skip
_WORDS = {
    "record": "enter anything", "finish": "finish it", "cancel": "cancel it", "approve": "approve it",
    "decline": "decline it",
}  # fmt: skip


def is_allowed(state: str, verb: str) -> bool:
    return (state, verb) in _TABLE


def next_state(state: str, verb: str) -> str:
    """The state after ``verb``; raises `NotAllowed` naming both when there is no such transition."""
    if (state, verb) not in _TABLE:
        raise NotAllowed(state, verb, f"{refusal(state, verb)} Nothing was changed.")
    return _TABLE[state, verb]


def refusal(state: str, verb: str) -> str:
    """Why not, in one sentence."""
    return f"This count is {_STATES[state]}, so you cannot {_WORDS.get(verb, verb)}."
