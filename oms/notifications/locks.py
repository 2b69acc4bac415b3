"""Locks on messages. They come after everything an order's own locks cover."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from oms.notifications.models import CustomerMessage


def lock_message(message_id: UUID) -> CustomerMessage | None:
    return CustomerMessage.objects.select_for_update(no_key=True).filter(id=message_id).first()


def lock_messages(message_ids: Collection[UUID]) -> list[CustomerMessage]:
    """In the order of their ids; who is not there is left out."""
    found = CustomerMessage.objects.select_for_update(no_key=True).filter(id__in=message_ids)
    return list(found.order_by("id"))


def lock_due_messages(now: datetime, limit: int) -> list[CustomerMessage]:
    """Messages nobody works on, those due longest first."""
    return list(
        CustomerMessage.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(state__in=[CustomerMessage.DUE, CustomerMessage.SENDING], due_at__lte=now)
        .order_by("due_at", "id")[:limit]
    )
