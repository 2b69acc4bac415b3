"""What fulfillment has decided."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from oms.core.events import Fact
from orders.events import OrderFact


@dataclass(frozen=True)
class OrderAllocated(OrderFact):
    """Units of the order have a location; ``state`` is ``allocated`` or ``part_allocated``."""

    name: ClassVar[str] = "order.allocated"

    decision_id: UUID
    state: str


@dataclass(frozen=True)
class OrderBackordered(OrderFact):
    """Units of the order wait for stock; ``lines`` are the ids of their lines as text."""

    name: ClassVar[str] = "order.backordered"

    decision_id: UUID
    units: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class PromiseWorsened(OrderFact):
    """Scarce stock was shared out anew, and ``units`` that were held for this order went to others."""

    name: ClassVar[str] = "order.promise_worsened"

    units: int


@dataclass(frozen=True)
class MoreWaiting(Fact):
    """Stock of this item went to as many waiting lines as one batch takes, and more are waiting."""

    name: ClassVar[str] = "backorders.more_waiting"
    aggregate: ClassVar[str] = "item"
    key: ClassVar[str] = "item_id"

    item_id: UUID


@dataclass(frozen=True)
class FloorFact(Fact):
    """Everything here is about one location's work on one order."""

    aggregate: ClassVar[str] = "fulfillment_order"
    key: ClassVar[str] = "fulfillment_order_id"

    fulfillment_order_id: UUID
    order_id: UUID
    location_id: UUID


@dataclass(frozen=True)
class FulfillmentReleased(FloorFact):
    """The location may begin."""

    name: ClassVar[str] = "fulfillment.released"

    number: int
    units: int


@dataclass(frozen=True)
class FulfillmentStarted(FloorFact):
    name: ClassVar[str] = "fulfillment.started"

    picker: str


@dataclass(frozen=True)
class FulfillmentShort(FloorFact):
    """Units were not where the book has them; ``outcome`` is elsewhere, part_elsewhere or waits."""

    name: ClassVar[str] = "fulfillment.short"

    item_id: UUID
    wanted: int
    found: int
    reason: str
    outcome: str


@dataclass(frozen=True)
class ScanRefused(FloorFact):
    """A wrong item or one too many was caught before it left."""

    name: ClassVar[str] = "fulfillment.scan_refused"

    stage: str
    verdict: str


@dataclass(frozen=True)
class FulfillmentPicked(FloorFact):
    name: ClassVar[str] = "fulfillment.picked"

    units: int


@dataclass(frozen=True)
class FulfillmentPacked(FloorFact):
    """``verified``: every unit was scanned into its box."""

    name: ClassVar[str] = "fulfillment.packed"

    parcels: int
    verified: bool


@dataclass(frozen=True)
class FulfillmentDispatched(FloorFact):
    """Parcels have left; ``parcel_ids`` as text, ``complete`` when nothing of this work is left here."""

    name: ClassVar[str] = "fulfillment.dispatched"

    parcel_ids: tuple[str, ...]
    units: int
    complete: bool


@dataclass(frozen=True)
class FulfillmentStopped(FloorFact):
    """The work ended before it left: what was picked goes back to the shelf."""

    name: ClassVar[str] = "fulfillment.stopped"

    reason: str
    put_back: int


@dataclass(frozen=True)
class CancelAnswered(FloorFact):
    """The location answered a request to cancel."""

    name: ClassVar[str] = "fulfillment.cancel_answered"

    accepted: bool
    reason: str
