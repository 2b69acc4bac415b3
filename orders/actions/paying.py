"""The payments an order is placed with, as rows."""

from datetime import datetime
from uuid import UUID

from oms.core.db.keys import uuid7
from oms.core.money import ZERO
from orders.models import Payment
from orders.paying import payment_state
from orders.placing.candidates import Candidate
from orders.placing.drafts import PaymentDraft

WHOLE = {"paid": False, "authorised": True}


def payment_rows(placed: Candidate) -> list[dict]:
    """What the draft names; else one payment of the whole total when it says paid or authorised."""
    draft, total = placed.draft, placed.totals.total
    payments = draft.payments
    if not payments and draft.payment_state in WHOLE and total > ZERO:
        payments = (PaymentDraft(total, authorised_only=WHOLE[draft.payment_state]),)
    return [payment_row(each, placed.id, draft.currency, placed.placed_at) for each in payments]


def state_at_placing(placed: Candidate) -> str:
    """What the draft says; where it says nothing, its payments do."""
    draft = placed.draft
    if draft.payment_state != "unpaid" or not draft.payments:
        return draft.payment_state
    captured = sum((each.amount for each in draft.payments if not each.authorised_only), ZERO)
    return payment_state(placed.totals.total, captured, ZERO, "authorised")


def payment_row(draft: PaymentDraft, order_id: UUID, currency: str, at: datetime) -> dict:
    return {
        "id": uuid7(), "order_id": order_id, "gateway": draft.gateway, "method": draft.method,
        "state": Payment.AUTHORISED if draft.authorised_only else Payment.CAPTURED, "amount": draft.amount,
        "currency": currency, "base_currency": draft.base_currency, "base_rate": draft.base_rate,
        "reference": draft.reference, "captured_at": None if draft.authorised_only else at, "created_at": at,
    }  # fmt: skip
