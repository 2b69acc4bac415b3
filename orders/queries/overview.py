"""Counts for the home page: each stops at a cap, so that a merchant with a million orders waits no longer."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet

from oms.core.tenancy import unit
from orders.models import Hold

CAP = 10_000
DUE = """
SELECT location, count(*), min(ship_by) FROM (
  SELECT coalesce(locations ->> 0, '') AS location, ship_by FROM orders_order
  WHERE tenant_id = %(tenant)s AND state = 'open' AND ship_by IS NOT NULL AND ship_by < %(until)s
    AND fulfillment_state NOT IN ('shipped', 'delivered')
    AND (%(channels)s::uuid[] IS NULL OR channel_id = ANY(%(channels)s)) LIMIT %(cap)s) due
GROUP BY location ORDER BY min(ship_by)
"""
BY_DAY = """
SELECT d::date, (SELECT count(*) FROM (
    SELECT 1 FROM orders_order o WHERE o.tenant_id = %(tenant)s AND o.number IS NOT NULL
    AND o.placed_at >= (d::date)::timestamp AT TIME ZONE %(zone)s
    AND o.placed_at < (d::date + 1)::timestamp AT TIME ZONE %(zone)s
    AND (%(channels)s::uuid[] IS NULL OR o.channel_id = ANY(%(channels)s)) LIMIT %(cap)s) placed)
FROM generate_series(%(first)s::date, %(last)s::date, '1 day') AS d ORDER BY 1
"""
HOLDS = """
SELECT kind, count(*) FROM (
  SELECT h.kind FROM orders_hold h WHERE h.tenant_id = %(tenant)s AND h.lifted_at IS NULL
    AND (%(channels)s::uuid[] IS NULL OR EXISTS (
      SELECT 1 FROM orders_order o WHERE o.tenant_id = h.tenant_id AND o.id = h.order_id
      AND o.channel_id = ANY(%(channels)s)))
  LIMIT %(cap)s) held
GROUP BY kind ORDER BY count(*) DESC, kind
"""


@dataclass(frozen=True)
class DayCount:
    """Orders placed on one day of the merchant's calendar; ``CAP + 1`` means "more than the cap"."""

    day: date
    orders: int


@dataclass(frozen=True)
class DueAt:
    """Orders that must leave a location by a moment; ``location`` is its code, ``next`` the first of their times."""

    location: str
    orders: int
    next: datetime


def open_holds(kind: str = "") -> QuerySet[Hold]:
    """Open holds of the orders the actor may see, to page through by ``("-set_at", "-id")``."""
    holds = Hold.objects.filter(lifted_at__isnull=True).select_related("order")
    channels = unit().actor.channels
    holds = holds if channels is None else holds.filter(order__channel_id__in=channels)
    return holds.filter(kind=kind) if kind else holds


def open_holds_by_kind() -> dict[str, int]:
    """Kind of hold → open holds, over the first ``CAP`` of them, the most frequent first."""
    return dict(_rows(HOLDS, cap=CAP))


def due_by_location(until: datetime) -> list[DueAt]:
    """What must leave before ``until``, overdue orders included, by the location that sends most of each."""
    return [DueAt(*row) for row in _rows(DUE, until=until, cap=CAP + 1)]


def orders_by_day(*, days: int, until: datetime, zone: str) -> list[DayCount]:
    """Orders placed on each of the last ``days`` days, the unfinished one included, oldest first."""
    last = until.astimezone(ZoneInfo(zone)).date()
    first = date.fromordinal(last.toordinal() - days + 1)
    return [DayCount(*row) for row in _rows(BY_DAY, zone=zone, cap=CAP + 1, first=first, last=last)]


def newest_number() -> int:
    """The highest order number given out so far; nought before the first order."""
    return _rows("SELECT coalesce(max(number), 0) FROM orders_order WHERE tenant_id = %(tenant)s")[0][0]


def _rows(sql: str, **params: object) -> list[tuple]:
    opened = unit()
    limited_to: list[UUID] | None = None if opened.actor.channels is None else list(opened.actor.channels)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": opened.tenant_id, "channels": limited_to, **params})
        return cursor.fetchall()
