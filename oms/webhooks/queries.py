"""Endpoints, what they were owed, and how each try went."""

from uuid import UUID

from django.db.models import QuerySet

from oms.core.errors import NotFound
from oms.webhooks.models import Attempt, Endpoint, Message


def endpoints() -> QuerySet[Endpoint]:
    return Endpoint.objects.all()


def endpoint(endpoint_id: UUID) -> Endpoint:
    """Raises `NotFound`."""
    found = Endpoint.objects.filter(id=endpoint_id).first()
    if found is None:
        raise NotFound("There is no such webhook endpoint.")
    return found


def messages(*, endpoint_id: UUID | None = None, state: str = "") -> QuerySet[Message]:
    """Page them by ``("-created_at", "-id")``."""
    found = Message.objects.select_related("endpoint")
    if endpoint_id is not None:
        found = found.filter(endpoint_id=endpoint_id)
    return found.filter(state=state) if state else found


def message(message_id: UUID) -> Message:
    """Raises `NotFound`."""
    found = messages().filter(id=message_id).first()
    if found is None:
        raise NotFound("There is no such webhook message.")
    return found


def attempts_of(message_id: UUID) -> list[Attempt]:
    """Newest first."""
    return list(Attempt.objects.filter(message_id=message_id).order_by("-id")[:100])
