"""A little trade for fulfillment's tests: orders placed and cleared, stock received, and what is held where."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from inventory.actions.receive import receive_stock
from inventory.models import Location, Reservation
from inventory.stock.values import Receipt
from oms.core.addresses import Address
from orders.actions.place import place_orders
from orders.models import Order
from orders.placing.drafts import LineDraft, OrderDraft

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CROYDON = Address(
    name="Cleo Croydon", line1="1 Park Lane", city="Croydon", postcode="CR0 1JA", country="GB",
    latitude=51.372, longitude=-0.1,
)  # fmt: skip
HULL = Address(
    name="Hal Hull", line1="2 Queen Street", city="Hull", postcode="HU1 1UU", country="GB",
    latitude=53.741, longitude=-0.333,
)  # fmt: skip
COORDINATES = {"LEEDS": (53.785, -1.548), "LONDON": (51.522, -0.089)}


def place(*wants: Mapping[str, int], ship_to: Address = HULL, minute: int = 0) -> list[UUID]:
    """Place an order per mapping of SKU → units, a minute apart, and clear them as screening would."""
    drafts = [
        OrderDraft(
            channel="web",
            currency="EUR",
            placed_at=NOON + timedelta(minutes=minute + later),
            email=f"{ship_to.city.lower()}{minute + later}@example.com",
            customer_name=ship_to.name,
            ship_to=ship_to,
            lines=tuple(LineDraft(sku=sku, quantity=units) for sku, units in want.items()),
        )
        for later, want in enumerate(wants)
    ]
    ids = [placed.order_id for placed in place_orders(drafts=drafts)]
    Order.objects.filter(id__in=ids).update(state="open")
    return ids


def put_on_the_map() -> None:
    """Give the catalog's locations their coordinates."""
    for location in Location.objects.filter(code__in=COORDINATES):
        latitude, longitude = COORDINATES[location.code]
        location.address = {**location.address, "latitude": latitude, "longitude": longitude}
        location.save()


def receive(item_id: UUID, location_id: UUID, quantity: int) -> None:
    receive_stock(receipts=[Receipt(item_id, location_id, quantity)], reason="Delivery")


def held(order_id: UUID) -> dict[str, int]:
    """Location → units reserved for the order."""
    found: Counter[str] = Counter()
    lines = list(Order.objects.get(id=order_id).lines.values_list("id", flat=True))
    for row in Reservation.objects.filter(demand_id__in=lines, open__gt=0).select_related("location"):
        found[row.location.name] += row.open
    return dict(found)
