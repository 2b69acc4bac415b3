"""Locks on the floor's work. The order comes first, then its fulfillment orders, always by id."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from fulfillment.floor.queries import visible_work
from fulfillment.models import FulfillmentOrder, SharingPolicy
from oms.core.errors import NotFound
from orders.locks import lock_orders
from orders.models import Order


def lock_work(fulfillment_order_id: UUID) -> tuple[Order, FulfillmentOrder]:
    """One fulfillment order and its order, locked. Raises `NotFound`, also for what the actor may not see."""
    found = visible_work().filter(id=fulfillment_order_id).values_list("order_id", flat=True).first()
    orders = lock_orders([found]) if found else []
    if not orders:
        raise NotFound("There is no such fulfillment order.")
    work = _locked(visible_work().filter(id=fulfillment_order_id))[0]
    return orders[0], work


def lock_works(fulfillment_order_ids: Collection[UUID]) -> tuple[dict[UUID, Order], list[FulfillmentOrder]]:
    """Those the actor may see, with their orders (by id); unknown ids are left out."""
    seen = visible_work().filter(id__in=fulfillment_order_ids)
    orders = {each.id: each for each in lock_orders(set(seen.values_list("order_id", flat=True)))}
    return orders, _locked(seen.filter(order_id__in=orders))


def lock_work_of(order_id: UUID, states: Collection[str]) -> list[FulfillmentOrder]:
    """An order's work in these states, at whatever location. The caller holds the order's lock."""
    return _locked(FulfillmentOrder.objects.filter(order_id=order_id, state__in=states))


def _locked(rows: QuerySet[FulfillmentOrder]) -> list[FulfillmentOrder]:
    return list(rows.select_related("location").order_by("id").select_for_update(no_key=True, of=("self",)))


def lock_sharing_policy(policy_id: UUID) -> SharingPolicy:
    """Raises `NotFound`."""
    found = SharingPolicy.objects.select_for_update(no_key=True).filter(id=policy_id).first()
    if found is None:
        raise NotFound("There is no such policy.")
    return found
