"""How much there is, where, and for whom: a page of any length in two or three statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef

from inventory.models import IN_TRANSIT, SELLABLE, Balance, BinStock, Item
from inventory.queries.kits import kits_among, leaves_of
from inventory.queries.lookup import find_items
from inventory.stock.kits import KIT, Kit, made_up, made_up_at
from inventory.stock.values import Account
from oms.core.db.reading import read_rows
from oms.core.paging import Page, keyset_page
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class OnShelf:
    """An item at one location; ``on_hand`` counts what is physically there, ``unsellable`` units included.

    ``in_transit`` units are on their way here from another location. A kit lies nowhere: ``made_up`` of it can be
    had of what its components have available here.
    """

    location_id: UUID
    location_name: str
    on_hand: int
    reserved: int
    unsellable: int
    in_transit: int
    made_up: int = 0

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved - self.unsellable + self.made_up


@dataclass(frozen=True)
class Availability:
    """An item at all locations the actor may see, the preferred location first.

    ``in_parts``: of a kit that may come from several locations, how many there are in all.
    """

    by_location: dict[UUID, OnShelf] = field(default_factory=dict)
    in_parts: int | None = None

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
        if self.in_parts is not None:
            return self.in_parts
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
    """Each of these items, also those that have no stock anywhere; kits by their components. Two statements."""
    return _available(item_ids, kits_among(item_ids))


def _available(item_ids: Collection[UUID], kits: Mapping[UUID, Kit]) -> dict[UUID, Availability]:
    wanted = list(dict.fromkeys(item_ids))
    shelves = _on_shelves([*wanted, *leaves_of(kits)])
    return {item_id: _of_kit(kits[item_id], shelves) if item_id in kits else shelves[item_id] for item_id in wanted}


def _on_shelves(item_ids: Collection[UUID]) -> dict[UUID, Availability]:
    found = {item_id: Availability() for item_id in item_ids}
    limited_to = unit().actor.locations
    scope, params = "", [unit().tenant_id, list(found)]
    if limited_to is not None:
        scope, params = "AND b.location_id = ANY(%s)", [*params, list(limited_to)]
    for item_id, *shelf in read_rows(_SHELVES.format(scope=scope), params):
        found[item_id].by_location[shelf[0]] = OnShelf(*shelf)
    return found


def _of_kit(kit: Kit, shelves: dict[UUID, Availability]) -> Availability:
    names = {key: each.location_name for leaf in kit.leaves for key, each in shelves[leaf].by_location.items()}
    units = units_at({leaf: shelves[leaf] for leaf in kit.leaves})
    at = {
        place: OnShelf(place, names[place], on_hand=0, reserved=0, unsellable=0, in_transit=0, made_up=count)
        for place, count in made_up_at(kit, units).items()
    }
    return Availability(at, made_up(kit, units) if kit.ships_in_parts else None)


def units_at(stock: Mapping[UUID, Availability]) -> dict[UUID, dict[UUID, int]]:
    """Item → location → units available there."""
    return {item: {key: each.available for key, each in its.by_location.items()} for item, its in stock.items()}


def with_stock(items: Iterable[Item]) -> list[StockRow]:
    """One statement, and a second where some of them are kits."""
    items = list(items)
    kits = [item.id for item in items if item.kind == KIT]
    stock = _available([item.id for item in items], kits_among(kits) if kits else {})
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
