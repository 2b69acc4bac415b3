"""Which earlier sale a credit takes back. A credit names none: customer, code and quantity must do.

Of the sales before the credit with units still open: the newest of exactly this quantity and price,
then of this quantity, then the newest that can cover it, then as many as it takes, newest first. A
credit is matched whole or not at all, so that every row has one outcome.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from channels.documents.outcomes import CANCELLATION, CREDIT_UNMATCHED, Verdict


@dataclass(slots=True)
class Sale:
    """An earlier order line; ``open`` units can be canceled or come back. ``ref`` is the caller's."""

    ref: Any
    at: datetime | None
    price: Decimal | None
    open: int


class Take(NamedTuple):
    ref: Any
    units: int


def match_credit(sales: Sequence[Sale], *, quantity: int, price: Decimal | None, at: datetime | None) -> list[Take]:
    """What to take from which sale (oldest first in ``sales``); reduces their ``open``. Empty: no match."""
    before = [sale for sale in reversed(sales) if sale.open and (at is None or sale.at is None or sale.at <= at)]
    same_price = [sale for sale in before if sale.price == price]
    exact = next((sale for sale in (*same_price, *before) if sale.open == quantity), None)
    whole = exact or next((sale for sale in (*same_price, *before) if sale.open >= quantity), None)
    chosen = [whole] if whole else same_price + [sale for sale in before if sale.price != price]
    if sum(sale.open for sale in chosen) < quantity:
        return []
    takes, missing = [], quantity
    for sale in chosen:
        units = min(sale.open, missing)
        if units:
            takes.append(Take(sale.ref, units))
            sale.open -= units
            missing -= units
    return takes


def verdict_of(takes: Sequence[Take], *, kind: str, customer: str, units: int, known: bool) -> Verdict:
    """One sentence for either end; ``known`` says whether this customer ever had the item here."""
    if takes:
        return Verdict(CANCELLATION, f"Takes back {units:,} unit(s) of {len(takes)} earlier order line(s).")
    if kind != "goods":
        return Verdict(CREDIT_UNMATCHED, f"A credit of {kind.replace('_', ' ')}, not of goods: money only, kept here.")
    if not customer:
        return Verdict(CREDIT_UNMATCHED, "The credit names no customer, so no order can be found for it. Kept here.")
    if known:
        return Verdict(
            CREDIT_UNMATCHED, f"This customer has fewer than {units:,} unit(s) of it left to take back here. Kept here."
        )
    return Verdict(CREDIT_UNMATCHED, "No earlier order of this customer has this item. Kept here.")
