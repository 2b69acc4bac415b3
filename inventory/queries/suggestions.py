"""What to order now, per item and location, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from inventory.models import Item, Location, ReorderRule, SupplierItem
from inventory.queries.incoming import incoming
from inventory.queries.lateness import measured_lead_times
from inventory.queries.lookup import visible_locations
from inventory.queries.purchasing import replenishing_settings, sources_of
from inventory.replenishing.lateness import MeasuredDays
from inventory.replenishing.suggesting import Arithmetic, DailyDemand, Span, Terms, suggest
from oms.core.db.reading import read_rows
from oms.core.tenancy import unit

# So many days of demand are looked at; an item that is younger has its own age, but no less than a week.
DEMAND_DAYS, YOUNGEST_DAYS = 90, 7
# Without a supplier nobody knows how long it takes.
USUAL_LEAD_TIME = 14

Place = tuple[UUID, UUID]


@dataclass(frozen=True)
class Suggestion:
    """Order ``arithmetic.quantity`` of an item for a location; ``source`` is where, None when nobody sells it."""

    item: Item
    location: Location
    arithmetic: Arithmetic
    source: SupplierItem | None

    @property
    def buyable(self) -> bool:
        return self.source is not None and bool(self.source.prices)


# Demand is what left a location for customers, by the day it was booked.
_DEMAND = f"""
WITH daily AS (
  SELECT item_id, from_location_id AS location_id, (recorded_at AT TIME ZONE 'UTC')::date AS day,
         sum(quantity)::bigint AS units
  FROM inventory_movement
  WHERE tenant_id = %(tenant)s AND to_state = 'customer' AND from_location_id IS NOT NULL AND recorded_at >= %(since)s
  GROUP BY 1, 2, 3
)
SELECT d.item_id, d.location_id, sum(d.units)::bigint, sum(d.units * d.units)::bigint,
       least({DEMAND_DAYS}, greatest({YOUNGEST_DAYS}, (%(today)s::date - min(i.created_at)::date) + 1))
FROM daily d JOIN inventory_item i ON i.id = d.item_id AND i.tenant_id = %(tenant)s
GROUP BY 1, 2
"""

_FREE = """
SELECT b.item_id, b.location_id, (b.on_hand - b.reserved)::bigint FROM inventory_balance b
WHERE b.tenant_id = %s AND b.state = 'sellable' AND b.item_id = ANY(%s)
"""


def suggestions(*, location_id: UUID | None = None, supplier_id: UUID | None = None) -> list[Suggestion]:
    """Those of the locations the actor may see, what runs out first first; nine statements however many.

    What orders wait for without holding a reservation is not in them: that is known above this room.
    """
    places = {each.id: each for each in visible_locations().filter(active=True)}
    if location_id is not None:
        places = {key: each for key, each in places.items() if key == location_id}
    demand, spans = _demand(), _spans()
    wanted = {each for each in (*demand, *spans) if each[1] in places}
    items = {each.id: each for each in Item.objects.filter(id__in={item for item, _ in wanted}, active=True)}
    position, sources, settings = _positions(items), sources_of(items), replenishing_settings()
    measured = measured_lead_times(items)
    found = []
    for item_id, place in wanted:
        source = sources.get(item_id)
        if item_id not in items or (supplier_id and not (source and source.supplier_id == supplier_id)):
            continue
        arithmetic = suggest(
            demand=demand.get((item_id, place), DailyDemand(0, 0, DEMAND_DAYS)),
            position=position.get((item_id, place), 0), terms=_terms(source, measured),
            span=spans.get((item_id, place)), service_percent=settings.service_percent, cover_days=settings.cover_days,
        )  # fmt: skip
        if arithmetic.quantity:
            found.append(Suggestion(items[item_id], places[place], arithmetic, source))
    return sorted(found, key=_urgency)


def reorder_rules() -> QuerySet[ReorderRule]:
    """To page through by ``("-created_at", "-id")``; of the locations the actor may see."""
    rows, limited_to = ReorderRule.objects.select_related("item", "location"), unit().actor.locations
    return rows if limited_to is None else rows.filter(location__in=limited_to)


def _urgency(each: Suggestion) -> tuple:
    left = each.arithmetic.days_left
    return (left is None, left or 0.0, each.item.sku_key, each.location.code)


def _terms(source: SupplierItem | None, measured: Mapping[tuple[UUID, UUID], MeasuredDays]) -> Terms:
    if source is None:
        return Terms(USUAL_LEAD_TIME)
    took = measured.get((source.supplier_id, source.item_id))
    return Terms(source.lead_time, source.minimum, source.pack_size, took)


def _demand() -> dict[Place, DailyDemand]:
    opened = unit()
    since = opened.now - timedelta(days=DEMAND_DAYS)
    rows = read_rows(_DEMAND, {"tenant": opened.tenant_id, "since": since, "today": opened.now.date()})
    return {(item, place): DailyDemand(*numbers) for item, place, *numbers in rows}


def _spans() -> dict[Place, Span]:
    rows = reorder_rules().values_list("item_id", "location_id", "minimum", "maximum")
    return {(item, place): Span(*span) for item, place, *span in rows}


def _positions(items: Mapping[UUID, Item]) -> dict[Place, int]:
    """What is free there, and what is coming."""
    found = {(item, place): free for item, place, free in read_rows(_FREE, [unit().tenant_id, list(items)])}
    for each in incoming(item_ids=items):
        key = (each.item_id, each.location_id)
        found[key] = found.get(key, 0) + each.units
    return found
