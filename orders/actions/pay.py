"""Write down that money came in."""

from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.errors import FieldError, Invalid
from oms.core.events import publish
from oms.core.money import ZERO, rounded
from oms.core.tenancy import unit
from orders.actions.paying import payment_row
from orders.events import PaymentCaptured
from orders.lifecycle import next_state
from orders.locks import lock_order
from orders.models import Order, Payment
from orders.paying import payment_state
from orders.placing.drafts import PaymentDraft
from orders.placing.payments import payment_problems
from orders.queries.money import paid_and_back


def capture_payment(*, order_id: UUID, draft: PaymentDraft, authorisation_id: UUID | None = None) -> Payment:
    """Write down money received; with ``authorisation_id`` it is the money of that payment.

    It has happened, so it is written down whatever became of the order. Raises `NotFound`, `NotAllowed` (a draft)
    and `Invalid`.
    """
    order = lock_order(order_id)
    next_state(order.state, "pay")
    problems = list(payment_problems(draft, order.currency))
    if draft.authorised_only:
        problems.append(FieldError("authorised_only", "not_here", "Only money that was received is written down here."))
    authorised = None if authorisation_id is None else _authorised(order, authorisation_id)
    if authorised is not None and draft.amount > authorised.amount:
        message = f"Only {rounded(authorised.amount, order.currency)} {order.currency} are authorized."
        problems.append(FieldError("amount", "more_than_authorised", message))
    if problems:
        raise Invalid("The payment was not written down: some fields need attention.", fields=problems)
    payment = _capture(authorised, draft) if authorised else Payment(**_insert(order, draft))
    _follow(order)
    words = payment.method.replace("_", " ")
    amount = rounded(draft.amount, order.currency)
    record([Change("orders.pay", f"{amount} {order.currency} received ({words})", (("order", order.id),))])
    publish([PaymentCaptured(order.id, payment.id, draft.amount, order.currency)])
    return payment


def _authorised(order: Order, payment_id: UUID) -> Payment:
    found = Payment.objects.filter(id=payment_id, order_id=order.id, state=Payment.AUTHORISED).first()
    if found is None:
        raise Invalid.field("authorisation_id", "This order has no such authorization that is still open.", "unknown")
    return found


def _capture(authorised: Payment, draft: PaymentDraft) -> Payment:
    """What was authorised beyond the amount lapses."""
    authorised.state, authorised.amount, authorised.captured_at = Payment.CAPTURED, draft.amount, unit().now
    authorised.reference = draft.reference or authorised.reference
    authorised.save(update_fields=["state", "amount", "captured_at", "reference"])
    return authorised


def _insert(order: Order, draft: PaymentDraft) -> dict:
    row = payment_row(draft, order.id, order.currency, unit().now)
    insert_rows(Payment, [row])
    return row


def _follow(order: Order) -> None:
    captured, back = paid_and_back([order.id])
    order.payment_state = payment_state(
        order.total, captured.get(order.id, ZERO), back.get(order.id, ZERO), order.payment_state
    )
    order.version += 1
    order.save(update_fields=["payment_state", "version"])
