"""Looking back: stock as it was, what changed between two moments, and why a number is what it is.

A moment is either of when entries were *recorded* or of when they took *effect*. Sums start from the nearest
checkpoint, so a look back reads what was recorded between it and the moment; entries that took effect at another
time than they were recorded are the exception, have an index of their own, and are put right afterwards.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Sum, When

from inventory.checkpoints import FLOWS, SIDES, TOTALS, latest_checkpoint
from inventory.models import Balance, Item, Movement, StockCheckpoint
from inventory.queries.ledger import ORDER, ledger
from inventory.queries.lookup import visible_locations
from oms.core.db.reading import read_rows
from oms.core.errors import NotFound
from oms.core.paging import Page, keyset_page
from oms.core.tenancy import unit

By = Literal["recorded", "effective"]
BY: tuple[By, ...] = ("recorded", "effective")


@dataclass(frozen=True, slots=True)
class AccountThen:
    """An item in one state at one location, and how many there were."""

    item_id: UUID
    sku: str
    location_id: UUID
    location_name: str
    state: str
    units: int


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What happened to an account between two moments: ``before + came - left = after``."""

    item_id: UUID
    sku: str
    location_id: UUID
    location_name: str
    state: str
    before: int
    came: int
    left: int

    @property
    def after(self) -> int:
        return self.before + self.came - self.left


@dataclass(frozen=True)
class ItemAccounts:
    """An item with its accounts, as they were or as they changed."""

    item: Item
    accounts: list[AccountThen] | list[AccountChange]


def by_item(items: Sequence[Item], accounts: Sequence[AccountThen] | Sequence[AccountChange]) -> list[ItemAccounts]:
    """A page of items, each with its own accounts, also those that have none."""
    found: dict[UUID, list] = defaultdict(list)
    for each in accounts:
        found[each.item_id].append(each)
    return [ItemAccounts(item, found[item.id]) for item in items]


# What was recorded between a checkpoint and the moment: up to the last checkpoint by when it was recorded, which
# its own bounds keep short, and after it by what is newer.
_WINDOWS = {
    "from the start": "recorded_at <= %(at)s",
    "from a checkpoint": "id > %(after)s AND id <= %(last)s AND recorded_at >= %(since)s AND recorded_at <= %(at)s",
    "after the last": "id > %(last)s AND recorded_at <= %(at)s",
}
_NAMED = """
SELECT x.item_id, i.sku, x.location_id, l.name, x.state, {columns} FROM ({rows}) x
JOIN inventory_item i ON i.id = x.item_id AND i.tenant_id = %(tenant)s
JOIN inventory_location l ON l.id = x.location_id AND l.tenant_id = %(tenant)s
ORDER BY i.sku_key, l.priority, l.code, x.state
"""
# Each side of what took effect before the moment and was recorded after it (or, by a fast clock, the other way).
_CORRECTIONS = """
SELECT item_id, from_location_id, from_state, to_location_id, to_state,
       sum(CASE WHEN happened_at <= %(at)s THEN quantity ELSE -quantity END) AS units, count(*) AS movements
FROM inventory_movement
WHERE tenant_id = %(tenant)s AND happened_at <> recorded_at
  AND (happened_at <= %(at)s) <> (recorded_at <= %(at)s) {of_items}
GROUP BY item_id, from_location_id, from_state, to_location_id, to_state
"""


def stock_as_of(
    *, at: datetime, by: By = "recorded", item_ids: Collection[UUID] | None = None, location_id: UUID | None = None
) -> list[AccountThen]:
    """What lay on the shelves at that moment, by SKU; accounts that had nothing are left out.

    ``item_ids`` narrows to these items (None: all). Only locations that the actor may see.
    """
    start = _start(at)
    given = {"tenant": unit().tenant_id, "at": at, "items": list(item_ids or []), **_bounds(start)}
    of_items = "" if item_ids is None else "AND item_id = ANY(%(items)s)"
    windows = ["from the start"] if start is None else ["from a checkpoint", "after the last"]
    flows = [FLOWS.format(where=f"{_WINDOWS[name]} {of_items}") for name in windows]
    if by == "effective":
        flows.append(_CORRECTIONS.format(of_items=of_items))
    there, scope = _scope(location_id)
    summed = f"""
        SELECT item_id, location_id, state, sum(units)::bigint AS units FROM (
          {TOTALS} {of_items} UNION ALL {SIDES.format(flows="flows")}
        ) sides WHERE location_id IS NOT NULL {there} GROUP BY item_id, location_id, state HAVING sum(units) <> 0
    """
    sql = f"WITH flows AS ({' UNION ALL '.join(flows)}) " + _NAMED.format(columns="x.units", rows=summed)
    return [AccountThen(*row) for row in read_rows(sql, {**given, **scope})]


# By when it took effect: most entries when they were recorded, the others by their own index.
_BETWEEN = {
    "recorded": ("recorded_at > %(since)s AND recorded_at <= %(until)s",),
    "effective": (
        "recorded_at > %(since)s AND recorded_at <= %(until)s AND happened_at = recorded_at",
        "happened_at > %(since)s AND happened_at <= %(until)s AND happened_at <> recorded_at",
    ),
}


