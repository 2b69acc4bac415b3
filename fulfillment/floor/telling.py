"""What the floor's work means for its order: the fulfillment state, and the next step in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from fulfillment import lifecycle
from fulfillment.progress import (
    ALLOCATED,
    BACKORDERED,
    NOT_ALLOCATED,
    PACKED,
    PART_ALLOCATED,
    PART_SHIPPED,
    PICKING,
    SHIPPED,
)
from fulfillment.sourcing.explanation import joined, units


@dataclass(frozen=True, slots=True)
class Share:
    """One location's part of an order. Work that is not released yet counts as released: it is to be picked."""

    place: str
    state: str
    units: int
    parcels: int = 0
    cancel_asked: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """An order's goods added up: ``held`` units have a place, ``waiting`` are ``(sku, units)`` without one."""

    to_ship: int
    shipped: int
    held: int
    shares: Sequence[Share]
    waiting: Sequence[tuple[str, int]] = ()


def state_of(standing: Standing) -> str:
    states = {share.state for share in standing.shares}
    if standing.shipped:
        return PART_SHIPPED if standing.to_ship else SHIPPED
    if states == {lifecycle.PACKED} and not standing.waiting:
        return PACKED
    if states & set(lifecycle.STARTED):
        return PICKING
    if standing.held:
        return ALLOCATED if standing.held >= standing.to_ship else PART_ALLOCATED
    return BACKORDERED if standing.waiting else NOT_ALLOCATED


def next_step_of(standing: Standing) -> str:
    """Who does what next, and what the rest waits for."""
    if standing.shipped and not standing.to_ship:
        return "On its way"
    steps = [_words(share) for share in standing.shares]
    if standing.waiting:
        count = sum(each for _, each in standing.waiting)
        named = joined([f"{each} × {sku}" for sku, each in standing.waiting])
        steps.append(f"{named} {'waits' if count == 1 else 'wait'} for stock")
    return "; ".join(steps) or "Nothing to ship"


def _words(share: Share) -> str:
    if share.cancel_asked:
        return f"{share.place} to answer the cancellation"
    if share.state == lifecycle.PACKED:
        return f"{share.place} to hand over {share.parcels} {'parcel' if share.parcels == 1 else 'parcels'}"
    doing = {lifecycle.RELEASED: "to pick", lifecycle.PICKING: "is picking"}.get(share.state, "to pack")
    return f"{share.place} {doing} {units(share.units)}"
