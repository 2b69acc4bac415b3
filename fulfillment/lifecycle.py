"""A fulfillment order's own state machine: one table, (state, verb) → state. Pure."""

from oms.core.errors import NotAllowed

RELEASED, PICKING, PICKED, PACKING, PACKED, DISPATCHED, STOPPED = (
    "released", "picking", "picked", "packing", "packed", "dispatched", "stopped",
)  # fmt: skip
STARTED = (PICKING, PICKED, PACKING, PACKED)
OPEN = (RELEASED, *STARTED)

_TABLE: dict[tuple[str, str], str] = {
    (RELEASED, "start"): PICKING,
    (RELEASED, "stop"): STOPPED,
    (PICKING, "start"): PICKING,
    (PICKING, "pick"): PICKING,
    (PICKING, "short"): PICKING,
    (PICKING, "finish"): PICKED,
    (PICKING, "find_nothing"): STOPPED,
    (PICKING, "undo"): PICKING,
    (PICKED, "undo"): PICKING,
    (PICKED, "check"): PACKING,
    (PICKED, "pack"): PACKED,
    (PACKING, "check"): PACKING,
    (PACKING, "undo"): PACKING,
    (PACKING, "pack"): PACKED,
    (PACKED, "unpack"): PICKED,
    (PACKED, "label"): PACKED,
    (PACKED, "dispatch"): DISPATCHED,
    **{(state, "ask_stop"): state for state in STARTED},
    **{(state, "accept_stop"): STOPPED for state in STARTED},
    **{(state, "decline_stop"): state for state in STARTED},
}
_STATES = {
    RELEASED: "not being picked yet", PICKING: "being picked", PICKED: "picked", PACKING: "being packed",
    PACKED: "packed", DISPATCHED: "gone", STOPPED: "stopped",
}  # fmt: skip
_WORDS = {
    "start": "start picking it", "pick": "pick for it", "short": "report a short pick", "undo": "undo a scan",
    "check": "scan for packing", "pack": "pack it", "unpack": "unpack it", "label": "buy its labels",
    "dispatch": "hand it over", "stop": "stop it", "accept_stop": "stop it", "decline_stop": "go on with it",
    "ask_stop": "ask to stop it",
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
    return f"This work is {_STATES[state]}, so you cannot {_WORDS.get(verb, verb)}."
