"""The ledger: every movement, newest first, and what is promised out of the stock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from inventory.models import Movement, Reservation
from inventory.stock.values import Account
from oms.core.db.reading import read_rows
from oms.core.paging import Page, keyset_page
from oms.core.tenancy import current_tenant_id, unit

ORDER = ("-recorded_at", "-id")
SHOWN = 50


@dataclass(frozen=True)
class ItemTimeline:
    """An item's page: its movements, and the newest of its open reservations."""

    movements: Page
    reservations: list[Reservation]


def ledger(
    *,
    item_id: UUID | None = None,
    location_id: UUID | None = None,
    cause_kind: str = "",
    cause_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    lot_id: UUID | None = None,
) -> QuerySet[Movement]:
    """Movements to page through by `ORDER`, with their item, locations and lot loaded, and ``reversed_by_id``.

    ``since`` and ``until`` bound when they were recorded (until itself is out).
    """
    taken_back = Movement.objects.filter(reverses_id=OuterRef("id")).values("id")[:1]
    rows = Movement.objects.select_related("item", "from_location", "to_location", "lot")
    rows = rows.annotate(reversed_by_id=Subquery(taken_back))
    limited_to = unit().actor.locations
    if limited_to is not None:
        rows = rows.filter(Q(from_location__in=limited_to) | Q(to_location__in=limited_to))
    if location_id is not None:
        rows = rows.filter(Q(from_location=location_id) | Q(to_location=location_id))
    given = {
        "item_id": item_id, "cause_id": cause_id, "cause_kind": cause_kind or None, "recorded_at__gte": since,
        "recorded_at__lt": until, "lot_id": lot_id,
    }  # fmt: skip
    return rows.filter(**{name: value for name, value in given.items() if value is not None})


def opening_stock_of(item_ids: Collection[UUID]) -> dict[Account, int]:
    """Units booked as opening stock and not taken back since, per shelf of these items."""
    rows = read_rows(
        "SELECT item_id, coalesce(to_location_id, from_location_id), "
        "CASE WHEN from_state = 'opening' THEN to_state ELSE from_state END, "
        "sum(CASE WHEN from_state = 'opening' THEN quantity ELSE -quantity END)::bigint FROM inventory_movement "
        "WHERE tenant_id = %s AND item_id = ANY(%s) AND (from_state = 'opening' OR to_state = 'opening') "
        "GROUP BY 1, 2, 3",
        [current_tenant_id(), list(item_ids)],
    )
    return {(item, location, state): units for item, location, state, units in rows}


def units_brought_by(cause_id: UUID, item_ids: Collection[UUID]) -> dict[Account, int]:
    """Units that this cause brought onto each shelf of these items, without what was taken back since."""
    rows = read_rows(
        "SELECT m.item_id, m.to_location_id, m.to_state, sum(m.quantity)::bigint FROM inventory_movement m "
        "WHERE m.tenant_id = %s AND m.cause_id = %s AND m.item_id = ANY(%s) AND m.to_location_id IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM inventory_movement r WHERE r.tenant_id = m.tenant_id AND r.reverses_id = m.id) "
        "GROUP BY 1, 2, 3",
        [current_tenant_id(), cause_id, list(item_ids)],
    )
    return {(item, location, state): units for item, location, state, units in rows}


def units_moved_by(cause_id: UUID, *, since: datetime) -> int:
    """All units that this cause moved, whichever way."""
    moved = Movement.objects.filter(cause_id=cause_id, recorded_at__gte=since).aggregate(units=Sum("quantity"))
    return moved["units"] or 0


def open_reservations(
    *, item_id: UUID | None = None, location_id: UUID | None = None, demand_id: UUID | None = None
) -> QuerySet[Reservation]:
    """Open reservations to page through by ``("-created_at", "-id")``; name the item or the demand."""
    rows = Reservation.objects.filter(open__gt=0).select_related("item", "location")
    if unit().actor.locations is not None:
        rows = rows.filter(location_id__in=unit().actor.locations)
    given = {"item_id": item_id, "location_id": location_id, "demand_id": demand_id}
    return rows.filter(**{name: value for name, value in given.items() if value is not None})


def item_timeline(*, item_id: UUID, size: int = SHOWN, cursor: str = "") -> ItemTimeline:
    """One item's movements, page by page, with the newest open reservations beside them."""
    movements = keyset_page(ledger(item_id=item_id), order=ORDER, size=size, cursor=cursor)
    return ItemTimeline(movements, list(open_reservations(item_id=item_id).order_by("-created_at", "-id")[:SHOWN]))
