"""Share a charge (freight, duty, insurance) out over what it was paid for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from oms.core.money import split

FREIGHT, DUTY, INSURANCE, OTHER = "freight", "duty", "insurance", "other"
CHARGES = (FREIGHT, DUTY, INSURANCE, OTHER)
BY_VALUE, BY_WEIGHT, BY_QUANTITY = "value", "weight", "quantity"
SHARED_BY = (BY_VALUE, BY_WEIGHT, BY_QUANTITY)


@dataclass(frozen=True, slots=True)
class Received:
    """What came of one item: its units, what they came in at, and what one weighs."""

    units: int
    value: Decimal
    grams: int = 0


def share_out(amount: Decimal, goods: Sequence[Received], *, by: str, currency: str) -> list[Decimal]:
    """A part for each that sum to the amount to the cent; equal ones where nothing is known to go by."""
    weigh = {
        BY_VALUE: lambda each: each.value,
        BY_WEIGHT: lambda each: Decimal(each.units * each.grams),
        BY_QUANTITY: lambda each: Decimal(each.units),
    }[by]
    return split(amount, [weigh(each) for each in goods], currency)
