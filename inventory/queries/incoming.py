"""What is on its way: open purchase orders and transfers, by the day they are expected."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inventory.queries.kits import kits_among
from inventory.queries.lookup import shipping_location_ids
from inventory.queries.stock import available_by_item, units_at
from inventory.replenishing.lifecycle import UNDERWAY
from inventory.replenishing.promising import Arriving, Promise, promise
from inventory.stock.kits import Kit, arriving_kits, made_up
from oms.core.db.reading import read_rows
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class Incoming:
    """Units of an item that are still awaited of one document; ``kind`` is purchase_order or transfer."""

    item_id: UUID
    location_id: UUID
    location_name: str
    kind: str
    number: int
    units: int
    expected_on: date | None

    @property
    def late(self) -> bool:
        return self.expected_on is not None and self.expected_on < unit().now.date()


@dataclass(frozen=True)
class Atp:
    """An answer with what it stands on."""

    item_id: UUID
    promise: Promise
    available: int
    incoming: list[Incoming]


_INCOMING = """
SELECT w.item_id, w.location_id, l.name, w.kind, w.number, w.units, w.expected_on FROM (
  SELECT p.item_id, o.location_id, 'purchase_order' AS kind, o.number, p.quantity - p.received AS units, o.expected_on
  FROM inventory_purchaseorder o
  JOIN inventory_purchaseorderline p ON p.purchase_order_id = o.id AND p.tenant_id = o.tenant_id
  WHERE o.tenant_id = %(tenant)s AND o.state = ANY(%(underway)s) AND p.quantity > p.received
    AND (%(every)s OR p.item_id = ANY(%(items)s))
  UNION ALL
  SELECT p.item_id, t.destination_id, 'transfer', t.number, p.sent - p.received - p.lost - p.stayed, t.expected_on
  FROM inventory_transfer t
  JOIN inventory_transferline p ON p.transfer_id = t.id AND p.tenant_id = t.tenant_id
  WHERE t.tenant_id = %(tenant)s AND t.state = ANY(%(underway)s) AND p.sent > p.received + p.lost + p.stayed
    AND (%(every)s OR p.item_id = ANY(%(items)s))
) w JOIN inventory_location l ON l.id = w.location_id AND l.tenant_id = %(tenant)s
WHERE %(unlimited)s OR w.location_id = ANY(%(locations)s)
ORDER BY w.expected_on NULLS LAST, w.number
"""


def incoming(*, item_ids: Collection[UUID] | None = None) -> list[Incoming]:
    """Of these items (None: of all), to the locations the actor may see, the first to arrive first; one statement."""
    limited_to = unit().actor.locations
    given = {
        "tenant": unit().tenant_id, "underway": list(UNDERWAY), "every": item_ids is None,
        "items": list(item_ids or ()), "unlimited": limited_to is None, "locations": list(limited_to or ()),
    }  # fmt: skip
    return [Incoming(*row) for row in read_rows(_INCOMING, given)]


def atp(*, item_id: UUID, quantity: int, by: date, location_id: UUID | None = None) -> Atp:
    """Can so many be promised by then, at one location or at all that ship?

    Available is what an order may take now; of what is on its way, what is expected until ``by`` counts. Of a
    kit that is what its components, and those on their way, make up.
    """
    places = {location_id} if location_id else set(shipping_location_ids())
    # What lies on one shelf is a kit of one unit of itself.
    kit = kits_among([item_id]).get(item_id, Kit(item_id, {item_id: 1}))
    at = {
        leaf: {place: units for place, units in shelf.items() if place in places}
        for leaf, shelf in units_at(available_by_item(kit.leaves)).items()
    }
    coming = [each for each in incoming(item_ids=kit.leaves) if each.location_id in places]
    today, available = unit().now.date(), made_up(kit, at)
    expected = [
        (each.expected_on, each.item_id, each.location_id, each.units)
        for each in coming
        if each.expected_on is not None and each.expected_on >= today
    ]
    arriving = [Arriving(on, units) for on, units in arriving_kits(kit, at, expected)]
    found = promise(available=available, arriving=arriving, quantity=quantity, by=by, today=today)
    return Atp(item_id, found, available, coming)
