"""The mail that was sent, is owed, or was left out."""

from uuid import UUID

from django.db.models import QuerySet

from oms.core.errors import NotFound
from oms.core.tenancy import unit
from oms.notifications.models import CustomerMessage


def messages(*, state: str = "", kind: str = "", order_id: UUID | None = None) -> QuerySet[CustomerMessage]:
    """For lists, newest first by ``-created_at``, as far as the actor may see the orders."""
    rows = CustomerMessage.objects.select_related("order")
    channels = unit().actor.channels
    if channels is not None:
        rows = rows.filter(order__channel_id__in=channels)
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(kind=kind) if kind else rows


def message(message_id: UUID) -> CustomerMessage:
    """Raises `NotFound`."""
    found = messages().filter(id=message_id).first()
    if found is None:
        raise NotFound("There is no such message.")
    return found
