"""Units that were promised but are not where the book has them: set aside until somebody counts."""

from uuid import UUID

from inventory import book, queries
from inventory.events import CountWanted, StockStateChanged
from inventory.locks import lock_accounts
from inventory.models import QUALITY_HOLD, SELLABLE, Location
from oms.core.audit import Change, record
from oms.core.events import publish


def set_aside(
    *, reservation_id: UUID, item_id: UUID, location_id: UUID, quantity: int, reason: str, cause_id: UUID | None = None
) -> int:
    """Take units of a reservation off sale, to be counted; returns how many were still held.

    They are not written off: they move from sellable to quality hold, the promise that stood on them ends, and a
    count is called for.
    """
    shelf, aside = (item_id, location_id, SELLABLE), (item_id, location_id, QUALITY_HOLD)
    balances = lock_accounts([shelf, aside])
    # An adjustment that came first may have ended part of the promise already, and taken the units off the book.
    units = min(quantity, book.open_now([reservation_id]).get(reservation_id, 0))
    if not units:
        return 0
    book.change_balances({balances[shelf].id: (-units, -units), balances[aside].id: (units, 0)})
    book.let_go({reservation_id: units})
    book.enter(
        [book.Entry(item_id, units, SELLABLE, QUALITY_HOLD, location_id, location_id)],
        cause_kind="short_pick", cause_id=cause_id, reason=reason,
    )  # fmt: skip
    sku = queries.skus_of([item_id])[item_id]
    place = Location.objects.values_list("name", flat=True).get(id=location_id)
    sentence = f"{units:,} × {sku} at {place} set aside to be counted: {reason}"
    record([Change("stock.adjust", sentence, (("item", item_id),))])
    publish(
        [
            StockStateChanged(item_id, location_id, SELLABLE, QUALITY_HOLD, units),
            CountWanted(item_id, location_id, "short_pick", units),
        ]
    )
    return units
