"""Once the floor has begun, canceling is a request: the order waits for the answer and nothing else is begun for it."""

from collections.abc import Sequence

from oms.core.audit import Change, record
from oms.core.events import publish
from orders.actions.hold import check_reason
from orders.events import CancelDeclined, CancelRequested
from orders.lifecycle import next_state
from orders.models import Order
from orders.telling import quietly

# Where an order keeps that no mail is to say it was canceled, once the floor has answered.
KEPT_IN = "cancel_quietly"


def ask_cancel(*, order: Order, reason: str, places: Sequence[str], tell_customer: bool = True) -> None:
    """Write down that these locations were asked to stop. The caller holds the order's lock."""
    check_reason(reason)
    order.state = next_state(order.state, "ask_cancel")
    order.next_step = f"{' and '.join(places)} to answer the cancellation"
    order.version += 1
    if not tell_customer:
        order.attributes = {**order.attributes, KEPT_IN: True}
    order.save(update_fields=["state", "next_step", "version", "attributes"])
    sentence = f"Cancellation asked of {' and '.join(places)}{quietly(tell_customer)}: {reason.strip()}"
    record([Change("orders.ask_cancel", sentence, (("order", order.id),))])
    publish([CancelRequested(order.id, reason.strip())])


def reopen(*, order: Order, declined: str = "") -> bool:
    """Every location has answered; ``declined`` says why the order is kept. The caller holds the order's lock.

    Whether the customer is to be told, if it is canceled now.
    """
    order.state = next_state(order.state, "keep")
    order.version += 1
    tell_customer = not order.attributes.pop(KEPT_IN, False)
    order.save(update_fields=["state", "version", "attributes"])
    if declined:
        record([Change("orders.keep", f"Not canceled: {declined}", (("order", order.id),))])
        publish([CancelDeclined(order.id, declined)])
    return tell_customer
