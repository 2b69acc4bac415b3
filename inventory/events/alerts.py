"""What is wrong with stock, and what is known of it from outside."""

from dataclasses import dataclass
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class StockRanOut(Fact):
    """The last unit that an order could take was promised."""

    name = "stock.ran_out"
    aggregate = "item"
    key = "item_id"

    item_id: UUID


@dataclass(frozen=True)
class StockAlertRaised(Fact):
    """Something is wrong with an item's stock (``kind``); said once, until it changes.

    ``available`` is what it is about: units left, or those that expire, wait for stock, or do not sell.
    """

    name = "stock.alert_raised"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    kind: str
    available: int


@dataclass(frozen=True)
class StockAlertEnded(Fact):
    """What was said to be wrong is so no more."""

    name = "stock.alert_ended"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    kind: str
    available: int


@dataclass(frozen=True)
class StockLevelChanged(Fact):
    """An item's stock moved: what is so now, told once for many moves in a few seconds.

    ``available`` is what a new order may take, over all locations and (``locations``: id → units) at each.
    """

    name = "stock.level_changed"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    sku: str
    available: int
    on_hand: int
    reserved: int
    locations: dict[str, int]
