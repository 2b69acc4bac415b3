"""What a supplier asks and delivers: prices by quantity, packs, tolerances. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import ceil

from inventory.stock.values import QUANTITY_MAX
from oms.core.errors import FieldError
from oms.core.money import AMOUNT_MAX

BREAKS_MAX, LEAD_TIME_MAX = 20, 730


@dataclass(frozen=True, slots=True)
class Break:
    """From so many units on, one costs so much."""

    units: int
    price: Decimal


def as_breaks(stored: Sequence[Sequence]) -> list[Break]:
    return [Break(int(units), Decimal(price)) for units, price in stored]


def price_at(breaks: Sequence[Break], units: int) -> Decimal | None:
    """What one costs when so many are bought; None when nobody said. Fewer than the first break pay its price."""
    reached = [each for each in breaks if each.units <= units] or list(breaks[:1])
    return reached[-1].price if reached else None


def break_problems(breaks: Sequence[Break], field: str = "prices") -> list[FieldError]:
    """They must ascend, and no price may be negative."""
    problems = []
    if len(breaks) > BREAKS_MAX:
        problems.append(FieldError(field, "too_many", f"Give at most {BREAKS_MAX} prices."))
    for position, each in enumerate(breaks):
        if not 0 < each.units <= QUANTITY_MAX or (position and each.units <= breaks[position - 1].units):
            message = "Begin each price at more units than the one before."
            problems.append(FieldError(f"{field}.{position}.units", "not_ascending", message))
        if not each.price.is_finite() or not 0 <= each.price <= AMOUNT_MAX or each.price.as_tuple().exponent < -4:
            message = "Give a price of 0 or more, with at most 4 digits after the point."
            problems.append(FieldError(f"{field}.{position}.price", "invalid", message))
    return problems


def read_breaks(text: str) -> list[Break]:
    """``1: 4.10``, one per line, ascending. Raises `ValueError` naming the line that is none."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        units, _, price = line.partition(":")
        try:
            found.append(Break(int(units), Decimal(price.strip())))
        except (ValueError, InvalidOperation):
            raise ValueError(line) from None
    return found


def write_breaks(breaks: Sequence[Break]) -> str:
    """In one cell: a price for any number as it is, several like ``1: 4.10; 100: 3.80``."""
    if len(breaks) == 1 and breaks[0].units == 1:
        return f"{breaks[0].price:f}"
    return "; ".join(f"{each.units}: {each.price:f}" for each in breaks)


def orderable(units: int, *, minimum: int, pack_size: int) -> int:
    """The least one may order to get ``units``: whole packs, and no fewer than the minimum."""
    return ceil(max(units, minimum) / pack_size) * pack_size


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a delivery may differ from what was ordered, in percent."""

    over: int = 0
    under: int = 0

    def most(self, ordered: int) -> int:
        """As many may be taken in."""
        return ordered + ordered * self.over // 100

    def enough(self, ordered: int, received: int) -> bool:
        """Is this line done, or is the rest still awaited?"""
        return received * 100 >= ordered * (100 - self.under)
