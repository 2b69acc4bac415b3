"""Items and locations: by what people and files call them."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from inventory.items import name_words, sku_key
from inventory.models import Balance, Item, ItemCode, Location
from inventory.stock.kits import GOODS
from oms.core.db.reading import read_rows
from oms.core.tenancy import current_tenant_id, unit

# A search shows the first so many matches; whoever wants others types more letters.
MATCHES_MAX = 500


@dataclass(frozen=True, slots=True)
class ItemRef:
    """An item as orders and files refer to it. ``units``: how many the code stands for, more than one for a pack's."""

    id: UUID
    sku: str
    name: str
    weight_g: int | None
    price: Decimal | None
    active: bool = True
    kind: str = GOODS
    units: int = 1


def resolve_skus(skus: Collection[str], *, channel_id: UUID | None = None, packs: bool = False) -> dict[str, ItemRef]:
    """Given text → item, for each that names one: by SKU, else by the channel's alias, any alias, or a barcode.

    The barcode of a pack names nothing unless ``packs``: who reads a list of items would take a case for one unit.
    One query, and a second for what is no SKU of ours.
    """
    keys = {text: sku_key(text) for text in skus}
    rows = read_rows(
        "SELECT sku_key, id, sku, name, weight_g, price, active, kind FROM inventory_item "
        "WHERE tenant_id = %s AND sku_key = ANY(%s)",
        [current_tenant_id(), list(set(keys.values()))],
    )
    found = {row[0]: ItemRef(*row[1:]) for row in rows}
    unknown = set(keys.values()) - found.keys()
    if unknown:
        found |= _by_code(unknown, channel_id, packs=packs)
    return {text: found[key] for text, key in keys.items() if key in found}


def _by_code(keys: set[str], channel_id: UUID | None, *, packs: bool) -> dict[str, ItemRef]:
    codes = ItemCode.objects.filter(Q(channel_id=None) | Q(channel_id=channel_id), code_key__in=keys)
    rows = (codes if packs else codes.filter(pack=None)).values_list(
        "kind", "channel_id", "code_key",
        "item_id", "item__sku", "item__name", "item__weight_g", "item__price", "item__active", "item__kind",
        Coalesce("pack__units", 1),
    )  # fmt: skip
    # Worst first, so that the best claim on a code is written last: barcode, alias, the channel's own alias.
    ranked = sorted(rows, key=lambda row: (row[1] is not None, row[0] == "alias"))
    return {row[2]: ItemRef(*row[3:]) for row in ranked}


def refs_of(item_ids: Collection[UUID]) -> dict[UUID, ItemRef]:
    """Item → how orders refer to it; one statement."""
    rows = Item.objects.filter(id__in=item_ids)
    names = ("id", "sku", "name", "weight_g", "price", "active", "kind")
    return {row[0]: ItemRef(*row) for row in rows.values_list(*names)}


def skus_of(item_ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(Item.objects.filter(id__in=item_ids).values_list("id", "sku"))


def shipping_location_ids() -> list[UUID]:
    """Locations that orders may be routed to, the preferred first."""
    rows = read_rows(
        "SELECT id FROM inventory_location WHERE tenant_id = %s AND active AND ships ORDER BY priority, id",
        [current_tenant_id()],
    )
    return [row[0] for row in rows]


def visible_locations() -> QuerySet[Location]:
    """The locations this actor may see."""
    limited_to = unit().actor.locations
    rows = Location.objects.all()
    return rows if limited_to is None else rows.filter(id__in=limited_to)


def find_items(
    *, text: str = "", location_id: UUID | None = None, active: bool | None = None, origin: str = ""
) -> QuerySet[Item]:
    """Items to page through by ``("sku_key", "id")``.

    ``text`` is the beginning of a SKU, a whole barcode or alias, or beginnings of words of the name or tags.
    """
    rows = Item.objects.all()
    if text.strip():
        rows = rows.filter(id__in=_matching_ids(text))
    if location_id is not None:
        rows = rows.filter(Exists(Balance.objects.filter(item_id=OuterRef("id"), location_id=location_id)))
    if active is not None:
        rows = rows.filter(active=active)
    return rows.filter(origin=origin) if origin else rows


def _matching_ids(text: str) -> list[UUID]:
    """By prefixes of plain columns (``^@``), the only kind of search row-level security leaves an index to."""
    tenant, key = current_tenant_id(), sku_key(text.replace("\0", ""))
    if not key:
        return []
    sql = (
        "(SELECT id FROM inventory_item WHERE tenant_id = %s AND sku_key ^@ %s ORDER BY sku_key LIMIT %s) "
        "UNION (SELECT item_id FROM inventory_itemcode WHERE tenant_id = %s AND code_key = %s LIMIT %s)"
    )
    params: list[object] = [tenant, key, MATCHES_MAX, tenant, key, MATCHES_MAX]
    # The longest word is likely the rarest: it leads, and the others are looked up for what it finds.
    leading, *others = sorted(name_words(text), key=len, reverse=True) or [""]
    if leading:
        also = (
            " AND EXISTS (SELECT 1 FROM inventory_itemword o"
            " WHERE o.tenant_id = %s AND o.item_id = w.item_id AND o.word ^@ %s)"
        )
        sql += (
            " UNION (SELECT w.item_id FROM inventory_itemword w WHERE w.tenant_id = %s AND w.word ^@ %s"
            f"{also * len(others)} LIMIT %s)"
        )
        params += [tenant, leading, *(each for word in others for each in (tenant, word)), MATCHES_MAX]
    return [row[0] for row in read_rows(sql, params)]
