"""What is made is worth what it was made of. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from oms.core.money import split


@dataclass(frozen=True, slots=True)
class Made:
    """Units that one act made; ``weight`` is what its share goes by, ``said`` what it was before, worked out anew."""

    units: int
    weight: Decimal
    said: Decimal | None = None


def part_of(amount: Decimal, made: Sequence[Made], currency: str) -> Decimal:
    """The first one's part of what is left of what they were made of; the last takes all of it."""
    first, *rest = made
    if not rest:
        return amount
    if first.said is not None and first.said <= amount:
        return first.said
    weights = [each.units * each.weight for each in made]
    # Where nobody knows what one of them costs, each unit counts the same.
    return split(amount, weights if all(weights) else [Decimal(each.units) for each in made], currency)[0]
