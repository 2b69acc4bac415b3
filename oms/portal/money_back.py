"""What goes back to the customer when units are canceled, in the customer's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.queries.cancelling import preview_money_back
from orders.queries.money import money_of_order

TO = {
    "card": _("To your card"), "paypal": _("To your PayPal account"), "bank_transfer": _("To your bank account"),
    "cash": _("In cash"), "gift_card": _("To your gift card"), "channel": _("Through the shop you bought from"),
    "exchange": _("As the worth of what you sent back"), "other": _("The way you paid"),
}  # fmt: skip


@dataclass(frozen=True)
class MoneyBack:
    """``parts`` are where each sum goes. Without ``known`` nobody told us how much was paid."""

    paid: Decimal
    known: bool
    amount: Decimal | None
    parts: tuple[tuple[str, Decimal], ...]


def money_back(order: Order, units: Mapping[UUID, int], *, whole: bool) -> MoneyBack:
    """If so many units of these lines were canceled."""
    money, plan = money_of_order(order), preview_money_back(order, units, whole=whole)
    methods = {each.id: each.method for each in money.payments}
    tenders = plan.tenders.items() if plan else ()
    parts = tuple((TO[methods[payment_id]], amount) for payment_id, amount in tenders)
    return MoneyBack(money.paid, money.known, plan.amount if plan else None, parts)
