"""Units that were cancelled no longer wait, and what is left of their orders is allocated anew."""

from collections.abc import Collection
from uuid import UUID

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.fence import keep_for_work
from fulfillment.actions.loading import is_ready
from fulfillment.models import Backorder
from fulfillment.progress import NOT_ALLOCATED
from oms.core.db.bulk import update_rows
from orders.actions.progress import Progress, record_progress
from orders.locks import lock_orders
from orders.models import Order


def drop_cancelled(*, order_ids: Collection[UUID]) -> None:
    """After units of these orders were cancelled, wholly or in part.

    Orders on hold only stop waiting for what was cancelled; the rest is decided when the hold is lifted.
    """
    orders = lock_orders(order_ids)
    _shorten_waits([order for order in orders if not is_ready(order)])
    record_progress([_over(order) for order in orders if order.state == "cancelled"])
    keep_for_work([order for order in orders if is_ready(order)])
    allocate_orders(order_ids=[order.id for order in orders if is_ready(order)], trigger="lines_cancelled")


def _shorten_waits(orders: Collection[Order]) -> None:
    waiting = Backorder.objects.filter(order_id__in=[order.id for order in orders], waiting__gt=0)
    shorter = [
        {"id": each.id, "waiting": min(each.waiting, each.line.to_ship)}
        for each in waiting.select_related("line").order_by("id")
    ]
    update_rows(Backorder, shorter)


def _over(order: Order) -> Progress:
    return Progress(order.id, NOT_ALLOCATED, order.next_step)
