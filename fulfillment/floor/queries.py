"""Questions about the floor's work, within the actor's locations and channels."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Sum, When

from fulfillment import lifecycle
from fulfillment.floor.judging import Stop
from fulfillment.models import FulfillmentLine, FulfillmentOrder, Parcel, ParcelContent, ShortPick
from inventory.models import BinStock
from inventory.stock.bins import PICK as PICK_BIN
from oms.core.errors import NotFound
from oms.core.tenancy import unit

QUEUE_ORDER = ("due_at", "id")


def visible_work() -> QuerySet[FulfillmentOrder]:
    actor, rows = unit().actor, FulfillmentOrder.objects.all()
    if actor.locations is not None:
        rows = rows.filter(location_id__in=actor.locations)
    return rows if actor.channels is None else rows.filter(order__channel_id__in=actor.channels)


def work_queue(
    *, location_id: UUID | None = None, states: Collection[str] = lifecycle.OPEN, picker_id: str = ""
) -> QuerySet[FulfillmentOrder]:
    """What must leave, the most pressing first; page it by `QUEUE_ORDER`."""
    rows = visible_work().filter(state__in=states).select_related("order", "location")
    if location_id is not None:
        rows = rows.filter(location_id=location_id)
    return rows.filter(picker_id=picker_id) if picker_id else rows


def work_by_number(number: int) -> FulfillmentOrder:
    """Raises `NotFound`."""
    return _one(visible_work().filter(number=number))


def work_by_id(fulfillment_order_id: UUID) -> FulfillmentOrder:
    """Raises `NotFound`."""
    return _one(visible_work().filter(id=fulfillment_order_id))


def _one(rows: QuerySet[FulfillmentOrder]) -> FulfillmentOrder:
    found = rows.select_related("order", "location").first()
    if found is None:
        raise NotFound("There is no such fulfillment order.")
    return found


def lines_of_work(ids: Collection[UUID]) -> dict[UUID, list[FulfillmentLine]]:
    """In walking order: by bin where the location has any, and then by SKU.

    Sorted here: asked to sort by SKU, and before it has looked at a freshly filled table, PostgreSQL walks all items.
    """
    lines: dict[UUID, list[FulfillmentLine]] = defaultdict(list)
    rows = FulfillmentLine.objects.filter(fulfillment_order_id__in=ids).select_related("item", "order_line__kit_line")
    rows = rows.annotate(bin_code=_first_bin("code"), bin_place=_first_bin("place"))
    for line in sorted(rows, key=_on_the_way):
        lines[line.fulfillment_order_id].append(line)
    return lines


def _first_bin(column: str) -> Subquery:
    """Of the pick bins that have the item, the one the walk comes to first; of others only when there is no such."""
    there = BinStock.objects.filter(
        item_id=OuterRef("item_id"), location_id=OuterRef("fulfillment_order__location_id"), on_hand__gt=0
    )
    order = Case(When(bin__kind=PICK_BIN, then=0), default=1, output_field=IntegerField())
    return Subquery(there.order_by(order, "bin__place", "bin_id").values(f"bin__{column}")[:1])


def _on_the_way(line: FulfillmentLine) -> tuple:
    return line.bin_place is None, line.bin_place or 0, line.item.sku_key, line.id


def pick_stops(lines: Sequence[FulfillmentLine]) -> list[Stop]:
    return [_stop(line, line.picked, line.quantity - line.short) for line in lines]


def pack_stops(lines: Sequence[FulfillmentLine]) -> list[Stop]:
    return [_stop(line, line.packed, line.picked) for line in lines if line.picked]


def _stop(line: FulfillmentLine, done: int, wanted: int) -> Stop:
    """Whoever packs sees which kit a component belongs in."""
    name, kit = line.item.name or line.order_line.title, line.order_line.kit_line
    called = f"{name} ({kit.title})" if kit else name
    return Stop(line.id, line.item_id, line.item.sku, called, done, wanted, line.bin_code or "")


def work_of_order(order_id: UUID) -> list[FulfillmentOrder]:
    """An order's work at every location the actor may see, the oldest first."""
    return list(visible_work().filter(order_id=order_id).select_related("location").order_by("number"))


def parcels_of(ids: Collection[UUID]) -> dict[UUID, list[Parcel]]:
    """Fulfillment order → its parcels."""
    parcels: dict[UUID, list[Parcel]] = defaultdict(list)
    rows = Parcel.objects.filter(fulfillment_order_id__in=ids).select_related("shipment")
    for parcel in rows.order_by("fulfillment_order_id", "number"):
        parcels[parcel.fulfillment_order_id].append(parcel)
    return parcels


def waiting_parcels(*, location_id: UUID | None = None) -> QuerySet[Parcel]:
    """Packed and not handed over; page it by ``("packed_at", "id")``."""
    rows = Parcel.objects.filter(dispatched_at__isnull=True, fulfillment_order__in=visible_work())
    if location_id is not None:
        rows = rows.filter(fulfillment_order__location_id=location_id)
    return rows.select_related("fulfillment_order__order", "fulfillment_order__location", "shipment")


def short_picks() -> QuerySet[ShortPick]:
    """The newest first; page it by ``("-id",)``."""
    return ShortPick.objects.filter(fulfillment_order__in=visible_work()).select_related(
        "fulfillment_order__order", "fulfillment_order__location", "fulfillment_line__item"
    )


def contents_of(parcel_ids: Sequence[UUID]) -> dict[UUID, list[ParcelContent]]:
    """Parcel → what is in it, with items loaded."""
    found: dict[UUID, list[ParcelContent]] = defaultdict(list)
    rows = ParcelContent.objects.filter(parcel_id__in=parcel_ids)
    for row in rows.select_related("fulfillment_line__item").order_by("parcel_id", "id"):
        found[row.parcel_id].append(row)
    return found


def picked_and_here(*, location_id: UUID, item_ids: Collection[UUID]) -> dict[UUID, int]:
    """Item → units that were picked and have not left: still in the book, and in a box instead of on the shelf."""
    lines = FulfillmentLine.objects.filter(
        item_id__in=item_ids, picked__gt=0, fulfillment_order__state__in=lifecycle.STARTED,
        fulfillment_order__location_id=location_id,
    )  # fmt: skip
    return dict(lines.values("item_id").annotate(units=Sum("picked")).values_list("item_id", "units"))
