"""What stock is worth: by item and location, its layers, and what happened to it day by day.

Who sees only some locations sees what lies there, at what one unit is worth; sums of the whole company they do not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from inventory.models import Item, ItemValue, ValuationState, ValueDay, ValueEvent, ValueLayer, ValuePosting
from inventory.queries.lookup import find_items
from inventory.queries.stock import available_by_item
from inventory.valuing.accounts import COST_OF_SALES, LOSS, STOCK, WRITE_DOWN
from inventory.valuing.deciding import POLICY
from inventory.valuing.pool import per_unit
from oms.core.db.reading import read_rows
from oms.core.errors import Forbidden
from oms.core.models import Tenant
from oms.core.money import ZERO, rounded
from oms.core.tenancy import unit

BY_SKU = ("sku_key", "id")


@dataclass(frozen=True, slots=True)
class ItemWorth:
    """An item's units, what one of them is worth on average, and all together."""

    item: Item
    units: int
    unit_cost: Decimal
    value: Decimal

    @property
    def id(self) -> UUID:
        return self.item.id


@dataclass(frozen=True, slots=True)
class PlaceWorth:
    """What lies at a location or is on its way there, at what one of each is worth."""

    location_id: UUID
    name: str
    units: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """``value`` is what stock was worth when the month ended; the others are what happened in it."""

    first: date
    value: Decimal
    cost_of_sales: Decimal
    lost: Decimal


@dataclass(frozen=True, slots=True)
class AccountDay:
    """A day's postings from one account to another, added up."""

    day: date
    debit: str
    credit: str
    amount: Decimal


def valuation() -> ValuationState:
    """How far the ledger was followed; as it begins where nobody has followed it yet."""
    return ValuationState.objects.first() or ValuationState()


def sees_all() -> bool:
    return unit().actor.locations is None


def items_with_value(*, text: str = "", location_id: UUID | None = None) -> QuerySet[Item]:
    """Items that have any units that are valued, to page through by `BY_SKU`."""
    pools = ItemValue.objects.filter(item_id=OuterRef("id"), units__gt=0)
    return find_items(text=text, location_id=location_id).filter(Exists(pools))


def worth_of(items: Sequence[Item], *, location_id: UUID | None = None) -> list[ItemWorth]:
    """What is there of each, here or wherever the actor sees; three statements at most."""
    ids, currency = [each.id for each in items], _currency()
    rows = ItemValue.objects.filter(item_id__in=ids).values_list("item_id", "units", "value")
    pools = {item_id: (units, value) for item_id, units, value in rows}
    if location_id is None and sees_all():
        return [_worth(each, *pools.get(each.id, (0, ZERO))) for each in items]
    shelves, found = available_by_item(ids), []
    for each in items:
        here = [shelf for key, shelf in shelves[each.id].by_location.items() if location_id in (None, key)]
        units = sum(shelf.on_hand + shelf.in_transit for shelf in here)
        all_units, value = pools.get(each.id, (0, ZERO))
        part = rounded(value * units / all_units, currency) if all_units else ZERO
        found.append(_worth(each, units, part))
    return found


def _worth(item: Item, units: int, value: Decimal) -> ItemWorth:
    return ItemWorth(item, units, per_unit(value, units), value)


_PLACES = """
SELECT l.id, l.name, sum(b.on_hand)::bigint, sum(b.on_hand * v.value / v.units)
FROM inventory_balance b
JOIN inventory_itemvalue v ON v.item_id = b.item_id AND v.tenant_id = b.tenant_id AND v.units > 0
JOIN inventory_location l ON l.id = b.location_id AND l.tenant_id = b.tenant_id
WHERE b.tenant_id = %s AND b.on_hand > 0 AND (%s::uuid[] IS NULL OR b.location_id = ANY(%s::uuid[]))
GROUP BY l.id, l.name, l.priority ORDER BY l.priority, l.id
"""


def worth_by_location() -> list[PlaceWorth]:
    """Where the value lies now, of the locations the actor sees."""
    limited = unit().actor.locations
    places = None if limited is None else list(limited)
    currency = _currency()
    rows = read_rows(_PLACES, [unit().tenant_id, places, places])
    return [PlaceWorth(key, name, units, rounded(value, currency)) for key, name, units, value in rows]


