"""Goods come back from customers: first they wait to be looked at, then each unit goes where it belongs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory import book
from inventory.events import StockReceived, StockRose, StockStateChanged
from inventory.locks import lock_accounts
from inventory.models import DAMAGED, QUALITY_HOLD, SELLABLE
from inventory.stock.values import Account
from oms.core.errors import Conflict
from oms.core.events import publish

# Where a unit can go once it was looked at: back on sale, kept apart, thrown away, or back to the customer.
OUTCOMES = (SELLABLE, DAMAGED, "loss", "customer")
CAUSE = "return"


class NotWaiting(Conflict):
    """Fewer units wait to be inspected there than were to be sent on."""

    code = "not_waiting"
    title = "There are not that many to inspect"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Units of an item that have come back to a location; ``cause_id`` is the return."""

    item_id: UUID
    location_id: UUID
    quantity: int
    cause_id: UUID


@dataclass(frozen=True, slots=True)
class Disposal:
    """Units that were looked at, and one of `OUTCOMES`."""

    item_id: UUID
    location_id: UUID
    quantity: int
    outcome: str
    cause_id: UUID


def take_back(*, receipts: Sequence[TakenBack], reason: str = "") -> None:
    """Book goods in from customers, on quality hold; four statements however many."""
    if not receipts:
        return
    units: dict[Account, int] = defaultdict(int)
    for each in receipts:
        units[each.item_id, each.location_id, QUALITY_HOLD] += each.quantity
    balances = lock_accounts(units)
    book.change_balances({balances[account].id: (count, 0) for account, count in units.items()})
    book.enter(
        [
            book.Entry(
                each.item_id, each.quantity, "customer", QUALITY_HOLD,
                to_location_id=each.location_id, cause_id=each.cause_id,
            )
            for each in receipts
        ],
        cause_kind=CAUSE, reason=reason,
    )  # fmt: skip
    publish(
        [StockReceived(each.item_id, each.location_id, QUALITY_HOLD, each.quantity, "customer") for each in receipts]
    )


def dispose(*, disposals: Sequence[Disposal], reason: str = "") -> None:
    """Send inspected units from quality hold to where they belong. Raises `NotWaiting`."""
    if not disposals:
        return
    change: dict[Account, int] = defaultdict(int)
    for each in disposals:
        change[each.item_id, each.location_id, QUALITY_HOLD] -= each.quantity
        if each.outcome in (SELLABLE, DAMAGED):
            change[each.item_id, each.location_id, each.outcome] += each.quantity
    balances = lock_accounts(change)
    if short := [key for key, units in change.items() if balances[key].on_hand + units < 0]:
        waiting = balances[short[0]].on_hand
        raise NotWaiting(
            f"Only {waiting:,} units of this item wait to be inspected here. Count again.", waiting=waiting
        )
    book.change_balances({balances[account].id: (units, 0) for account, units in change.items()})
    book.enter([_entry(each) for each in disposals], cause_kind=CAUSE, reason=reason)
    publish([fact for each in disposals for fact in _facts(each)])


def _entry(each: Disposal) -> book.Entry:
    stays = each.outcome in (SELLABLE, DAMAGED)
    return book.Entry(
        each.item_id, each.quantity, QUALITY_HOLD, each.outcome, each.location_id,
        each.location_id if stays else None, each.cause_id,
    )  # fmt: skip


def _facts(each: Disposal) -> list:
    facts: list = [StockStateChanged(each.item_id, each.location_id, QUALITY_HOLD, each.outcome, each.quantity)]
    if each.outcome == SELLABLE:
        facts.append(StockRose(each.item_id, each.location_id, each.quantity, "restored"))
    return facts
