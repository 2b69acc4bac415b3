"""Locks on returns. Their orders come first, always by id."""

from collections.abc import Collection
from uuid import UUID

from oms.core.errors import NotFound
from orders.locks import lock_orders
from orders.models import Order
from returns.models import Return
from returns.queries import visible_returns


def lock_return(return_id: UUID) -> tuple[Order, Return]:
    """One return and its order, locked. Raises `NotFound`, also for what the actor may not see."""
    found = lock_returns([return_id])
    if not found:
        raise NotFound("There is no such return.")
    return found[0]


def lock_returns(ids: Collection[UUID]) -> list[tuple[Order, Return]]:
    """Those the actor may see, with their orders; unknown ids are left out."""
    seen = visible_returns().filter(id__in=set(ids))
    orders = {each.id: each for each in lock_orders(set(seen.values_list("order_id", flat=True)))}
    rows = seen.filter(order_id__in=orders).select_related("location").order_by("id")
    return [(orders[each.order_id], each) for each in rows.select_for_update(no_key=True, of=("self",))]