def stock_diff(
    *,
    since: datetime,
    until: datetime,
    by: By = "recorded",
    item_ids: Collection[UUID] | None = None,
    location_id: UUID | None = None,
) -> list[AccountChange]:
    """What changed after ``since`` and up to ``until``, by SKU; accounts that nothing touched are left out."""
    of_items = "" if item_ids is None else "AND item_id = ANY(%(items)s)"
    flows = " UNION ALL ".join(FLOWS.format(where=f"{each} {of_items}") for each in _BETWEEN[by])
    there, scope = _scope(location_id)
    summed = f"""
        SELECT item_id, location_id, state, coalesce(sum(units) FILTER (WHERE units > 0), 0)::bigint AS came,
               coalesce(-sum(units) FILTER (WHERE units < 0), 0)::bigint AS left_it
        FROM ({SIDES.format(flows="flows")}) sides WHERE location_id IS NOT NULL {there}
        GROUP BY item_id, location_id, state
    """
    sql = f"WITH flows AS ({flows}) " + _NAMED.format(columns="x.came, x.left_it", rows=summed)
    given = {"tenant": unit().tenant_id, "since": since, "until": until, "items": list(item_ids or []), **scope}
    moved = read_rows(sql, given)
    touched = {row[0] for row in moved}
    then = stock_as_of(at=since, by=by, item_ids=touched, location_id=location_id)
    before = {(each.item_id, each.location_id, each.state): each.units for each in then}
    return [AccountChange(*row[:5], before.get((row[0], row[2], row[4]), 0), *row[5:]) for row in moved]


def items_changed(*, since: datetime, until: datetime, by: By = "recorded") -> QuerySet[Item]:
    """Items that something happened to, to page through by ``("sku_key", "id")``."""
    moved = Movement.objects.filter(recorded_at__gt=since, recorded_at__lte=until)
    if by == "recorded":
        return Item.objects.filter(id__in=moved.values("item_id"))
    late = Movement.objects.filter(happened_at__gt=since, happened_at__lte=until).exclude(happened_at=F("recorded_at"))
    on_time = moved.filter(happened_at=F("recorded_at"))
    return Item.objects.filter(Q(id__in=on_time.values("item_id")) | Q(id__in=late.values("item_id")))


@dataclass(frozen=True)
class Explained:
    """A balance, what its entries add up to, and a page of them: each movement has a ``change`` and the
    ``running`` total after it."""

    on_hand: int
    entered: int
    page: Page


def explain_balance(
    *, item_id: UUID, location_id: UUID, state: str, size: int = 50, cursor: str = "", until: datetime | None = None
) -> Explained:
    """From a balance to its movements, newest first. ``until`` leaves out what was recorded later.

    Raises `NotFound` for a location that is not the actor's.
    """
    if not visible_locations().filter(id=location_id).exists():
        raise NotFound("There is no such location, or it is not yours.")
    came = Q(to_location=location_id, to_state=state)
    left = Q(from_location=location_id, from_state=state)
    entries = ledger(item_id=item_id).filter(came | left)
    if until is not None:
        entries = entries.filter(recorded_at__lte=until)
    entries = entries.annotate(change=Case(When(came, then=F("quantity")), default=-F("quantity")))
    page = keyset_page(entries, order=ORDER, size=size, cursor=cursor)
    running = _total(_up_to(entries, page.items[0])) if page.items else 0
    for each in page.items:
        each.running = running
        running -= each.change
    on_hand = Balance.objects.filter(item_id=item_id, location_id=location_id, state=state)
    entered = _total(entries) if cursor else page.items[0].running if page.items else 0
    return Explained(on_hand.values_list("on_hand", flat=True).first() or 0, entered, page)


def _up_to(entries: QuerySet[Movement], newest: Movement) -> QuerySet[Movement]:
    earlier = Q(recorded_at__lt=newest.recorded_at) | Q(recorded_at=newest.recorded_at, id__lte=newest.id)
    return entries.filter(earlier, recorded_at__lte=newest.recorded_at)


def _total(entries: QuerySet[Movement]) -> int:
    return entries.aggregate(total=Sum("change"))["total"] or 0


def _start(at: datetime) -> StockCheckpoint | None:
    """The nearest checkpoint of which everything had been recorded by then."""
    return StockCheckpoint.objects.filter(recorded_until__lte=at).order_by("-last_movement").first()


def _bounds(start: StockCheckpoint | None) -> dict[str, object]:
    if start is None:
        return {"checkpoint": None}
    last = latest_checkpoint().last_movement
    # Without a later checkpoint nothing lies between the two, whenever it was recorded.
    return {
        "checkpoint": start.id, "after": start.last_movement, "last": last,
        "since": start.recorded_since or start.recorded_until,
    }  # fmt: skip


def _scope(location_id: UUID | None) -> tuple[str, dict[str, object]]:
    """SQL and its parameter for the one location asked for, within those that the actor may see."""
    limited_to = unit().actor.locations
    if location_id is not None:
        there = [location_id] if limited_to is None or location_id in limited_to else []
    elif limited_to is None:
        return "", {}
    else:
        there = list(limited_to)
    return "AND location_id = ANY(%(there)s)", {"there": there}
