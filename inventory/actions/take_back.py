"""Goods come back from customers: first they wait to be looked at, then each unit goes where it belongs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory import book, serials
from inventory.actions.tracing.off_sale import keep_unfit_off_sale
from inventory.events import StockReceived, StockRose, StockStateChanged
from inventory.locks import lock_accounts
from inventory.models import DAMAGED, QUALITY_HOLD, SELLABLE
from inventory.queries.tracing import lots_brought_by, lots_with_customers
from inventory.stock.serials import Place
from inventory.stock.tracing import take_in_turn
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
    """Units of an item that have come back to a location; ``cause_id`` is the return.

    ``demand_id`` is the order line they left for: they come back as the lots they left with, unless ``lot_id`` says
    which it is. ``serial_ids`` are the units that were scanned.
    """

    item_id: UUID
    location_id: UUID
    quantity: int
    cause_id: UUID
    demand_id: UUID | None = None
    lot_id: UUID | None = None
    serial_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Disposal:
    """Units that were looked at, and one of `OUTCOMES`; ``demand_id`` as when they were taken back."""

    item_id: UUID
    location_id: UUID
    quantity: int
    outcome: str
    cause_id: UUID
    demand_id: UUID | None = None


def take_back(*, receipts: Sequence[TakenBack], reason: str = "") -> None:
    """Book goods in from customers, on quality hold; four statements however many."""
    if not receipts:
        return
    units: dict[Account, int] = defaultdict(int)
    for each in receipts:
        units[each.item_id, each.location_id, QUALITY_HOLD] += each.quantity
    balances = lock_accounts(units)
    book.change_balances({balances[account].id: (count, 0) for account, count in units.items()})
    if here := {
        key: Place(each.location_id, QUALITY_HOLD, None, each.cause_id) for each in receipts for key in each.serial_ids
    }:
        serials.move(here, cause_kind=CAUSE)
    left_with = lots_with_customers({each.demand_id for each in receipts if each.demand_id})
    book.enter([part for each in receipts for part in _came(each, left_with)], cause_kind=CAUSE, reason=reason)
    publish(
        [StockReceived(each.item_id, each.location_id, QUALITY_HOLD, each.quantity, "customer") for each in receipts]
    )


def _came(each: TakenBack, left_with: Mapping[UUID, dict[UUID | None, int]]) -> Iterator[book.Entry]:
    """One entry for each lot; what did not leave with any, or before there were lots, is of a lot nobody knows."""
    theirs = {each.lot_id: each.quantity} if each.lot_id else left_with.get(each.demand_id, {})
    for lot_id, units in take_in_turn(theirs, each.quantity):
        yield book.Entry(
            each.item_id, units, "customer", QUALITY_HOLD, to_location_id=each.location_id, cause_id=each.cause_id,
            demand_id=each.demand_id, lot_id=lot_id,
        )  # fmt: skip


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
    waiting = lots_brought_by({each.cause_id for each in disposals}, QUALITY_HOLD)
    book.enter([part for each in disposals for part in _went(each, waiting)], cause_kind=CAUSE, reason=reason)
    publish([fact for each in disposals for fact in _facts(each)])
    keep_unfit_off_sale(shelves=[(each.item_id, each.location_id) for each in disposals if each.outcome == SELLABLE])


def _went(each: Disposal, waiting: Mapping[tuple[UUID, UUID], dict[UUID | None, int]]) -> Iterator[book.Entry]:
    """As the lots in which this return came."""
    stays = each.outcome in (SELLABLE, DAMAGED)
    for lot_id, units in take_in_turn(waiting[each.cause_id, each.item_id], each.quantity):
        yield book.Entry(
            each.item_id, units, QUALITY_HOLD, each.outcome, each.location_id, each.location_id if stays else None,
            each.cause_id, demand_id=None if stays else each.demand_id, lot_id=lot_id, exact=True,
        )  # fmt: skip


def _facts(each: Disposal) -> list:
    facts: list = [StockStateChanged(each.item_id, each.location_id, QUALITY_HOLD, each.outcome, each.quantity)]
    if each.outcome == SELLABLE:
        facts.append(StockRose(each.item_id, each.location_id, each.quantity, "restored"))
    return facts
