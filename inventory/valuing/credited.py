"""What ends the wait for a credit note, for one item of a return. Pure."""

from decimal import Decimal

from inventory.valuing.accounts import CREDIT_AWAITED, LOSS, PAYABLE, PRICE_DIFFERENCE, RECEIVED_NOT_BILLED
from inventory.valuing.billed import Open
from inventory.valuing.rules import Posting, signed
from oms.core.money import rounded


def credit(awaited: Decimal, credited: Decimal) -> list[Posting]:
    """They credit so much for what was worth ``awaited``: so much less is owed."""
    return [*signed(awaited, PAYABLE, CREDIT_AWAITED), *signed(credited - awaited, PAYABLE, PRICE_DIFFERENCE)]


def write_off(awaited: Decimal) -> list[Posting]:
    """They will not credit it."""
    return signed(awaited, LOSS, CREDIT_AWAITED)


def never_billed(awaited: Decimal, units: int, waiting: Open, currency: str) -> list[Posting]:
    """It was received and went back before it was billed: they will not bill it."""
    cleared = min(units, max(0, waiting.units))
    if not cleared:
        return signed(awaited, PRICE_DIFFERENCE, CREDIT_AWAITED)
    value = waiting.value
    if cleared < waiting.units:
        value = rounded(value * cleared / waiting.units, currency)
    first = Posting(RECEIVED_NOT_BILLED, CREDIT_AWAITED, value, cleared)
    return [first, *signed(awaited - value, PRICE_DIFFERENCE, CREDIT_AWAITED)]
