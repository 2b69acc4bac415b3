"""How much there is, where, and for whom: a page of any length in two or three statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef

from inventory.models import IN_TRANSIT, SELLABLE, Balance, BinStock, Item
from inventory.queries.lookup import find_items
from inventory.stock.values import Account
from oms.core.db.reading import read_rows
from oms.core.paging import Page, keyset_page
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class OnShelf:
    """An item at one location; ``on_hand`` counts what is physically there, ``unsellable`` units included.

    ``in_transit`` units are on their way here from another location.
    """

    location_id: UUID
    location_name: str
    on_hand: int
    reserved: int
    unsellable: int
    in_transit: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved - self.unsellable


@dataclass(frozen=True)
class Availability:
    """An item at all locations the actor may see, the preferred location first."""

    by_location: dict[UUID, OnShelf] = field(default_factory=dict)

    @property
    def on_hand(self) -> int:
        return sum(each.on_hand for each in self.by_location.values())

    @property
    def reserved(self) -> int:
        return sum(each.reserved for each in self.by_location.values())

    @property
    def unsellable(self) -> int:
        return sum(each.unsellable for each in self.by_location.values())

    @property
    def in_transit(self) -> int:
        return sum(each.in_transit for each in self.by_location.values())

    @property
    def available(self) -> int:
        return sum(each.available for each in self.by_location.values())


_SHELVES = f"""
SELECT b.item_id, b.location_id, l.name,
       coalesce(sum(b.on_hand) FILTER (WHERE b.state <> '{IN_TRANSIT}'), 0)::bigint,
       sum(b.reserved)::bigint,
       coalesce(sum(b.on_hand) FILTER (WHERE b.state NOT IN ('{SELLABLE}', '{IN_TRANSIT}')), 0)::bigint,
       coalesce(sum(b.on_hand) FILTER (WHERE b.state = '{IN_TRANSIT}'), 0)::bigint
FROM inventory_balance b JOIN inventory_location l ON l.id = b.location_id AND l.tenant_id = b.tenant_id
WHERE b.tenant_id = %s AND b.item_id = ANY(%s) {{scope}}
GROUP BY b.item_id, b.location_id, l.name, l.priority ORDER BY l.priority, b.location_id
"""


@dataclass(frozen=True)
class StockRow:
    """A line of the stock list."""

    item: Item
    stock: Availability

    @property
    def id(self) -> UUID:
        return self.item.id


@dataclass(frozen=True, slots=True)
class Held:
    """Units that a demand holds at a location."""

    location_id: UUID
    location_name: str
    quantity: int


def available_by_item(item_ids: Collection[UUID]) -> dict[UUID, Availability]:
    """Each of these items, also those that have no stock anywhere; one statement."""
    found = {item_id: Availability() for item_id in item_ids}
    limited_to = unit().actor.locations
    scope, params = "", [unit().tenant_id, list(found)]
    if limited_to is not None:
        scope, params = "AND b.location_id = ANY(%s)", [*params, list(limited_to)]
    for item_id, *shelf in read_rows(_SHELVES.format(scope=scope), params):
        found[item_id].by_location[shelf[0]] = OnShelf(*shelf)
    return found


def with_stock(items: Iterable[Item]) -> list[StockRow]:
    items = list(items)
    stock = available_by_item([item.id for item in items])
    return [StockRow(item, stock[item.id]) for item in items]


def stock_rows(
    *,
    text: str = "",
    location_id: UUID | None = None,
    active: bool | None = None,
    origin: str = "",
    size: int = 50,
    cursor: str = "",
) -> Page:
    """A keyset page of `StockRow`, by SKU; see `find_items` for what ``text`` finds."""
    items = find_items(text=text, location_id=location_id, active=active, origin=origin)
    page = keyset_page(items, order=("sku_key", "id"), size=size, cursor=cursor)
    return Page(with_stock(page.items), page.next, page.previous)


def on_hand_of(accounts: Collection[Account]) -> dict[Account, int]:
    """What the book has on each of these accounts, for those it knows."""
    items, locations, states = (list(each) for each in zip(*accounts, strict=True))
    rows = read_rows(
        "SELECT b.item_id, b.location_id, b.state, b.on_hand FROM inventory_balance b "
        "JOIN unnest(%s::uuid[], %s::uuid[], %s::text[]) AS k(item_id, location_id, state) "
        "ON b.item_id = k.item_id AND b.location_id = k.location_id AND b.state = k.state WHERE b.tenant_id = %s",
        [items, locations, states, unit().tenant_id],
    )
    return {(item, location, state): units for item, location, state, units in rows}


def balances_of(item_id: UUID) -> list[Balance]:
    """An item's balances, location by location and state by state; ``in_bins`` says whether it has any there."""
    bins = BinStock.objects.filter(item_id=OuterRef("item_id"), location_id=OuterRef("location_id"))
    rows = Balance.objects.filter(item_id=item_id).select_related("location").annotate(in_bins=Exists(bins))
    if unit().actor.locations is not None:
        rows = rows.filter(location_id__in=unit().actor.locations)
    return list(rows.order_by("location__priority", "location_id", "state"))


def reservations_of(demand_ids: Collection[UUID]) -> dict[UUID, list[Held]]:
    """What each of these demands holds now; those that hold nothing are left out. One statement."""
    rows = read_rows(
        "SELECT r.demand_id, r.location_id, l.name, r.open FROM inventory_reservation r "
        "JOIN inventory_location l ON l.id = r.location_id AND l.tenant_id = r.tenant_id "
        "WHERE r.tenant_id = %s AND r.demand_id = ANY(%s) AND r.open > 0 ORDER BY l.priority, l.id",
        [unit().tenant_id, list(demand_ids)],
    )
    held: dict[UUID, list[Held]] = defaultdict(list)
    for demand_id, *where in rows:
        held[demand_id].append(Held(*where))
    return dict(held)
