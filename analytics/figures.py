"""The figures of a stretch of time, each with what it was made of. Definitions are in `DEFINITIONS`, for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Sum

from analytics.models import DailyFloor, DailySales
from analytics.projecting import FLOOR
from oms.core.tenancy import unit

# Below so many, a share says little: it is shown grey, with the number.
FEW = 30
UTC = ZoneInfo("UTC")
STAGES = (
    ("placed_at", "cleared_at", "Checked"), ("cleared_at", "allocated_at", "Allocated"),
    ("allocated_at", "released_at", "Released"), ("released_at", "picked_at", "Picked"),
    ("picked_at", "packed_at", "Packed"), ("packed_at", "dispatched_at", "Handed over"),
    ("dispatched_at", "delivered_at", "Delivered"),
)  # fmt: skip
KEPT_PROMISE = "arrived AND delivered <= promised"
DEFINITIONS = {
    "accuracy": "Of the orders that left in this time, the share without a claim that something was wrong, damaged "
    "or not as described. A claim that is declined, taken back or not borne out by the inspection does not count. "
    "Claims for the latest days may still come.",
    "caught": "Scans of a wrong item, or of one too many, that were refused before the parcel left, on all channels.",
    "on_time": "Of the orders promised for a day in this time, the share whose last parcel arrived on that day or "
    "before, by your own time zone. A parcel that has not arrived by then is late; one that may still come in time "
    "is not counted yet.",
    "backordered": "Of the orders that left in this time, the share that had to wait for stock.",
    "inventory": "Of the units the floor went to pick, the share that lay where the book has them. It is not measured "
    "until a short pick has looked; all channels together. Counts measure the same better: they look at what nobody "
    "went to pick, too.",
    "count_lines": "Of the lines that counts finished in this time looked at, the share that was exactly as in the "
    "book; all channels together. Lines that were left uncounted say nothing.",
    "count_units": "Of the units that those counts found or should have found, the share that was neither missing nor "
    "too many.",
    "returns": "Of the orders that left in this time, the share of which something came back.",
    "satisfaction": "The average of the answers (1 to 5) to the one question after delivery, for orders that left in "
    "this time, and the share of answers of 4 or 5.",
    "stages": "For orders placed in this time: the median time of each stage, and the time that nine in ten stay "
    "below.",
    "sales": "Orders by the day they were placed, with what they came to; each currency by itself. Refunds by the "
    "day they were made.",
}


@dataclass(frozen=True)
class Span:
    """Days from ``first`` to ``last``, both in it, in the merchant's ``zone``; perhaps of one channel."""

    first: date
    last: date
    channel_id: UUID | None = None
    zone: ZoneInfo = UTC

    @property
    def channel_ids(self) -> list[UUID] | None:
        """Those that are asked for and that the actor may see; None for all."""
        allowed = unit().actor.channels
        if self.channel_id is None:
            return None if allowed is None else sorted(allowed)
        return [self.channel_id] if allowed is None or self.channel_id in allowed else []

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Span":
        """As many days just before it."""
        first, last = self.first - timedelta(days=self.days), self.first - timedelta(days=1)
        return Span(first, last, self.channel_id, self.zone)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first moment to the one after the last."""
        after = self.last + timedelta(days=1)
        return datetime.combine(self.first, time(), self.zone), datetime.combine(after, time(), self.zone)


@dataclass(frozen=True)
class Share:
    """``good`` of ``all``; None as a share where there is nothing to measure."""

    good: int
    all: int

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.good) / self.all if self.all else None

    @property
    def percent(self) -> str:
        return "–" if self.share is None else f"{self.share * 100:.1f} %"

    @property
    def few(self) -> bool:
        return self.all < FEW


@dataclass(frozen=True)
class Stage:
    """Hours from one moment to the next."""

    name: str
    count: int
    median: float
    p90: float


@dataclass(frozen=True)
class Figures:
    """``inventory`` (by short picks) and the shares of counts are None until something was measured; ``caught`` are
    errors that a scan stopped."""

    accuracy: Share
    on_time: Share
    inventory: Share | None
    returns: Share
    satisfied: Share
    score: Decimal | None
    caught: int
    backordered: Share
    count_lines: Share | None
    count_units: Share | None


@dataclass(frozen=True)
class DayOfSales:
    day: date
    channel: str
    currency: str
    orders: int
    sales: Decimal
    refunds: Decimal


def figures_of(span: Span) -> Figures:
    """Three statements."""
    left = _one(
        f"""
        SELECT count(*), count(*) FILTER (WHERE claims <= 0), count(*) FILTER (WHERE returned_units > 0),
               count(score), count(*) FILTER (WHERE score >= 4), avg(score),
               count(*) FILTER (WHERE backordered_at IS NOT NULL)
        FROM analytics_orderjourney
        WHERE tenant_id = %(tenant)s AND dispatched_at >= %(since)s AND dispatched_at < %(until)s {_of(span)}
        """,
        span,
    )
    due = _one(
        f"""
        SELECT count(*) FILTER (WHERE arrived OR promised < %(today)s), count(*) FILTER (WHERE {KEPT_PROMISE}) FROM (
          SELECT (delivered_at AT TIME ZONE %(zone)s)::date AS delivered,
                 (promised_at AT TIME ZONE %(zone)s)::date AS promised,
                 parcels_arrived > 0 AND parcels_arrived >= parcels_left AS arrived
          FROM analytics_orderjourney
          WHERE tenant_id = %(tenant)s AND promised_at >= %(since)s AND promised_at < %(until)s {_of(span)}) due
        """,
        span,
    )
    days = DailyFloor.objects.filter(day__range=(span.first, span.last))
    floor = {name: units or 0 for name, units in days.aggregate(**{name: Sum(name) for name in FLOOR}).items()}
    lines, units = floor["lines_counted"], floor["units_counted"]
    count, right, back, rated, satisfied, score, backordered = left
    return Figures(
        accuracy=Share(right, count),
        on_time=Share(due[1], due[0]),
        inventory=_inventory(floor),
        returns=Share(back, count),
        satisfied=Share(satisfied, rated),
        score=None if score is None else Decimal(score).quantize(Decimal("0.1")),
        caught=floor["caught"],
        backordered=Share(backordered, count),
        count_lines=Share(floor["lines_exact"], lines) if lines else None,
        count_units=Share(units - floor["units_off"], units) if lines else None,
    )


def stages_of(span: Span) -> list[Stage]:
    """The time orders spend between two moments, in hours; one statement."""
    parts = ", ".join(
        f"count({to} - {since}), "
        f"percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM {to} - {since})) "
        f"FILTER (WHERE {to} >= {since}), "
        f"percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM {to} - {since})) "
        f"FILTER (WHERE {to} >= {since})"
        for since, to, _ in STAGES
    )
    row = _one(
        f"SELECT {parts} FROM analytics_orderjourney "
        f"WHERE tenant_id = %(tenant)s AND placed_at >= %(since)s AND placed_at < %(until)s {_of(span)}",
        span,
    )
    found = zip(STAGES, zip(row[::3], row[1::3], row[2::3], strict=True), strict=True)
    return [
        Stage(name, count, float(median or 0) / 3600, float(p90 or 0) / 3600)
        for (_, _, name), (count, median, p90) in found
        if count
    ]


def sales_of(span: Span) -> list[DayOfSales]:
    """By day, channel and currency; one statement."""
    rows = DailySales.objects.filter(day__range=(span.first, span.last)).select_related("channel")
    if span.channel_ids is not None:
        rows = rows.filter(channel_id__in=span.channel_ids)
    return [
        DayOfSales(each.day, each.channel.name, each.currency, each.orders, each.sales, each.refunds)
        for each in rows.order_by("day", "channel__name", "currency")
    ]


def _inventory(floor: dict) -> Share | None:
    if not floor["shorts"]:
        return None
    return Share(floor["picked"], floor["picked"] + floor["missing"])


def _of(span: Span) -> str:
    return "" if span.channel_ids is None else "AND channel_id = ANY(%(channels)s)"


def _one(sql: str, span: Span) -> Sequence:
    since, until = span.moments
    today = unit().now.astimezone(span.zone).date()
    given = {
        "tenant": unit().tenant_id, "since": since, "until": until, "channels": span.channel_ids, "today": today,
        "zone": span.zone.key,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchone()
