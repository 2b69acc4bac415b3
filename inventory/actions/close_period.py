"""Close the days of the ledger up to a date, and open them again with a reason."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from inventory.locks import lock_closings
from inventory.models import StockPeriod
from inventory.queries.periods import closing_in_force
from oms.core.audit import Change, record
from oms.core.errors import Conflict, Invalid, NotFound
from oms.core.models import Tenant
from oms.core.tenancy import unit

NOTE_MAX = 500


class NotTheLatest(Conflict):
    """A later closing stands on this one, or it was taken back before."""

    code = "not_the_latest_closing"
    title = "This closing cannot be taken back"


def close_period(*, until: date, note: str = "") -> StockPeriod:
    """Close every day up to ``until``, that day included, in the merchant's zone.

    What turns out later to have happened then takes effect on the first open day, and keeps its true date.
    Raises `Invalid`: for a day that is not over, and for days that are closed already.
    """
    opened = unit()
    lock_closings()
    zone = ZoneInfo(Tenant.objects.values_list("timezone", flat=True).get(id=opened.tenant_id))
    if until >= opened.now.astimezone(zone).date():
        raise Invalid.field("until", "That day is not over yet. Close up to yesterday, or earlier.", "not_over")
    if until.year < 2000:
        raise Invalid.field("until", "Check the year.", "too_long_ago")
    if len(note) > NOTE_MAX or "\0" in note:
        raise Invalid.field("note", f"Shorten the note to {NOTE_MAX} characters.", "too_long")
    current = closing_in_force()
    if current is not None and until <= current.closed_until:
        raise Invalid.field("until", f"All days up to {current.closed_until} are closed already.", "closed_already")
    period = StockPeriod.objects.create(
        closed_until=until, open_from=datetime.combine(until + timedelta(days=1), time.min, zone), note=note.strip(),
        closed_at=opened.now, closed_by=opened.actor.label,
    )  # fmt: skip
    _tell(period, f"Stock closed up to {until}" + (f": {period.note}" if period.note else ""))
    return period


def reopen_period(*, period_id: UUID, reason: str) -> StockPeriod:
    """Take the latest closing back: the one before it counts again. Raises `NotFound`, `NotTheLatest`, `Invalid`."""
    opened = unit()
    lock_closings()
    reason = reason.strip()
    if not reason or len(reason) > NOTE_MAX or "\0" in reason:
        raise Invalid.field("reason", f"Say why, in up to {NOTE_MAX} characters.", "required")
    period = StockPeriod.objects.filter(id=period_id).first()
    if period is None:
        raise NotFound("There is no such closing.")
    current = closing_in_force()
    if current is None or current.id != period.id:
        latest = f"The latest, up to {current.closed_until}, comes first." if current else "No days are closed now."
        raise NotTheLatest(f"Only the latest closing can be taken back. {latest}")
    period.reopened_at, period.reopened_by, period.reopen_reason = opened.now, opened.actor.label, reason
    period.save(update_fields=["reopened_at", "reopened_by", "reopen_reason"])
    _tell(period, f"Stock opened again that was closed up to {period.closed_until}: {reason}")
    return period


def _tell(period: StockPeriod, sentence: str) -> None:
    record([Change("stock.audit", sentence, (("stock_period", period.id),))])
