"""Whether work may go on: asked again, under the order's lock, before whatever cannot be undone."""

from fulfillment.models import FulfillmentOrder
from oms.core.errors import Conflict, NotAllowed
from orders.models import Order


class CancelAsked(Conflict):
    """Somebody asked to cancel; the location has to answer first."""

    code = "cancel_asked"
    title = "This order is to be canceled"


class PickedByAnother(Conflict):
    """Two people cannot pick the same work."""

    code = "picked_by_another"
    title = "Somebody else picks this"


def check_goes_on(order: Order, work: FulfillmentOrder, doing: str) -> None:
    """Raises `NotAllowed` for an order on hold, `CancelAsked` when its cancellation waits for an answer."""
    if work.cancel_requested_at is not None:
        raise CancelAsked(
            f"Order {order.number} is to be canceled: {work.cancel_reason}. Stop, and say whether it still can be.",
            cancel_reason=work.cancel_reason,
        )
    if order.open_holds:
        raise NotAllowed(
            "on hold", doing, f"Order {order.number} is on hold. Set it aside until its holds are released."
        )
