"""Begin to track an item by lot, or cease to."""

from collections.abc import Sequence

from inventory import book, quants
from inventory.locks import LockedBalance, lock_accounts, lock_whole_item
from inventory.models import Balance, Item
from inventory.quants import lots_at

CAUSE = "lot_tracking"


def switch_tracking(items: Sequence[Item]) -> None:
    """Make the finer book follow each item's flag, which the caller has just written.

    What lies there when it begins is of a lot nobody knows. When it ends, all units go back to that, so that the
    ledger's lots come out even for whoever begins again.
    """
    for item in items:
        balances = _lock(item)
        if item.tracks_lots:
            quants.begin([(_account(each), each.on_hand) for each in balances])
        else:
            _forget(item, balances)


def _lock(item: Item) -> list[LockedBalance]:
    """Every balance of the item, also one that another transaction is making right now."""
    _lock_known(item)
    lock_whole_item(item.id)
    return _lock_known(item)


def _lock_known(item: Item) -> list[LockedBalance]:
    known = Balance.objects.filter(item_id=item.id).values_list("item_id", "location_id", "state")
    return list(lock_accounts(list(known)).values()) if known else []


def _forget(item: Item, balances: Sequence[LockedBalance]) -> None:
    held = lots_at([_account(each) for each in balances])
    entries = [
        entry
        for (item_id, location_id, state), lots in held.items()
        for lot_id, units in lots.items()
        if lot_id is not None
        for entry in (
            book.Entry(item_id, units, state, "unexplained", location_id, lot_id=lot_id),
            book.Entry(item_id, units, "unexplained", state, to_location_id=location_id),
        )
    ]
    if entries:
        Item.objects.filter(id=item.id).update(tracks_lots=True)
        book.enter(entries, cause_kind=CAUSE, reason="No longer tracked by lot")
        Item.objects.filter(id=item.id).update(tracks_lots=False)
    quants.end([item.id])


def _account(each: LockedBalance) -> tuple:
    return each.item_id, each.location_id, each.state
