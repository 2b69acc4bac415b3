"""What a transfer does to the two shelves and the way between them. Pure."""

from dataclasses import dataclass

LOST, FOUND_AT_SENDER, AWAITED = RESOLUTIONS = ("lost", "found_at_sender", "awaited")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Units that arrived: ``from_transit`` were sent, ``unexplained`` are more than was."""

    from_transit: int
    unexplained: int


def arrive(*, awaited: int, units: int) -> Arrival:
    known = min(units, awaited)
    return Arrival(known, units - known)
