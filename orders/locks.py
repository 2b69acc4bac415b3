"""Every lock on orders. Orders come first in the lock order, and always by id."""

from collections.abc import Collection
from uuid import UUID

from oms.core.errors import NotFound
from orders.models import Order
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
