"""Shelves can no longer cover what they promised: the newest reservations lose, and it is told."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from inventory import book
from inventory.events import ReservationLost
from inventory.locks import LockedBalance
from inventory.stock.giving_back import from_shelf
from inventory.stock.values import OpenReservation


def lose_reservations(balance: LockedBalance, units: int) -> list[ReservationLost]:
    """Give back so many reserved units of this locked shelf; the facts are for the caller to publish.

    The balance's own ``reserved`` is the caller's to change, together with the rest of it.
    """
    return lose_from_each([(balance, units)])


def lose_from_each(losses: Sequence[tuple[LockedBalance, int]]) -> list[ReservationLost]:
    """The same for several locked shelves; two statements however many."""
    short = {(balance.item_id, balance.location_id): units for balance, units in losses if units}
    if not short:
        return []
    by_shelf: dict[tuple[UUID, UUID], list[OpenReservation]] = defaultdict(list)
    reservations = book.open_at(list(short))
    for each in reservations:
        by_shelf[each.item_id, each.location_id].append(each)
    lost: dict[UUID, int] = {}
    for shelf, units in short.items():
        lost |= from_shelf(by_shelf[shelf], units)
    book.let_go(lost)
    return [
        ReservationLost(each.item_id, each.location_id, each.demand_kind, each.demand_id, lost[each.id])
        for each in reservations
        if each.id in lost
    ]
