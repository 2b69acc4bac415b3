"""Every row lock of this room."""

from datetime import datetime
from uuid import UUID

from oms.webhooks.models import Endpoint, Message


def lock_endpoint(endpoint_id: UUID) -> Endpoint | None:
    return Endpoint.objects.select_for_update(no_key=True).filter(id=endpoint_id).first()


def lock_message(message_id: UUID) -> Message | None:
    return Message.objects.select_for_update(no_key=True).filter(id=message_id).first()


def lock_due_messages(now: datetime, limit: int) -> list[Message]:
    """Due messages nobody is sending, those due longest first, with their endpoints."""
    return list(
        Message.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("endpoint")
        .filter(state=Message.DUE, due_at__lte=now)
        .order_by("due_at", "id")[:limit]
    )
