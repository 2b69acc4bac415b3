"""How much of an item was there, day by day: worked out backwards from today's balance and the ledger."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.db.models.functions import TruncDate
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from inventory.models import Movement
from oms.dashboard.plots import stepped

DAYS = 90


@dataclass(frozen=True)
class Day:
    """What one day did, and what was on hand when it ended."""

    day: date
    came: int
    left: int
    on_hand: int

    @property
    def ran_out(self) -> bool:
        return self.on_hand == 0 and self.left > 0


@dataclass(frozen=True)
class StockChart:
    """The line as SVG; ``days`` says the same as a table, without the quiet days."""

    svg: SafeString
    highest: int
    days: tuple[Day, ...]


def on_hand_chart(
    *, item_id: UUID, on_hand: int, locations: Collection[UUID] | None, zone: ZoneInfo, now: datetime
) -> StockChart:
    """The last ninety days of an item at ``locations`` (None: all), in the merchant's days."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=DAYS - 1)
    since = datetime.combine(first, time.min, tzinfo=zone)
    return chart_of(days_back_from(on_hand, _changes(item_id, locations, zone, since), first=first, last=today))


def _changes(
    item_id: UUID, locations: Collection[UUID] | None, zone: ZoneInfo, since: datetime
) -> dict[date, tuple[int, int]]:
    """Day → units that came in and units that left: from and to the outside, or else these locations."""
    came, left = Q(from_location__isnull=True), Q(to_location__isnull=True)
    if locations is not None:
        came, left = Q(to_location__in=locations), Q(from_location__in=locations)
    rows = (
        Movement.objects.filter(item_id=item_id, recorded_at__gte=since)
        .annotate(day=TruncDate("recorded_at", tzinfo=zone))
        .values("day")
        .annotate(came=Sum("quantity", filter=came), left=Sum("quantity", filter=left))
        .order_by("day")
    )
    return {row["day"]: (row["came"] or 0, row["left"] or 0) for row in rows}


def days_back_from(
    on_hand: int, changes: Mapping[date, tuple[int, int]], *, first: date, last: date
) -> tuple[Day, ...]:
    """Every day from ``first`` to ``last``, given what is on hand after the last. Pure."""
    days, left_over = [], on_hand
    for back in range((last - first).days + 1):
        day = last - timedelta(days=back)
        came, left = changes.get(day, (0, 0))
        days.append(Day(day, came, left, left_over))
        left_over += left - came
    return tuple(reversed(days))


def chart_of(days: tuple[Day, ...]) -> StockChart:
    """The days as a line, with a sign wherever stock came in or ran out."""
    came, out = gettext("came in"), gettext("ran out")
    rows = [
        {"day": each.day.isoformat(), "units": each.on_hand, "sign": out if each.ran_out else came if each.came else ""}
        for each in days
    ]
    svg = stepped(rows, x="day", y="units", sign="sign", signs=(came, out), unit=gettext("Units on hand"))
    told = tuple(each for each in reversed(days) if each.came or each.left)
    return StockChart(svg, max((each.on_hand for each in days), default=0), told)
