"""Who tells the customer of what is about to be done: the pages say it before the button."""

from django.http import HttpRequest

from oms.notifications.actions.write import teller_of
from orders.models import Order


def telling(request: HttpRequest, order: Order, kind: str) -> dict:
    """What ``order_teller.html`` shows; the box to leave the mail out is the form's."""
    return {"teller": teller_of(order, kind), "may_choose": request.actor.permits("settings.edit")}
