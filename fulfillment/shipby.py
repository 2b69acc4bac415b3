"""By when an order must leave: the next cut-off of its location, told in the location's own time. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def ship_by(now: datetime, cutoff: time | None, zone: str) -> datetime | None:
    """The next time the clock at the location shows ``cutoff``, in UTC; None where there is no cut-off.

    A cut-off that the clocks skip in spring falls as much later as they are put forward; one that they
    show twice in autumn means the first.
    """
    if cutoff is None:
        return None
    there = ZoneInfo(zone)
    today = now.astimezone(there).date()
    for days in (0, 1):
        at = datetime.combine(today + timedelta(days=days), cutoff, tzinfo=there).astimezone(UTC)
        if at > now:
            break
    return at
