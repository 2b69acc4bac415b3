"""A shelf can no longer cover what it promised: the newest reservations lose, and it is told."""

from inventory import book
from inventory.events import ReservationLost
from inventory.locks import LockedBalance
from inventory.stock.giving_back import from_shelf


def lose_reservations(balance: LockedBalance, units: int) -> list[ReservationLost]:
    """Give back so many reserved units of this locked shelf; the facts are for the caller to publish.

    The balance's own ``reserved`` is the caller's to change, together with the rest of it.
    """
    if not units:
        return []
    reservations = book.open_at(balance.item_id, balance.location_id)
    lost = from_shelf(reservations, units)
    book.let_go(lost)
    return [
        ReservationLost(each.item_id, each.location_id, each.demand_kind, each.demand_id, lost[each.id])
        for each in reservations
        if each.id in lost
    ]
