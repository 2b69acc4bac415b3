"""How much of an item was there, day by day: worked out backwards from today's balance and the ledger."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.db.models.functions import TruncDate

from inventory.models import IN_TRANSIT, Movement

DAYS = 90
WIDTH, HEIGHT, MARGIN = 720, 160, 12


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
class Mark:
    """A point of the line worth a sign: stock came in, or ran out."""

    x: float
    y: float
    kind: str
    day: date


@dataclass(frozen=True)
class StepChart:
    """A step line as an SVG path, its scale and marks; `days` is the same as a table, without the quiet days."""

    path: str
    highest: int
    first: date
    last: date
    marks: tuple[Mark, ...]
    days: tuple[Day, ...]
    width: int = WIDTH
    height: int = HEIGHT


def on_hand_chart(
    *, item_id: UUID, on_hand: int, locations: Collection[UUID] | None, zone: ZoneInfo, now: datetime
) -> StepChart:
    """The last ninety days of an item at ``locations`` (None: all), in the merchant's days."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=DAYS - 1)
    since = datetime.combine(first, time.min, tzinfo=zone)
    return step_chart(days_back_from(on_hand, _changes(item_id, locations, zone, since), first=first, last=today))


def _changes(
    item_id: UUID, locations: Collection[UUID] | None, zone: ZoneInfo, since: datetime
) -> dict[date, tuple[int, int]]:
    """Day → units that came onto a shelf and units that left one, anywhere or else at these locations.

    Goods on their way between two locations are on no shelf.
    """
    from_shelf = Q(from_location__isnull=False) & ~Q(from_state=IN_TRANSIT)
    to_shelf = Q(to_location__isnull=False) & ~Q(to_state=IN_TRANSIT)
    came, left = to_shelf & ~from_shelf, from_shelf & ~to_shelf
    if locations is not None:
        came, left = to_shelf & Q(to_location__in=locations), from_shelf & Q(from_location__in=locations)
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


def step_chart(days: tuple[Day, ...]) -> StepChart:
    """The geometry: time from left to right, zero at the bottom, a step wherever a day ends differently. Pure."""
    highest = max((each.on_hand for each in days), default=0)
    step = WIDTH / max(len(days), 1)

    def height_of(units: int) -> float:
        return round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * units / max(highest, 1), 1)

    path, marks = [], []
    for position, each in enumerate(days):
        x, y = round(position * step, 1), height_of(each.on_hand)
        path.append(f"M{x} {y}" if not path else f"V{y}")
        path.append(f"H{round(x + step, 1)}")
        if each.ran_out:
            marks.append(Mark(x, y, "out", each.day))
        elif each.came:
            marks.append(Mark(x, y, "in", each.day))
    told = tuple(each for each in reversed(days) if each.came or each.left)
    return StepChart("".join(path), highest, days[0].day, days[-1].day, tuple(marks), told)
