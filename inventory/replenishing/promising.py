"""What can be promised by a day: what is free now, and what arrives until then. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Arriving:
    """Units on their way; ``on`` is the day they are expected, None where nobody said."""

    on: date | None
    units: int


@dataclass(frozen=True, slots=True)
class Promise:
    """``units`` can be promised by the day that was asked about; ``earliest`` is when all that was asked for can."""

    units: int
    enough: bool
    earliest: date | None


def promise(*, available: int, arriving: Sequence[Arriving], quantity: int, by: date, today: date) -> Promise:
    """ATP. What is late, or has no day, is promised for no day: nobody knows when it comes."""
    free = max(0, available)
    coming = sorted((each.on, each.units) for each in arriving if each.on is not None and each.on >= today)
    units = free + sum(count for on, count in coming if on <= by)
    if free >= quantity:
        return Promise(units, True, today)
    totals = accumulate((count for _, count in coming), initial=free)
    reached = (on for (on, _), total in zip(coming, list(totals)[1:], strict=True) if total >= quantity)
    return Promise(units, units >= quantity, next(reached, None))
