"""Assembly orders: their states, and what assembling so many takes and makes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.stock.values import OpenReservation, Shortage
from oms.core.errors import NotAllowed

PLANNED, DONE, CANCELLED = STATES = ("planned", "done", "cancelled")
ASSEMBLE, TAKE_APART = KINDS = ("assemble", "take_apart")
# More of one item in one order is a typing mistake.
QUANTITY_MAX = 1_000_000

# "complete" is the finish after which nothing is left, "close" ends an order of which some are done.
_TABLE = {
    (PLANNED, "finish"): PLANNED, (PLANNED, "complete"): DONE, (PLANNED, "close"): DONE, (PLANNED, "cancel"): CANCELLED,
}  # fmt: skip
_STATES = {PLANNED: "planned", DONE: "done", CANCELLED: "canceled"}
_VERBS = {"finish": "finish any of it", "complete": "finish any of it", "close": "end it", "cancel": "cancel it"}


@dataclass(frozen=True, slots=True)
class Part:
    """``per_unit`` units of an item in one; ``demand_id`` holds them, where they are taken."""

    demand_id: UUID
    item_id: UUID
    per_unit: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Units that leave a shelf, ``reserved`` of them held for the order before."""

    item_id: UUID
    units: int
    reserved: int


@dataclass(frozen=True)
class Taking:
    """``ends``: reservation → units that are committed. With ``shortages`` nothing may be taken."""

    taken: tuple[Taken, ...]
    ends: Mapping[UUID, int]
    shortages: tuple[Shortage, ...]


def is_allowed(state: str, verb: str) -> bool:
    return (state, verb) in _TABLE


def why_not(state: str, verb: str) -> str:
    return f"This assembly order is {_STATES[state]}, so you cannot {_VERBS[verb]}. Nothing was changed."


def next_state(state: str, verb: str) -> str:
    """Raises `NotAllowed` naming both."""
    if not is_allowed(state, verb):
        raise NotAllowed(state, verb, why_not(state, verb))
    return _TABLE[state, verb]


def take(parts: Sequence[Part], count: int, *, held: Sequence[OpenReservation], free: Mapping[UUID, int]) -> Taking:
    """For ``count``: first what is held for the order, then what is ``free`` on the shelf (a promise can be lost)."""
    taken, ends, shortages = [], {}, []
    for part in parts:
        wanted = left = part.per_unit * count
        for each in held:
            units = min(left, each.open) if each.demand_id == part.demand_id else 0
            if units:
                ends[each.id] = units
                left -= units
        if left > free.get(part.item_id, 0):
            available = wanted - left + free.get(part.item_id, 0)
            shortages.append(Shortage(part.demand_id, part.item_id, wanted, available))
        taken.append(Taken(part.item_id, wanted, wanted - left))
    return Taking(tuple(taken), ends, tuple(shortages))
