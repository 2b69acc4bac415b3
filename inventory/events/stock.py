"""What happened to stock."""

from dataclasses import dataclass
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class StockRose(Fact):
    """More can be reserved at this location; ``why``: received, given_back, expired, adjusted or restored."""

    name = "stock.rose"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    location_id: UUID
    quantity: int
    why: str


@dataclass(frozen=True)
class StockReceived(Fact):
    name = "stock.received"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    location_id: UUID
    state: str
    quantity: int
    from_account: str


@dataclass(frozen=True)
class StockAdjusted(Fact):
    """``unexplained`` units were missing from the book before this change and call for a count."""

    name = "stock.adjusted"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    location_id: UUID
    state: str
    change: int
    on_hand: int
    reason: str
    unexplained: int = 0


@dataclass(frozen=True)
class StockStateChanged(Fact):
    """Units moved between sellable and unsellable at one location."""

    name = "stock.state_changed"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    location_id: UUID
    from_state: str
    to_state: str
    quantity: int


@dataclass(frozen=True)
class ReservationLost(Fact):
    """The shelf no longer covers what this demand held; it needs another place."""

    name = "reservation.lost"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    location_id: UUID
    demand_kind: str
    demand_id: UUID
    quantity: int


@dataclass(frozen=True)
class CountWanted(Fact):
    """Something happened that only a count can explain; ``why``: unexplained or short_pick."""

    name = "stock.count_wanted"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    location_id: UUID
    why: str
    units: int


@dataclass(frozen=True)
class StockLeft(Fact):
    """Units had left a shelf already when we were told: ``what`` is sold, shipped or lost."""

    name = "stock.left"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    location_id: UUID
    units: int
    what: str
