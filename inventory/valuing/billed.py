"""What a posted bill does to value. Pure but for the pool it is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory.valuing.accounts import NO_ORDER, PAYABLE, PRICE_DIFFERENCE, RECEIVED_NOT_BILLED
from inventory.valuing.decided import spread
from inventory.valuing.pool import Layer, Pool
from inventory.valuing.rules import Posting, signed
from oms.core.money import ZERO, rounded


@dataclass(frozen=True, slots=True)
class Open:
    """What came of an item of an order and was not billed yet."""

    units: int = 0
    value: Decimal = ZERO


def bill_goods(pool: Pool, came: Sequence[Layer], waiting: Open, *, units: int, amount: Decimal) -> list[Posting]:
    """A bill asks ``amount`` for so many units of what came as these layers.

    What they came in at is owed now. A difference belongs to what is left of them, and to what was sold; what was
    billed and never came is a difference of its own.
    """
    cleared = min(units, max(0, waiting.units))
    if not cleared:
        return signed(amount, PRICE_DIFFERENCE, PAYABLE)
    value, asked = waiting.value, rounded(amount * cleared / units, pool.currency)
    if cleared < waiting.units:
        value = rounded(value * cleared / waiting.units, pool.currency)
    return [
        Posting(RECEIVED_NOT_BILLED, PAYABLE, value, cleared),
        *spread(pool, came, asked - value, against=PAYABLE),
        *signed(amount - asked, PRICE_DIFFERENCE, PAYABLE),
    ]


def bill_unordered(amount: Decimal) -> list[Posting]:
    """For goods that were received without an order: they have their value from somewhere else."""
    return signed(amount, NO_ORDER, PAYABLE)


def bill_charge(pool: Pool, came: Sequence[Layer], part: Decimal) -> list[Posting]:
    """An item's part of a charge: landed cost."""
    return spread(pool, came, part, against=PAYABLE)


def bill_charge_for_nothing(amount: Decimal) -> list[Posting]:
    """A charge of orders of which nothing ever came."""
    return signed(amount, PRICE_DIFFERENCE, PAYABLE)
