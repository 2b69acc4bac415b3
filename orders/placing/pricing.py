"""What an order adds up to. Rounding happens once per line, to the currency's own exponent, half up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from oms.core.money import ZERO, rounded
from orders.placing.drafts import LineDraft, OrderDraft


@dataclass(frozen=True)
class PricedLine:
    """``total`` is what the line adds to the order: net, and its tax unless prices include it."""

    unit_price: Decimal
    gross: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True)
class Totals:
    """``total`` = goods + shipping − discount, and the tax unless prices include it."""

    goods: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal


def price_line(line: LineDraft, unit_price: Decimal, *, currency: str, tax_included: bool) -> PricedLine:
    gross = rounded(unit_price * line.quantity, currency)
    discount = rounded(line.discount, currency)
    tax = rounded(line.tax, currency)
    return PricedLine(unit_price, gross, discount, tax, gross - discount + (ZERO if tax_included else tax))


def price_order(draft: OrderDraft, lines: Sequence[PricedLine]) -> Totals:
    """Lines by kind: shipping lines add to shipping, discount lines to the discount, all others to the goods.

    A document that exists elsewhere keeps its own total, to the cent.
    """
    shipping, discount = rounded(draft.shipping, draft.currency), rounded(draft.discount, draft.currency)
    goods = tax = ZERO
    for line, priced in zip(draft.lines, lines, strict=True):
        tax += priced.tax
        discount += priced.discount
        if line.kind == "shipping":
            shipping += priced.gross
        elif line.kind == "discount":
            discount -= priced.gross
        else:
            goods += priced.gross
    total = goods + shipping - discount + (ZERO if draft.tax_included else tax)
    if draft.imported_total is not None:
        total = rounded(draft.imported_total, draft.currency)
    return Totals(goods, discount, shipping, tax, total)
