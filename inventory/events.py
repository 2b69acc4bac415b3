"""What happens to items, locations and stock."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class ItemCreated(Fact):
    name = "item.created"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    sku: str


@dataclass(frozen=True)
class ItemChanged(Fact):
    """``fields`` are the names of what changed."""

    name = "item.changed"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class LocationChanged(Fact):
    """A location was created or changed; ``fields`` are the names of what changed."""

    name = "location.changed"
    aggregate = "location"
    key = "location_id"

    location_id: UUID
    fields: tuple[str, ...]


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
class OfferRuleChanged(Fact):
    """A sell buffer or a channel's share was set or lifted; null is every item, or every channel."""

    name = "offer_rule.changed"
    aggregate = "offer_rule"
    key = "rule_id"

    rule_id: UUID
    item_id: UUID | None
    channel_id: UUID | None


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


@dataclass(frozen=True)
class LotTakenOffSale(Fact):
    """Units of a lot went from sale to quarantine; ``why``: lot_expired or lot_blocked."""

    name = "lot.taken_off_sale"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    lot_id: UUID
    code: str
    location_id: UUID
    quantity: int
    why: str


@dataclass(frozen=True)
class LotExpiring(Fact):
    """A lot of which there are units expires soon; said once."""

    name = "lot.expiring"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    lot_id: UUID
    code: str
    expires_on: date
    units: int


@dataclass(frozen=True)
class LotsRecalled(Fact):
    """Lots, or units by their serial numbers, were called back: they are blocked wherever they lie."""

    name = "lots.recalled"
    aggregate = "recall"
    key = "recall_id"

    recall_id: UUID
    number: int
    lot_ids: tuple[str, ...]
    serial_ids: tuple[str, ...] = ()


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
