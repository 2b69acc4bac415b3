"""What became of counts, transfers, purchase orders and assembly orders."""

from dataclasses import dataclass
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class CountFinished(Fact):
    """What a count found over the lines that were counted, ``exact`` of them as in the book.

    ``units_counted`` lay there or should have, ``units_off`` of them were missing or too many.
    """

    name = "stock.count_finished"
    aggregate = "stock_count"
    key = "count_id"

    count_id: UUID
    location_id: UUID
    lines: int
    exact: int
    units_counted: int
    units_off: int


@dataclass(frozen=True)
class TransferSent(Fact):
    """Goods left one location for another."""

    name = "transfer.sent"
    aggregate = "transfer"
    key = "transfer_id"

    transfer_id: UUID
    number: int
    origin_id: UUID
    destination_id: UUID
    units: int


@dataclass(frozen=True)
class TransferReceived(Fact):
    """A delivery of a transfer was booked; ``unexplained`` units are more than were sent."""

    name = "transfer.received"
    aggregate = "transfer"
    key = "transfer_id"

    transfer_id: UUID
    number: int
    location_id: UUID
    units: int
    unexplained: int
    complete: bool


@dataclass(frozen=True)
class TransferClosed(Fact):
    """Nothing of it is awaited any more; ``lost`` units never arrived, ``stayed`` never left."""

    name = "transfer.closed"
    aggregate = "transfer"
    key = "transfer_id"

    transfer_id: UUID
    number: int
    lost: int
    stayed: int


@dataclass(frozen=True)
class PurchaseOrderSent(Fact):
    """We ordered from a supplier."""

    name = "purchase_order.sent"
    aggregate = "purchase_order"
    key = "purchase_order_id"

    purchase_order_id: UUID
    number: int
    supplier_id: UUID
    location_id: UUID


@dataclass(frozen=True)
class PurchaseOrderAcknowledged(Fact):
    """The supplier said when it comes; ``short`` units will not."""

    name = "purchase_order.acknowledged"
    aggregate = "purchase_order"
    key = "purchase_order_id"

    purchase_order_id: UUID
    number: int
    expected_on: str
    short: int


@dataclass(frozen=True)
class DeliveryAnnounced(Fact):
    """The supplier announced a delivery by their number of it."""

    name = "purchase_order.delivery_announced"
    aggregate = "purchase_order"
    key = "purchase_order_id"

    purchase_order_id: UUID
    number: int
    reference: str
    expected_on: str
    units: int


@dataclass(frozen=True)
class PurchaseOrderReceived(Fact):
    """A delivery of a purchase order was booked; ``complete`` when nothing more is awaited."""

    name = "purchase_order.received"
    aggregate = "purchase_order"
    key = "purchase_order_id"

    purchase_order_id: UUID
    number: int
    location_id: UUID
    units: int
    complete: bool


@dataclass(frozen=True)
class PurchaseOrderClosed(Fact):
    """Nothing more is expected of it; ``short`` units never came."""

    name = "purchase_order.closed"
    aggregate = "purchase_order"
    key = "purchase_order_id"

    purchase_order_id: UUID
    number: int
    short: int


@dataclass(frozen=True)
class AssemblyFinished(Fact):
    """``units`` of an item were assembled, or taken apart (``kind``)."""

    name = "assembly.finished"
    aggregate = "assembly"
    key = "assembly_id"

    assembly_id: UUID
    number: int
    kind: str
    item_id: UUID
    location_id: UUID
    units: int
