"""Lots: what there is of them, where they lie, and who got them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from inventory.items import sku_key
from inventory.models import IN_TRANSIT, SELLABLE, Item, Lot, Quant, Recall
from inventory.queries.lookup import find_items
from oms.accounts.queries import kept_setting
from oms.core.db.reading import read_rows
from oms.core.errors import NotFound
from oms.core.models import Tenant
from oms.core.tenancy import current_tenant_id, unit

KEY = "tracing"
NEWEST, FIRST_TO_EXPIRE, NEWEST_BLOCKED = ("-id",), ("expires_on", "id"), ("-blocked_at", "-id")
# Above every character: a range of text uses an index where row-level security lets no LIKE do so.
LAST = chr(0x10FFFF)
# What a list of lots can be narrowed to.
EXPIRING, EXPIRED, BLOCKED = VIEWS = ("expiring", "expired", "blocked")


@dataclass(frozen=True, slots=True)
class TracingSettings:
    """How many days before it expires a lot is spoken of."""

    warn_days: int = 30


def tracing_settings() -> TracingSettings:
    """The merchant's own, or the usual ones."""
    return TracingSettings(**kept_setting(KEY, {}))


def today() -> date:
    """As the merchant's own calendar has it: a lot is good to the end of its day there."""
    zone = Tenant.objects.values_list("timezone", flat=True).get(id=unit().tenant_id)
    return unit().now.astimezone(ZoneInfo(zone)).date()


def shelf_lives(item_ids: Collection[UUID]) -> dict[UUID, int | None]:
    """Those of these items that are tracked by lot, with how many days one lasts where that is known."""
    rows = Item.objects.filter(id__in=item_ids, tracks_lots=True)
    return dict(rows.values_list("id", "shelf_life_days"))


def tracks_any_lots() -> bool:
    """Whether any item is tracked by lot."""
    return Item.objects.filter(tracks_lots=True).exists()


def lots(*, text: str = "", item_id: UUID | None = None, view: str = "") -> tuple[QuerySet[Lot], tuple[str, ...]]:
    """Lots, and the order to page through them; ``units`` is what lies at the locations the actor may see.

    ``text`` is the beginning of a lot's code, or what finds its item.
    """
    rows = Lot.objects.select_related("item").annotate(units=_units())
    if item_id is not None:
        rows = rows.filter(item_id=item_id)
    if key := sku_key(text.replace("\0", "")):
        rows = rows.filter(
            Q(code_key__gte=key, code_key__lt=key + LAST) | Q(item__in=find_items(text=text).values("id"))
        )
    if view == BLOCKED:
        return rows.filter(blocked_at__isnull=False), NEWEST_BLOCKED
    if view not in (EXPIRING, EXPIRED):
        return rows, NEWEST
    day, left = today(), Exists(_visible_quants().filter(lot_id=OuterRef("id")))
    if view == EXPIRED:
        return rows.filter(left, expires_on__lt=day), FIRST_TO_EXPIRE
    soon = day + timedelta(days=tracing_settings().warn_days)
    return rows.filter(left, expires_on__gte=day, expires_on__lte=soon), FIRST_TO_EXPIRE


def lot_by_id(lot_id: UUID) -> Lot:
    """Raises `NotFound`."""
    found = Lot.objects.select_related("item").annotate(units=_units()).filter(id=lot_id).first()
    if found is None:
        raise NotFound("There is no such lot.")
    return found


def quants_of_item(item_id: UUID) -> list[Quant]:
    """Where an item's units lie, lot by lot: what expires first comes first."""
    rows = _visible_quants().filter(item_id=item_id).select_related("lot", "location")
    return list(rows.order_by(F("lot__expires_on").asc(nulls_last=True), "lot_id", "location__priority", "state"))


def quants_of_lot(lot_id: UUID) -> list[Quant]:
    rows = _visible_quants().filter(lot_id=lot_id).select_related("location")
    return list(rows.order_by("location__priority", "location_id", "state"))


def lots_on_shelf(item_ids: Collection[UUID], location_id: UUID) -> dict[UUID, list[Quant]]:
    """Item → what can be picked of it there, lot by lot."""
    found: dict[UUID, list[Quant]] = defaultdict(list)
    rows = Quant.objects.filter(item_id__in=item_ids, location_id=location_id, state="sellable", lot__isnull=False)
    for each in rows.select_related("lot"):
        found[each.item_id].append(each)
    return found


def lots_by_code(code: str, item_ids: Collection[UUID]) -> list[Lot]:
    """Lots of these items that are called that."""
    rows = Lot.objects.filter(code_key=sku_key(code), item_id__in=item_ids).select_related("item")
    return list(rows.order_by("id"))


