"""A bill as it is typed, before anybody has judged it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from oms.core.money import rounded


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """So many units of an item at a price; of an order, or of none."""

    item_id: UUID
    units: int
    unit_price: Decimal
    purchase_order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """Freight, duty or the like for what came of these orders, shared out by value, weight or quantity."""

    charge: str
    amount: Decimal
    purchase_order_ids: tuple[UUID, ...]
    shared_by: str = "value"


@dataclass(frozen=True, slots=True)
class BillDraft:
    """A bill as it lies on the table. ``total`` is what it says at the bottom, if that was read too.

    ``rate`` is what one unit of its currency is worth in the merchant's: needed where they differ.
    """

    supplier_id: UUID
    number: str
    billed_on: date
    currency: str
    goods: Sequence[GoodsLine] = ()
    charges: Sequence[ChargeLine] = ()
    tax: Decimal = Decimal(0)
    total: Decimal | None = None
    rate: Decimal | None = None
    note: str = ""


def total_of(draft: BillDraft) -> Decimal:
    """What the lines, charges and tax come to."""
    goods = sum((rounded(each.units * each.unit_price, draft.currency) for each in draft.goods), Decimal(0))
    return goods + sum((rounded(each.amount, draft.currency) for each in draft.charges), Decimal(0)) + draft.tax


def number_key(number: str) -> str:
    """As suppliers' numbers are compared: letters and digits only, so that INV 17 is INV-17."""
    return "".join(each for each in number.upper() if each.isalnum())
