"""When an entry takes effect: not tomorrow, and not in days that are closed. Pure."""

from datetime import datetime, timedelta

# Clocks differ by a little; a delivery note from tomorrow is a mistake.
CLOCK_TOLERANCE = timedelta(minutes=5)
# Nobody books what happened longer ago; a year with a digit missing is a typing mistake.
OLDEST = timedelta(days=3650)


def why_not_then(happened_at: datetime | None, now: datetime) -> tuple[str, str] | None:
    """A code and a sentence when nothing can have happened at that time."""
    if happened_at is None:
        return None
    if happened_at > now + CLOCK_TOLERANCE:
        return "in_the_future", "This lies in the future. Say when it happened."
    if happened_at < now - OLDEST:
        return "too_long_ago", "This is more than ten years ago. Check the year."
    return None


def in_effect(
    happened_at: datetime | None, *, now: datetime, open_from: datetime | None
) -> tuple[datetime, datetime | None]:
    """When it takes effect, and when it truly happened where that day is closed."""
    happened_at = now if happened_at is None else min(happened_at, now)
    if open_from is not None and happened_at < open_from:
        return open_from, happened_at
    return happened_at, None
