"""Goods leave: reservations become movements to the customer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inventory import book, serials
from inventory.events import CountWanted
from inventory.locks import LockedBalance, lock_accounts
from inventory.models import SELLABLE
from inventory.stock.leaving import Leaving, leave
from inventory.stock.serials import Place
from oms.core.events import publish
from oms.core.tenancy import unit

Shelf = tuple[UUID, UUID, str]


@dataclass(frozen=True, slots=True)
class Commit:
    """Units of one reservation that have left; ``cause_id`` is what carried them off.

    ``demand_id`` is the order line they left for. Of items tracked by lot, ``lot_id`` is the lot that was scanned;
    without one, those are taken to have left that are ``good_on`` the day the customer is owed, the first to expire.
    ``serial_ids`` are the units that were scanned.
    """

    reservation_id: UUID
    item_id: UUID
    location_id: UUID
    quantity: int
    cause_id: UUID
    demand_id: UUID | None = None
    lot_id: UUID | None = None
    good_on: date | None = None
    serial_ids: tuple[UUID, ...] = ()


def commit_stock(*, commits: Sequence[Commit], cause_kind: str, reason: str = "") -> int:
    """Book that these units are gone; returns how many the book could not explain.

    It has happened already, so it is always written: what is no longer reserved comes from the shelf's free
    units, and what the shelf does not have from *unexplained*, which calls for a count. Four statements however
    many there are.
    """
    if not commits:
        return 0
    balances = lock_accounts([(each.item_id, each.location_id, SELLABLE) for each in commits])
    # Only now, under the lock, is it certain what is open.
    still_open = book.open_now({each.reservation_id for each in commits})
    by_shelf: dict[Shelf, list[Commit]] = defaultdict(list)
    for each in commits:
        by_shelf[each.item_id, each.location_id, SELLABLE].append(each)
    leaving = {shelf: _leaving(balances[shelf], each, still_open) for shelf, each in by_shelf.items()}
    book.change_balances(
        {balances[shelf].id: (each.unexplained - each.units, -each.reserved) for shelf, each in leaving.items()}
    )
    book.let_go(_taken(commits, still_open), into="committed")
    if gone := {key: _place(each) for each in commits for key in each.serial_ids}:
        serials.move(gone, cause_kind=cause_kind)
    book.enter([*_unexplained(leaving), *(_entry(each) for each in commits)], cause_kind=cause_kind, reason=reason)
    publish(
        [
            CountWanted(item_id, location_id, "unexplained", each.unexplained)
            for (item_id, location_id, _), each in leaving.items()
            if each.unexplained
        ]
    )
    return sum(each.unexplained for each in leaving.values())


def _taken(commits: Sequence[Commit], still_open: Mapping[UUID, int]) -> dict[UUID, int]:
    """Reservation → units committed."""
    wanted: dict[UUID, int] = defaultdict(int)
    for each in commits:
        wanted[each.reservation_id] += each.quantity
    taken = {key: min(units, still_open.get(key, 0)) for key, units in wanted.items()}
    return {key: units for key, units in taken.items() if units}


def _leaving(balance: LockedBalance, commits: Sequence[Commit], still_open: Mapping[UUID, int]) -> Leaving:
    return leave(
        on_hand=balance.on_hand,
        reserved=balance.reserved,
        units=sum(each.quantity for each in commits),
        committed=sum(_taken(commits, still_open).values()),
    )


def _entry(each: Commit) -> book.Entry:
    return book.Entry(
        each.item_id, each.quantity, SELLABLE, "customer", from_location_id=each.location_id, cause_id=each.cause_id,
        demand_id=each.demand_id, lot_id=each.lot_id, exact=each.lot_id is not None,
        good_on=each.good_on or unit().now.date(),
    )  # fmt: skip


def _place(each: Commit) -> Place:
    return Place(None, "customer", each.demand_id, each.cause_id)


def _unexplained(leaving: Mapping[Shelf, Leaving]) -> list[book.Entry]:
    return [
        book.Entry(item_id, each.unexplained, "unexplained", SELLABLE, to_location_id=location_id)
        for (item_id, location_id, _), each in leaving.items()
        if each.unexplained
    ]
