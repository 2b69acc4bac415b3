"""Amounts are ``Decimal`` with one currency per document; rounding happens once, at the edge."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

from oms.core.errors import Invalid

ZERO = Decimal(0)
# numeric(18, 4): 14 digits before the point are absurd for an amount long before they overflow.
AMOUNT_MAX = Decimal("99999999999999")


@cache
def exponent(currency: str) -> int:
    """Digits after the point in this currency (CLDR): 2 for EUR, 0 for JPY, 3 for KWD."""
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)


@cache
def is_currency(code: str) -> bool:
    from babel.numbers import is_currency

    return len(code) == 3 and is_currency(code)


def checked_currency(code: str, field: str = "currency") -> str:
    """The code in capitals; raises `Invalid` naming ``field`` for anything that is not an ISO 4217 code."""
    capital = str(code).strip().upper()
    if not is_currency(capital):
        raise Invalid.field(field, f"“{code}” is not a currency. Use an ISO 4217 code like EUR.", "unknown_currency")
    return capital


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half up, to the currency's own exponent."""
    return amount.quantize(_cent(currency), rounding=ROUND_HALF_UP)


@cache
def _cent(currency: str) -> Decimal:
    """The smallest amount of this currency."""
    return Decimal(1).scaleb(-exponent(currency))


def split(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Parts in proportion to ``weights`` that sum to ``total`` to the cent (largest remainder).

    Weights that are all zero share equally. An empty sequence gives an empty list.
    """
    if not weights:
        return []
    whole = sum(weights, ZERO)
    shares = [total * (weight / whole) for weight in weights] if whole else [total / len(weights)] * len(weights)
    cent = _cent(currency)
    parts = [share.quantize(cent, rounding=ROUND_DOWN) for share in shares]
    missing = int((total - sum(parts, ZERO)) / cent)
    step = cent if missing >= 0 else -cent
    by_remainder = sorted(range(len(parts)), key=lambda i: abs(shares[i] - parts[i]), reverse=True)
    for i in by_remainder[: abs(missing)]:
        parts[i] += step
    return parts
