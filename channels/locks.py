"""Row locks of this room."""

from datetime import datetime
from uuid import UUID

from channels.models import ChannelMessage, Connection, Import
from oms.accounts.models import SalesChannel
from oms.core.errors import NotFound
from oms.core.tenancy import unit


def lock_import(import_id: UUID) -> Import:
    """Raises `NotFound`, also for an import on a channel that is not the actor's."""
    rows = Import.objects.select_for_update(no_key=True).filter(id=import_id)
    if unit().actor.channels is not None:
        rows = rows.filter(channel_id__in=unit().actor.channels)
    found = rows.first()
    if found is None:
        raise NotFound("There is no such import.")
    return found


def lock_channel(channel_id: UUID) -> None:
    """One import at a time places on a channel, so that of two copies of a file one sees the other's credits."""
    list(SalesChannel.objects.select_for_update(no_key=True).filter(id=channel_id).values_list("id"))


def lock_connection(connection_id: UUID) -> Connection:
    """Raises `NotFound`, also for one of a channel that is not the actor's."""
    rows = Connection.objects.select_for_update(no_key=True, of=("self",)).select_related("channel")
    if unit().actor.channels is not None:
        rows = rows.filter(channel_id__in=unit().actor.channels)
    found = rows.filter(id=connection_id).first()
    if found is None:
        raise NotFound("There is no such connection.")
    return found


def lock_message(message_id: UUID) -> ChannelMessage | None:
    """With its connection and channel. Whoever locks an order does so after this."""
    return (
        ChannelMessage.objects.select_for_update(no_key=True, of=("self",))
        .select_related("connection__channel")
        .filter(id=message_id)
        .first()
    )


def lock_due_messages(now: datetime, limit: int) -> list[ChannelMessage]:
    """Messages nobody reads, those due longest first."""
    return list(
        ChannelMessage.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(state=ChannelMessage.DUE, due_at__lte=now)
        .order_by("due_at", "id")[:limit]
    )
