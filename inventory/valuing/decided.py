"""What a decision about value does to an item's pool. Pure but for the pool it is given.

A difference that turns up after goods came in belongs to what is left of them as far as they are left, and for the
rest to cost of sales: they were sold, at a cost that was wrong.
"""

from collections.abc import Sequence
from decimal import Decimal

from inventory.valuing import accounts
from inventory.valuing.accounts import STOCK
from inventory.valuing.pool import Layer, Pool
from inventory.valuing.rules import Posting, signed
from oms.core.money import rounded


def spread(pool: Pool, came: Sequence[Layer], amount: Decimal, *, against: str) -> list[Posting]:
    """``amount`` more (or less) for goods that came in as these layers, used up or not; ``against`` gives it."""
    received, left = sum(each.units for each in came), sum(each.units_left for each in came)
    stays = pool.change(came, rounded(amount * left / received, pool.currency)) if received else amount * 0
    return [*signed(stays, STOCK, against), *signed(amount - stays, accounts.COST_OF_SALES, against)]


def turn(pool: Pool, method: str) -> list[Posting]:
    """The pool by another method; the difference is booked."""
    return signed(pool.turn_to(method), STOCK, accounts.REVALUATION)
