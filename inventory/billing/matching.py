"""Match a bill three ways: what it asks, against what was ordered and what has come. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

NOT_ORDERED, PRICE_DIFFERS, MORE_THAN_RECEIVED, OTHER_CURRENCY, NOTHING_RECEIVED = (
    "not_ordered", "price_differs", "more_than_received", "other_currency", "nothing_received",
)  # fmt: skip
VERDICTS = (NOT_ORDERED, PRICE_DIFFERS, MORE_THAN_RECEIVED, OTHER_CURRENCY, NOTHING_RECEIVED)


@dataclass(frozen=True, slots=True)
class Tolerances:
    """A price may be off by so many percent, or by so much if that is more; and so many units more than came."""

    price_percent: Decimal = Decimal(2)
    price_absolute: Decimal = Decimal("0.01")
    units: int = 0

    def same_price(self, billed: Decimal, ordered: Decimal) -> bool:
        return abs(billed - ordered) <= max(ordered * self.price_percent / 100, self.price_absolute)


@dataclass(frozen=True, slots=True)
class Billed:
    """What a line asks for so many units of an item."""

    units: int
    unit_price: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """The line of the order that it is for: its price, what has come of it, and what was billed before."""

    unit_price: Decimal
    currency: str
    received: int
    billed: int


def match_line(line: Billed, ordered: Ordered | None, tolerances: Tolerances) -> list[str]:
    """What stands against it, of `VERDICTS`; nothing where it matches."""
    if ordered is None:
        return [NOT_ORDERED]
    found = []
    if line.currency != ordered.currency:
        found.append(OTHER_CURRENCY)
    elif not tolerances.same_price(line.unit_price, ordered.unit_price):
        found.append(PRICE_DIFFERS)
    if ordered.billed + line.units > ordered.received + tolerances.units:
        found.append(MORE_THAN_RECEIVED)
    return found


def match_charge(received: Sequence[int]) -> list[str]:
    """A charge belongs to what has come of its orders; ``received`` are the units of their lines."""
    return [] if any(received) else [NOTHING_RECEIVED]
