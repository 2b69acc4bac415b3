"""When a message that was not accepted is sent again: the schedule of the Standard Webhooks specification."""

from datetime import timedelta

SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
GONE = 410


def accepted(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def wait_after(attempts: int) -> timedelta | None:
    """How long after the ``attempts``-th failure to try again; None when that was the last."""
    return SCHEDULE[attempts - 1] if attempts <= len(SCHEDULE) else None
