"""An order's money as the API answers it: amounts are text, with the currency's own digits."""

from datetime import datetime
from decimal import Decimal

from oms.core.money import exponent
from orders.models import Payment, Refund
from orders.queries.money import LineMoney, OrderMoney
from orders.refunding import RefundPlan

SUMS = ("total", "authorised", "paid", "refunded", "refunding", "left", "owed_by_customer", "owed_to_customer")


def amount_text(amount: Decimal, currency: str) -> str:
    """With the currency's own digits: 12.50 EUR, 1250 JPY."""
    return f"{amount:.{exponent(currency)}f}" if currency else f"{amount:f}"


def money_summary(money: OrderMoney) -> dict:
    return {"known": money.known, **{name: amount_text(getattr(money, name), money.currency) for name in SUMS}}


def money_resource(money: OrderMoney) -> dict:
    return {
        "currency": money.currency,
        **money_summary(money),
        "lines": [_line(each, money.currency) for each in money.lines],
        "payments": [payment_resource(each) for each in money.payments],
        "refunds": [refund_resource(each) for each in money.refunds],
    }


def payment_resource(payment: Payment) -> dict:
    return {
        "id": str(payment.id), "gateway": payment.gateway, "method": payment.method, "state": payment.state,
        "amount": amount_text(payment.amount, payment.currency), "currency": payment.currency,
        "base_currency": payment.base_currency,
        "base_rate": None if payment.base_rate is None else f"{payment.base_rate:f}",
        "reference": payment.reference, "captured_at": _moment(payment.captured_at),
        "created_at": _moment(payment.created_at),
    }  # fmt: skip


def refund_resource(refund: Refund) -> dict:
    currency = refund.currency
    return {
        "id": str(refund.id), "number": refund.number, "state": refund.state,
        "amount": amount_text(refund.amount, currency), "goodwill": amount_text(refund.goodwill, currency),
        "currency": currency, "reason": refund.reason, "asked_by": refund.asked_by,
        "subject": {"kind": refund.subject_kind, "id": str(refund.subject_id)} if refund.subject_kind else None,
        "lines": [
            {"line_id": str(each.order_line_id), "quantity": each.quantity, **_amounts(each, currency)}
            for each in refund.lines.all()
        ],
        "parts": [
            {
                "payment_id": str(each.payment_id), "amount": amount_text(each.amount, currency), "state": each.state,
                "reference": each.reference, "error": each.error,
            }
            for each in refund.parts.all()
        ],
        "created_at": _moment(refund.created_at), "settled_at": _moment(refund.settled_at),
    }  # fmt: skip


def plan_resource(plan: RefundPlan, currency: str) -> dict:
    return {
        "currency": currency,
        "amount": amount_text(plan.amount, currency),
        "goodwill": amount_text(plan.goodwill, currency),
        "lines": [
            {"line_id": str(each.line_id), "quantity": each.quantity, **_amounts(each, currency)} for each in plan.lines
        ],
        "payments": [
            {"payment_id": str(payment_id), "amount": amount_text(amount, currency)}
            for payment_id, amount in plan.tenders.items()
        ],
    }


def _amounts(line: object, currency: str) -> dict:
    return {name: amount_text(getattr(line, name), currency) for name in ("goods", "tax", "shipping")}


def _line(line: LineMoney, currency: str) -> dict:
    names = ("goods_left", "tax_left", "shipping_left", "unit_refund", "worth", "refunded")
    return {
        "line_id": str(line.line_id),
        "units_left": line.units_left,
        **{name: amount_text(getattr(line, name), currency) for name in names},
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
