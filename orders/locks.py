"""Every lock on orders and on the parts of their refunds. Orders come first in the lock order, and always by id."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from oms.core.errors import NotFound
from orders.models import Order, RefundPart
from orders.queries import visible_orders


def lock_orders(ids: Collection[UUID]) -> list[Order]:
    """The orders the actor may see among ``ids``, locked, ordered by id; unknown ids are left out."""
    return list(visible_orders().filter(id__in=set(ids)).order_by("id").select_for_update(no_key=True, of=("self",)))


def lock_order(order_id: UUID) -> Order:
    """One order, locked. Raises `NotFound`."""
    found = lock_orders([order_id])
    if not found:
        raise NotFound("There is no such order.")
    return found[0]


def lock_due_refund_parts(now: datetime, limit: int) -> list[RefundPart]:
    """Parts nobody works on, those due longest first, with their payments and refunds."""
    return list(
        RefundPart.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("payment", "refund")
        .filter(state__in=RefundPart.OPEN, due_at__lte=now)
        .order_by("due_at", "id")[:limit]
    )


def lock_refund_parts(ids: Collection[UUID]) -> list[RefundPart]:
    """Whoever locks them holds their orders first."""
    return list(RefundPart.objects.select_for_update(no_key=True).filter(id__in=set(ids)).order_by("id"))
