"""Transfers between locations."""

from uuid import UUID

from django.db.models import Q, QuerySet

from inventory.models import Transfer, TransferLine
from inventory.replenishing.lifecycle import STATES
from oms.core.errors import NotFound
from oms.core.tenancy import unit


def visible_transfers() -> QuerySet[Transfer]:
    """Those that leave or reach a location the actor may see."""
    limited_to = unit().actor.locations
    rows = Transfer.objects.all()
    return rows if limited_to is None else rows.filter(Q(origin__in=limited_to) | Q(destination__in=limited_to))


def transfers(*, state: str = "") -> QuerySet[Transfer]:
    """For lists, newest first by ``-id``; with their locations."""
    rows = visible_transfers().select_related("origin", "destination")
    return rows.filter(state=state) if state in STATES else rows


def transfer_by_number(number: int) -> Transfer:
    """Raises `NotFound`."""
    return _found(visible_transfers().filter(number=number))


def transfer_by_id(transfer_id: UUID) -> Transfer:
    """Raises `NotFound`."""
    return _found(visible_transfers().filter(id=transfer_id))


def lines_of_transfer(transfer_id: UUID) -> list[TransferLine]:
    """In the order of their SKUs, with the items."""
    rows = TransferLine.objects.filter(transfer_id=transfer_id).select_related("item")
    return list(rows.order_by("item__sku_key", "id"))


def _found(rows: QuerySet[Transfer]) -> Transfer:
    found = rows.select_related("origin", "destination").first()
    if found is None:
        raise NotFound("There is no such transfer.")
    return found