def stock_value(*, until: date | None = None) -> Decimal:
    """What all stock is worth, by what took effect up to a day. For who sees all. Raises `Forbidden`."""
    _all_of_it()
    rows = ValueDay.objects.all() if until is None else ValueDay.objects.filter(day__lte=until)
    return sum((_into(each, STOCK) for each in rows.filter(debit=STOCK) | rows.filter(credit=STOCK)), ZERO)


_AS_OF = """
SELECT i.sku, i.name, sum(p.units) FILTER (WHERE p.event_id IS NULL)::bigint,
       sum(p.amount * ((p.debit = 'stock')::int - (p.credit = 'stock')::int))
FROM inventory_valueposting p JOIN inventory_item i ON i.id = p.item_id AND i.tenant_id = p.tenant_id
WHERE p.tenant_id = %s AND p.day <= %s GROUP BY i.sku, i.name, i.sku_key
HAVING sum(p.units) FILTER (WHERE p.event_id IS NULL) <> 0 ORDER BY i.sku_key
"""


def worth_as_of(until: date) -> list[tuple[str, str, int, Decimal]]:
    """SKU, name, units and value of each item, by what took effect up to a day. Raises `Forbidden`."""
    _all_of_it()
    return read_rows(_AS_OF, [unit().tenant_id, until])


def months(*, last: int = 12) -> list[Month]:
    """The last months up to this one, the oldest first, from the first that has anything. Raises `Forbidden`."""
    _all_of_it()
    sums: dict[date, list[Decimal]] = {}
    for each in ValueDay.objects.order_by("day"):
        of_month = sums.setdefault(each.day.replace(day=1), [ZERO, ZERO, ZERO])
        of_month[0] += _into(each, STOCK)
        of_month[1] += _into(each, COST_OF_SALES)
        of_month[2] += _into(each, LOSS) + _into(each, WRITE_DOWN)
    found, value, first = [], ZERO, min(sums, default=None)
    while first is not None and first <= max(unit().now.date(), max(sums)):
        change, sales, lost = sums.get(first, (ZERO, ZERO, ZERO))
        value += change
        found.append(Month(first, value, sales, lost))
        first = (first + timedelta(days=31)).replace(day=1)
    return found[-last:]


def account_days(*, since: date | None = None, until: date | None = None) -> Iterator[AccountDay]:
    """Postings by day, for the books of account. Raises `Forbidden`."""
    _all_of_it()
    bounds = {name: day for name, day in (("day__gte", since), ("day__lte", until)) if day is not None}
    for each in ValueDay.objects.filter(**bounds).order_by("day", "debit", "credit"):
        yield AccountDay(each.day, each.debit, each.credit, each.amount)


def open_layers(*, item_id: UUID | None = None) -> QuerySet[ValueLayer]:
    """What is left of each receipt, with the items; none for who sees only some locations."""
    rows = ValueLayer.objects.filter(units_left__gt=0).select_related("item")
    rows = rows if sees_all() else rows.none()
    return rows if item_id is None else rows.filter(item_id=item_id)


def unpriced() -> QuerySet[ValueLayer]:
    """Receipts that nobody has said the cost of, to page through by ``("-id",)``."""
    rows = ValueLayer.objects.filter(source="unpriced", priced_at=None).select_related("item")
    return rows if sees_all() else rows.none()


def postings(*, item_id: UUID | None = None) -> QuerySet[ValuePosting]:
    """To page through by ``("-id",)``, with their items."""
    rows = ValuePosting.objects.select_related("item")
    rows = rows if sees_all() else rows.none()
    return rows if item_id is None else rows.filter(item_id=item_id)


def policies() -> QuerySet[ValueEvent]:
    """What was decided about how stock is valued, to page through by ``("-id",)``."""
    return ValueEvent.objects.filter(kind=POLICY)


def _all_of_it() -> None:
    if not sees_all():
        raise Forbidden("These are figures of all locations, and you see only some of them.")


def _into(each: ValueDay, account: str) -> Decimal:
    return ((each.debit == account) - (each.credit == account)) * each.amount


def _currency() -> str:
    return Tenant.objects.values_list("currency", flat=True).get(id=unit().tenant_id)