def lots_with_customers(demand_ids: Collection[UUID]) -> dict[UUID, dict[UUID | None, int]]:
    """Demand → lot → units that left for it and have not come back, the first to leave first."""
    if not demand_ids:
        return {}
    rows = read_rows(
        "SELECT demand_id, lot_id, sum(CASE WHEN to_state = 'customer' THEN quantity ELSE -quantity END)::bigint "
        "FROM inventory_movement WHERE tenant_id = %s AND demand_id = ANY(%s) AND lot_id IS NOT NULL "
        "AND (to_state = 'customer' OR from_state = 'customer') GROUP BY demand_id, lot_id ORDER BY min(id)",
        [current_tenant_id(), list(demand_ids)],
    )
    found: dict[UUID, dict[UUID | None, int]] = defaultdict(dict)
    for demand_id, lot_id, units in rows:
        if units > 0:
            found[demand_id][lot_id] = units
    return found


@dataclass(frozen=True, slots=True)
class Sent:
    """Units of a lot, or one by its number (``name``), that went to a customer: for what, and when the first left."""

    demand_id: UUID | None
    cause_id: UUID | None
    name: str
    units: int
    returned: int
    first_at: datetime


def lots_brought_by(cause_ids: Collection[UUID], state: str) -> dict[tuple[UUID, UUID], dict[UUID | None, int]]:
    """Cause and item → lot → units that it brought into this state and has not taken on, the first first."""
    rows = read_rows(
        "SELECT cause_id, item_id, lot_id, sum(CASE WHEN to_state = %s THEN quantity ELSE -quantity END)::bigint "
        "FROM inventory_movement WHERE tenant_id = %s AND cause_id = ANY(%s) AND (to_state = %s OR from_state = %s) "
        "GROUP BY cause_id, item_id, lot_id ORDER BY min(id)",
        [state, current_tenant_id(), list(cause_ids), state, state],
    )
    found: dict[tuple[UUID, UUID], dict[UUID | None, int]] = defaultdict(dict)
    for cause_id, item_id, lot_id, units in rows:
        if units > 0:
            found[cause_id, item_id][lot_id] = units
    return found


def sent_of_lots(lot_ids: Collection[UUID]) -> list[Sent]:
    """Who got of these lots, the first first. They are orders' lines and parcels, which are named above."""
    rows = read_rows(
        "SELECT m.demand_id, min(m.cause_id::text)::uuid, l.code, "
        "coalesce(sum(m.quantity) FILTER (WHERE m.to_state = 'customer'), 0)::bigint, "
        "coalesce(sum(m.quantity) FILTER (WHERE m.from_state = 'customer'), 0)::bigint, min(m.happened_at) "
        "FROM inventory_movement m JOIN inventory_lot l ON l.id = m.lot_id AND l.tenant_id = m.tenant_id "
        "WHERE m.tenant_id = %s AND m.lot_id = ANY(%s) AND (m.to_state = 'customer' OR m.from_state = 'customer') "
        "GROUP BY m.demand_id, m.lot_id, l.code ORDER BY min(m.id)",
        [current_tenant_id(), list(lot_ids)],
    )
    return [Sent(*row) for row in rows]


def recalls() -> QuerySet[Recall]:
    """To page through by ``("-id",)``."""
    return Recall.objects.all()


def recall_by_number(number: int) -> Recall:
    """Raises `NotFound`."""
    return _recall(Recall.objects.filter(number=number))


def recall_by_id(recall_id: UUID) -> Recall:
    """Raises `NotFound`."""
    return _recall(Recall.objects.filter(id=recall_id))


def lots_of_recall(recall: Recall) -> list[Lot]:
    rows = Lot.objects.filter(recalls__recall=recall).select_related("item").annotate(units=_units())
    return list(rows.order_by("item__sku_key", "code_key"))


def _recall(rows: QuerySet[Recall]) -> Recall:
    found = rows.first()
    if found is None:
        raise NotFound("There is no such recall.")
    return found


def _visible_quants() -> QuerySet[Quant]:
    limited_to = unit().actor.locations
    rows = Quant.objects.filter(on_hand__gt=0)
    return rows if limited_to is None else rows.filter(location_id__in=limited_to)


def _units() -> Coalesce:
    there = _visible_quants().filter(lot_id=OuterRef("id")).order_by().values("lot_id")
    return Coalesce(Subquery(there.annotate(units=Sum("on_hand")).values("units")), 0, output_field=BigIntegerField())


def expiring_units() -> dict[UUID, int]:
    """Item → units on sale, or on their way, of lots that expire within the days one is warned before."""
    day = today()
    soon = day + timedelta(days=tracing_settings().warn_days)
    rows = Quant.objects.filter(
        lot__expires_on__gte=day, lot__expires_on__lte=soon, lot__blocked_at__isnull=True,
        state__in=[SELLABLE, IN_TRANSIT], on_hand__gt=0,
    )  # fmt: skip
    return dict(rows.values("item_id").annotate(units=Sum("on_hand")).values_list("item_id", "units"))
