"""What units that leave a shelf take with them: their reservations, free units, and what the book never had. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leaving:
    """``units`` leave, ``reserved`` of them were promised to who gets them, ``unexplained`` the book did not have."""

    units: int
    reserved: int
    unexplained: int


def leave(*, on_hand: int, reserved: int, units: int, committed: int) -> Leaving:
    """Units promised to others stay promised: what this shelf lacks beside them is unexplained."""
    free = on_hand - reserved
    return Leaving(units, committed, max(0, units - committed - free))
