"""The mail that was sent, is owed, or was left out."""

from uuid import UUID

from django.db.models import QuerySet

from oms.core.errors import NotFound
from oms.core.tenancy import unit
from oms.notifications.models import Message


def messages(*, state: str = "", kind: str = "", order_id: UUID | None = None) -> QuerySet[Message]:
    """For lists, newest first by ``-created_at``, as far as the actor may see the orders."""
    rows = Message.objects.select_related("order")
    channels = unit().actor.channels
    if channels is not None:
        rows = rows.filter(order__channel_id__in=channels)
    if order_id is not None:
        rows = rows.filter(order_id=order_id)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(kind=kind) if kind else rows


def message(message_id: UUID) -> Message:
    """Raises `NotFound`."""
    found = messages().filter(id=message_id).first()
    if found is None:
        raise NotFound("There is no such message.")
    return found
