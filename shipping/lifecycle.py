"""A shipment's own state machine, (state, verb) → state, and where its carrier's scans take it.

Scans do not go through the table: a carrier reports what has happened already. The newest scan says where
a parcel is, by when it happened and not by when we heard of it, and one that ended the journey outweighs
every other; so the answer is the same in whatever order scans arrive.
"""

from dataclasses import dataclass
from datetime import datetime

from oms.core.errors import NotAllowed

DRAFT, LABELLED, HANDED_OVER, IN_TRANSIT, OUT_FOR_DELIVERY = (
    "draft", "labelled", "handed_over", "in_transit", "out_for_delivery",
)  # fmt: skip
DELIVERED, EXCEPTION, RETURNING, RETURNED, VOIDED = "delivered", "exception", "returning", "returned", "voided"
STATES = (
    DRAFT, LABELLED, HANDED_OVER, IN_TRANSIT, OUT_FOR_DELIVERY, DELIVERED, EXCEPTION, RETURNING, RETURNED, VOIDED,
)  # fmt: skip
ENDED = frozenset({DELIVERED, RETURNED})
# Under way: handed over, and not at the end of the journey.
MOVING = frozenset({HANDED_OVER, IN_TRANSIT, OUT_FOR_DELIVERY, EXCEPTION, RETURNING})

# What a carrier may report, and the state of a parcel after it. Of two at the same instant the later state wins.
CODES: dict[str, str] = {
    "picked_up": HANDED_OVER,
    "in_transit": IN_TRANSIT,
    "at_depot": IN_TRANSIT,
    "out_for_delivery": OUT_FOR_DELIVERY,
    "attempted": EXCEPTION,
    "exception": EXCEPTION,
    "returning": RETURNING,
    "delivered": DELIVERED,
    "returned": RETURNED,
}
_RANK = {state: rank for rank, state in enumerate(STATES)}

_TABLE: dict[tuple[str, str], str] = {
    (DRAFT, "request_label"): DRAFT,
    (DRAFT, "label"): LABELLED,
    (DRAFT, "void"): VOIDED,
    (LABELLED, "void"): VOIDED,
    (LABELLED, "hand_over"): HANDED_OVER,
    **{(state, "hand_over"): state for state in (*MOVING, *ENDED)},
}
_WORDS = {
    "request_label": "buy a label for it", "label": "label it", "void": "void its label",
    "hand_over": "hand it over",
}  # fmt: skip
_STATES = {
    DRAFT: "has no label yet", LABELLED: "has its label already", VOIDED: "is void",
    HANDED_OVER: "has been handed over", IN_TRANSIT: "is under way", OUT_FOR_DELIVERY: "is out for delivery",
    DELIVERED: "has been delivered", EXCEPTION: "is under way with a problem", RETURNING: "is on its way back",
    RETURNED: "has come back",
}  # fmt: skip
_REMEDIES = {
    (DRAFT, "hand_over"): "Buy its label first.",
    (VOIDED, "request_label"): "Make a new shipment instead.",
    (VOIDED, "hand_over"): "Take the old label off, and make a new shipment.",
}


@dataclass(frozen=True)
class Standing:
    """Where a shipment stands, and since when by its scans (None: none yet)."""

    state: str
    at: datetime | None = None


def next_state(state: str, verb: str) -> str:
    """The state after ``verb``; raises `NotAllowed` naming both when there is no such transition."""
    if (state, verb) not in _TABLE:
        remedy = _REMEDIES.get((state, verb), "Nothing was changed.")
        words = f"This shipment {_STATES[state]}, so you cannot {_WORDS[verb]}. {remedy}"
        raise NotAllowed(state, verb, words)
    return _TABLE[state, verb]


def after_scan(standing: Standing, code: str, occurred_at: datetime) -> Standing:
    """Where the shipment stands once this scan is known: it moves forward in time, or not at all."""
    if standing.state == VOIDED:
        return standing
    scanned = Standing(CODES[code], occurred_at)
    return scanned if standing.at is None or _weight(scanned) > _weight(standing) else standing


def _weight(standing: Standing) -> tuple[bool, datetime, int]:
    return standing.state in ENDED, standing.at, _RANK[standing.state]
