"""Counts for the home page: each stops at a cap, so that a merchant with a million orders waits no longer."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

from oms.core.tenancy import unit

CAP = 10_000


@dataclass(frozen=True)
class DayCount:
    """Orders placed on one day of the merchant's calendar; ``CAP + 1`` means "more than the cap"."""

    day: date
    orders: int


def open_holds_by_kind() -> dict[str, int]:
    """Kind of hold → open holds, over the first ``CAP`` of them."""
    return dict(
        _rows(
            "SELECT kind, count(*) FROM (SELECT kind FROM orders_hold WHERE tenant_id = %s AND lifted_at IS NULL "
            "LIMIT %s) held GROUP BY kind",
            [unit().tenant_id, CAP],
        )
    )


def orders_by_fulfillment(states: tuple[str, ...]) -> dict[str, int]:
    """Open orders in each of these fulfillment states, each capped."""
    rows = _rows(
        "SELECT s.state, (SELECT count(*) FROM (SELECT 1 FROM orders_order o WHERE o.tenant_id = %s "
        "AND o.fulfillment_state = s.state AND o.state IN ('open', 'checking') LIMIT %s) found) "
        "FROM unnest(%s::text[]) AS s(state)",
        [unit().tenant_id, CAP + 1, list(states)],
    )
    return dict(rows)


def late_orders(now: datetime) -> int:
    """Open orders past their ship-by time, capped."""
    return _rows(
        "SELECT count(*) FROM (SELECT 1 FROM orders_order WHERE tenant_id = %s AND state = 'open' "
        "AND ship_by < %s LIMIT %s) late",
        [unit().tenant_id, now, CAP + 1],
    )[0][0]


def orders_by_day(*, days: int, until: datetime, zone: str) -> list[DayCount]:
    """Orders placed on each of the last ``days`` days, the unfinished one included, oldest first."""
    rows = _rows(
        """
        SELECT d::date, (SELECT count(*) FROM (
            SELECT 1 FROM orders_order o WHERE o.tenant_id = %(tenant)s AND o.number IS NOT NULL
            AND o.placed_at >= (d::date)::timestamp AT TIME ZONE %(zone)s
            AND o.placed_at < (d::date + 1)::timestamp AT TIME ZONE %(zone)s LIMIT %(cap)s) placed)
        FROM generate_series(%(first)s::date, %(last)s::date, '1 day') AS d ORDER BY 1
        """,
        {
            "tenant": unit().tenant_id,
            "zone": zone,
            "cap": CAP + 1,
            "last": (last := until.astimezone(ZoneInfo(zone)).date()),
            "first": date.fromordinal(last.toordinal() - days + 1),
        },
    )
    return [DayCount(day, orders) for day, orders in rows]


def _rows(sql: str, params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
