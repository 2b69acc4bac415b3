"""Which parcel of an order a mail is about, what is in it, and what still follows."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fulfillment.models import ParcelContent
from orders.models import OrderLine
from orders.queries import lines_of
from shipping.lifecycle import DELIVERED, DRAFT, VOIDED
from shipping.models import Shipment

Contents = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Box:
    """One parcel. ``total`` is 0 while nobody knows how many there will be.

    ``follows`` is what has not left us yet. ``last`` says that with this one everything is with the customer.
    """

    state: str
    carrier: str
    tracking: str
    promised_at: datetime | None
    position: int
    total: int
    contents: Contents = ()
    follows: Contents = ()
    last: bool = False


def boxes_of(order_ids: Collection[UUID]) -> dict[UUID, Box]:
    """Shipment → its box, for all that were made for these orders; three statements, none for no orders."""
    if not order_ids:
        return {}
    shipments = Shipment.objects.filter(subject_kind="order", subject_id__in=order_ids)
    by_order = defaultdict(list)
    for shipment in shipments.exclude(state__in=[DRAFT, VOIDED]).select_related("account"):
        by_order[shipment.subject_id].append(shipment)
    packed = _packed([each.id for found in by_order.values() for each in found])
    lines = lines_of(by_order)
    boxes: dict[UUID, Box] = {}
    for order_id, found in by_order.items():
        boxes |= boxes_in_order(found, packed, lines.get(order_id, ()))
    return boxes


def boxes_in_order(
    shipments: Sequence[Shipment], packed: Mapping[UUID, Counter[UUID]], lines: Sequence[OrderLine]
) -> dict[UUID, Box]:
    """The parcels of one order, numbered as they were made and as its page shows them, so that a number stays.

    Pure. ``packed`` is what lies in each, by line.
    """
    ordered = sorted(shipments, key=lambda each: (each.created_at, each.id))
    owed = Counter({line.id: line.quantity - line.cancelled for line in lines if line.kind == "goods"})
    here = {each.id: packed.get(each.id, Counter()) for each in ordered}
    known = any(here.values())
    left = sum((here[each.id] for each in ordered if each.handed_over_at), Counter())
    unpacked = owed - sum(here.values(), Counter())
    follows = _named(owed - left, lines) if known else ()
    total = len(ordered) if not unpacked or not known else 0
    last = not follows and all(each.state == DELIVERED for each in ordered)
    return {
        each.id: Box(
            each.state, each.account.name, each.tracking_number, each.promised_at, number, total,
            _named(here[each.id], lines), follows, last,
        )
        for number, each in enumerate(ordered, 1)
    }  # fmt: skip


def _packed(shipment_ids: Collection[UUID]) -> dict[UUID, Counter[UUID]]:
    """Shipment → units by order line."""
    packed = defaultdict(Counter)
    rows = ParcelContent.objects.filter(parcel__shipment_id__in=shipment_ids).values_list(
        "parcel__shipment_id", "fulfillment_line__order_line_id", "quantity"
    )
    for shipment_id, line_id, quantity in rows:
        packed[shipment_id][line_id] += quantity
    return packed


def _named(units: Mapping[UUID, int], lines: Sequence[OrderLine]) -> Contents:
    """In the order of the lines."""
    return tuple((line.title or line.sku, units[line.id]) for line in lines if units.get(line.id, 0) > 0)
