"""What is on its way: open purchase orders and transfers, by the day they are expected."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from inventory.queries.kits import kits_among
from inventory.queries.lateness import punctuality_of
from inventory.queries.lookup import shipping_location_ids
from inventory.queries.stock import available_by_item, units_at
from inventory.replenishing.lateness import Punctuality
from inventory.replenishing.lifecycle import UNDERWAY
from inventory.replenishing.promising import Arriving, Promise, promise
from inventory.stock.kits import Kit, arriving_kits, made_up
from oms.core.db.reading import read_rows
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class Incoming:
    """Units of an item that are still awaited of one document; ``kind`` is purchase_order or transfer.

    ``likely_on`` is the day that can be relied on: later than expected where the supplier usually is.
    """

    item_id: UUID
    location_id: UUID
    location_name: str
    kind: str
    number: int
    units: int
    expected_on: date | None
    supplier_id: UUID | None = None
    likely_on: date | None = None

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
WITH ordered AS (
  SELECT o.id, o.supplier_id, p.item_id, o.location_id, o.number, coalesce(p.expected_on, o.expected_on) AS expected_on,
         coalesce(p.confirmed, p.quantity) - p.received AS units
  FROM inventory_purchaseorder o
  JOIN inventory_purchaseorderline p ON p.purchase_order_id = o.id AND p.tenant_id = o.tenant_id
  WHERE o.tenant_id = %(tenant)s AND o.state = ANY(%(underway)s) AND coalesce(p.confirmed, p.quantity) > p.received
    AND (%(every)s OR p.item_id = ANY(%(items)s))
), announced AS (
  SELECT o.id, o.supplier_id, o.item_id, o.location_id, o.number, n.expected_on, l.quantity AS units
  FROM ordered o
  JOIN inventory_deliverynotice n ON n.purchase_order_id = o.id AND n.tenant_id = %(tenant)s AND n.state = 'announced'
  JOIN inventory_deliverynoticeline l ON l.notice_id = n.id AND l.tenant_id = n.tenant_id AND l.item_id = o.item_id
), rest AS (
  SELECT o.id, o.supplier_id, o.item_id, o.location_id, o.number, o.expected_on,
         o.units - coalesce((SELECT sum(a.units) FROM announced a WHERE a.id = o.id AND a.item_id = o.item_id), 0)
           AS units
  FROM ordered o
)
SELECT w.item_id, w.location_id, l.name, w.kind, w.number, w.units::bigint, w.expected_on, w.supplier_id FROM (
  SELECT item_id, location_id, 'purchase_order' AS kind, number, units, expected_on, supplier_id FROM announced
  UNION ALL
  SELECT item_id, location_id, 'purchase_order', number, units, expected_on, supplier_id FROM rest WHERE units > 0
  UNION ALL
  SELECT p.item_id, t.destination_id, 'transfer', t.number, p.sent - p.received - p.lost - p.stayed, t.expected_on,
         NULL::uuid
  FROM inventory_transfer t
  JOIN inventory_transferline p ON p.transfer_id = t.id AND p.tenant_id = t.tenant_id
  WHERE t.tenant_id = %(tenant)s AND t.state = ANY(%(underway)s) AND p.sent > p.received + p.lost + p.stayed
    AND (%(every)s OR p.item_id = ANY(%(items)s))
) w JOIN inventory_location l ON l.id = w.location_id AND l.tenant_id = %(tenant)s
WHERE %(unlimited)s OR w.location_id = ANY(%(locations)s)
ORDER BY w.expected_on NULLS LAST, w.number
"""


def incoming(*, item_ids: Collection[UUID] | None = None) -> list[Incoming]:
    """Of these items (None: of all), to the locations the actor may see, the first to arrive first; two statements.

    What a supplier has announced is awaited on its own day, the rest of the order on the order's.
    """
    limited_to = unit().actor.locations
    given = {
        "tenant": unit().tenant_id, "underway": list(UNDERWAY), "every": item_ids is None,
        "items": list(item_ids or ()), "unlimited": limited_to is None, "locations": list(limited_to or ()),
    }  # fmt: skip
    found = [Incoming(*row) for row in read_rows(_INCOMING, given)]
    punctual = punctuality_of({each.supplier_id for each in found if each.supplier_id})
    return [replace(each, likely_on=_likely(each, punctual.get(each.supplier_id))) for each in found]


def _likely(each: Incoming, punctual: Punctuality | None) -> date | None:
    late = timedelta(days=punctual.days_to_add) if punctual else timedelta()
    return each.expected_on and each.expected_on + late


def atp(*, item_id: UUID, quantity: int, by: date, location_id: UUID | None = None) -> Atp:
    """Can so many be promised by then, at one location or at all that ship?

    Available is what an order may take now; of what is on its way, what can be relied on to be here by ``by``
    counts: a supplier who is usually late is believed that much later. Of a kit that is what its components, and
    those on their way, make up.
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
        (each.likely_on, each.item_id, each.location_id, each.units)
        for each in coming
        if each.likely_on is not None and each.likely_on >= today
    ]
    arriving = [Arriving(on, units) for on, units in arriving_kits(kit, at, expected)]
    found = promise(available=available, arriving=arriving, quantity=quantity, by=by, today=today)
    return Atp(item_id, found, available, coming)
