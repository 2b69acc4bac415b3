"""Row locks of this room."""

from uuid import UUID

from channels.models import Import
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
