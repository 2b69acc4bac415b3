"""Which reservations give units back first. Pure: the reservations come ordered, newest first."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from inventory.stock.values import OpenReservation


def from_demands(reservations: Sequence[OpenReservation], wanted: Mapping[UUID, int | None]) -> dict[UUID, int]:
    """Reservation → units: as many as each demand wants to give back (None: all), the newest first."""
    left = dict(wanted)
    given = {}
    for reservation in reservations:
        units = left.get(reservation.demand_id, 0)
        units = reservation.open if units is None else min(units, reservation.open)
        if units > 0:
            given[reservation.id] = units
            if left[reservation.demand_id] is not None:
                left[reservation.demand_id] -= units
    return given


def from_shelf(reservations: Sequence[OpenReservation], units: int) -> dict[UUID, int]:
    """Reservation → units it loses when a shelf lacks ``units``: who reserved last loses first."""
    lost = {}
    for reservation in reservations:
        taken = min(units, reservation.open)
        if taken > 0:
            lost[reservation.id] = taken
            units -= taken
    return lost
