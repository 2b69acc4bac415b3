"""Write down that money came in."""

from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.errors import Invalid, NotAllowed
from oms.core.events import publish
from oms.core.money import ZERO
from oms.core.tenancy import unit
from orders.actions.paying import payment_row
from orders.events import PaymentCaptured
from orders.locks import lock_order
from orders.models import Order, Payment
from orders.paying import payment_state
from orders.placing.drafts import PaymentDraft
from orders.placing.payments import payment_problems
from orders.queries.money import paid_and_back


def capture_payment(*, order_id: UUID, draft: PaymentDraft) -> Payment:
    """Record money received. Raises `NotFound`, `NotAllowed` (a draft, a cancelled order) and `Invalid`."""
    order = lock_order(order_id)
    if order.state in ("draft", "cancelled"):
        raise NotAllowed(order.state, "pay", "Nothing is to be paid for this order. Nothing was changed.")
    problems = list(payment_problems(draft, order.currency))
    if problems:
        raise Invalid("The payment was not written down: some fields need attention.", fields=problems)
    row = payment_row(draft, order.id, order.currency, unit().now)
    insert_rows(Payment, [row])
    captured, back = paid_and_back([order.id])
    order.payment_state = payment_state(
        order.total, captured.get(order.id, ZERO), back.get(order.id, ZERO), order.payment_state
    )
    order.version += 1
    Order.objects.filter(id=order.id).update(payment_state=order.payment_state, version=order.version)
    words = draft.method.replace("_", " ")
    record([Change("orders.pay", f"{draft.amount} {order.currency} received ({words})", (("order", order.id),))])
    publish([PaymentCaptured(order.id, row["id"], draft.amount, order.currency)])
    return Payment(**row)
