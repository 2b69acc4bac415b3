"""State machines of transfers and purchase orders: one table each, (state, verb) → state."""

from collections.abc import Mapping
from dataclasses import dataclass

from oms.core.errors import NotAllowed

DRAFT, SENT, ACKNOWLEDGED, PART_RECEIVED = "draft", "sent", "acknowledged", "part_received"
RECEIVED, CLOSED, CANCELLED = "received", "closed", "cancelled"
STATES = (DRAFT, SENT, ACKNOWLEDGED, PART_RECEIVED, RECEIVED, CLOSED, CANCELLED)
# Goods of these are on their way. Only a supplier acknowledges.
UNDERWAY = (SENT, ACKNOWLEDGED, PART_RECEIVED)

# A delivery that a supplier announced.
ANNOUNCED, ARRIVED, WITHDRAWN = "announced", "arrived", "withdrawn"
NOTICE_STATES = (ANNOUNCED, ARRIVED, WITHDRAWN)

_STATE_WORDS = {
    DRAFT: "still a draft", SENT: "on its way", ACKNOWLEDGED: "acknowledged", PART_RECEIVED: "partly received",
    RECEIVED: "received", CLOSED: "closed", CANCELLED: "canceled",
    "waits": "waiting for approval", "disputed": "disputed", "posted": "posted", "withdrawn": "withdrawn",
    "awaited": "waiting for its credit note", "credited": "credited", "never_billed": "one they never billed",
    "written_off": "written off",
}  # fmt: skip
_VERB_WORDS = {
    "edit": "change it", "send": "send it", "acknowledge": "write down what the supplier says", "close": "close it",
    "announce": "announce a delivery of it", "receive": "receive goods of it", "finish": "receive goods of it",
    "cancel": "cancel it",
    "approve": "approve it", "match": "match it again", "dispute": "dispute it", "withdraw": "withdraw it",
    "chase": "ask for its credit note", "credit": "credit it", "never_billed": "say that it was never billed",
    "written_off": "write it off",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machine:
    """``noun`` is what a sentence calls the document."""

    noun: str
    table: Mapping[tuple[str, str], str]

    def is_allowed(self, state: str, verb: str) -> bool:
        return (state, verb) in self.table

    def next_state(self, state: str, verb: str) -> str:
        """The state after ``verb``; raises `NotAllowed` naming both when there is no such transition."""
        if (state, verb) not in self.table:
            raise NotAllowed(state, verb, self.why_not(state, verb))
        return self.table[state, verb]

    def why_not(self, state: str, verb: str) -> str:
        """In one sentence."""
        return f"This {self.noun} is {_STATE_WORDS[state]}, so you cannot {_VERB_WORDS[verb]}. Nothing was changed."


# "finish" is the receipt after which nothing more is awaited.
_RECEIVING = {
    **{(state, "receive"): PART_RECEIVED for state in UNDERWAY},
    **{(state, "finish"): RECEIVED for state in (*UNDERWAY, RECEIVED)},
}
_COMMON = {(DRAFT, "edit"): DRAFT, (DRAFT, "send"): SENT, (DRAFT, "cancel"): CANCELLED, **_RECEIVING}

# What was sent is on a lorry: it can be closed with what became of it, not cancelled.
TRANSFER = Machine("transfer", {**_COMMON, **{(state, "close"): CLOSED for state in (*UNDERWAY, RECEIVED)}})
PURCHASE_ORDER = Machine(
    "purchase order",
    {
        **_COMMON,
        (SENT, "acknowledge"): ACKNOWLEDGED,
        **{(state, "acknowledge"): state for state in (ACKNOWLEDGED, PART_RECEIVED)},
        **{(state, "announce"): state for state in UNDERWAY},
        **{(state, "cancel"): CANCELLED for state in (SENT, ACKNOWLEDGED)},
        **{(state, "close"): CLOSED for state in (PART_RECEIVED, RECEIVED)},
    },
)
