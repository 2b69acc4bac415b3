"""Bins of a location, what is in them, and what has yet to be put away."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from inventory.items import sku_key
from inventory.models import SELLABLE, Balance, Bin, BinStock, Location
from inventory.queries.lookup import visible_locations
from oms.core.db.reading import read_rows
from oms.core.errors import NotFound
from oms.core.tenancy import unit

WALK = ("place", "id")
WAITING_MAX = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """Sellable units of an item that lie in no bin of a location that has bins."""

    item_id: UUID
    sku: str
    name: str
    units: int


def bins_of(location_id: UUID) -> QuerySet[Bin]:
    """To page through by `WALK`; ``units`` is what lies in each."""
    inside = BinStock.objects.filter(bin_id=OuterRef("id")).order_by().values("bin_id")
    units = Subquery(inside.annotate(units=Sum("on_hand")).values("units"))
    rows = Bin.objects.filter(location_id=location_id, location__in=visible_locations())
    return rows.annotate(units=Coalesce(units, 0, output_field=BigIntegerField()))


def bin_by_id(bin_id: UUID) -> Bin:
    """Raises `NotFound`."""
    rows = Bin.objects.select_related("location").filter(location__in=visible_locations())
    found = rows.filter(id=bin_id).first()
    if found is None:
        raise NotFound("There is no such bin.")
    return found


def bin_by_code(location_id: UUID, code: str) -> Bin | None:
    rows = Bin.objects.select_related("location").filter(location_id=location_id, location__in=visible_locations())
    return rows.filter(code_key=sku_key(code.replace("\0", ""))).first()


def contents_of_bin(bin_id: UUID) -> list[BinStock]:
    return list(BinStock.objects.filter(bin_id=bin_id).select_related("item").order_by("item__sku_key")[:500])


def bins_of_item(item_id: UUID) -> list[BinStock]:
    """Where an item lies, in the order of each location's walk."""
    rows = BinStock.objects.filter(item_id=item_id, location__in=visible_locations()).select_related("bin", "location")
    return list(rows.order_by("location__priority", "location_id", "bin__place", "bin_id"))


def locations_with_bins() -> list[Location]:
    rows = visible_locations().filter(Exists(Bin.objects.filter(location_id=OuterRef("id"))))
    return list(rows.order_by("priority", "id"))


def to_put_away(location_id: UUID) -> list[Waiting]:
    """What lies in no bin there, by SKU."""
    rows = read_rows(
        "SELECT i.id, i.sku, i.name, b.on_hand - coalesce(s.units, 0) FROM inventory_balance b "
        "JOIN inventory_item i ON i.id = b.item_id AND i.tenant_id = b.tenant_id "
        "LEFT JOIN (SELECT item_id, sum(on_hand)::bigint AS units FROM inventory_binstock "
        "WHERE tenant_id = %(tenant)s AND location_id = %(location)s GROUP BY item_id) s ON s.item_id = b.item_id "
        "WHERE b.tenant_id = %(tenant)s AND b.location_id = %(location)s AND b.state = %(state)s "
        "AND b.on_hand > coalesce(s.units, 0) ORDER BY i.sku_key LIMIT %(most)s",
        {"tenant": unit().tenant_id, "location": location_id, "state": SELLABLE, "most": WAITING_MAX},
    )
    return [Waiting(*row) for row in rows]


def sellable_at(item_id: UUID, location_id: UUID) -> int:
    there = Balance.objects.filter(item_id=item_id, location_id=location_id, state=SELLABLE)
    return there.values_list("on_hand", flat=True).first() or 0
