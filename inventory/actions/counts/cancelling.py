"""Stop a count: nothing is booked, and its items may be counted by another."""

from uuid import UUID

from inventory.actions.counts.opening import NOTE_MAX, name_of
from inventory.actions.counts.recording import lock_visible, save
from inventory.models import StockCount, StockCountLine
from inventory.stock import count_lifecycle as lifecycle
from oms.core.audit import Change, record
from oms.core.errors import Invalid
from oms.core.tenancy import unit


def cancel_count(*, count_id: UUID, note: str = "") -> StockCount:
    """What people entered is kept to be read, and changes nothing. Raises `NotFound` and `NotAllowed`."""
    if len(note) > NOTE_MAX or "\0" in note:
        raise Invalid.field("note", f"Shorten the note to {NOTE_MAX} characters.", "too_long")
    stock_count, opened = lock_visible(count_id), unit()
    save(
        stock_count, state=lifecycle.next_state(stock_count.state, "cancel"), finished_at=opened.now,
        finished_by=opened.actor.label, note=note.strip() or stock_count.note,
    )  # fmt: skip
    StockCountLine.objects.filter(stock_count=stock_count).update(counting=False)
    sentence = f"{name_of(stock_count)} canceled" + (f": {note.strip()}" if note.strip() else "")
    record([Change("stock.count", sentence, (("stock_count", stock_count.id),))])
    return stock_count
