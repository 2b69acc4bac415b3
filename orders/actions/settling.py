"""After holds were placed or lifted: count what is still open, and clear what nothing holds any more."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from oms.core.db.bulk import update_rows
from oms.core.events import publish
from orders import next_step
from orders.events import OrderCleared
from orders.lifecycle import CHECKING, is_allowed, next_state
from orders.models import Hold, Order, Screening


def settle_holds(orders: Sequence[Order]) -> dict[UUID, list[str]]:
    """Bring the locked orders in line with their open holds; returns the kinds still open of each.

    An order nothing holds is cleared, unless its screening has yet to run. Publishes `OrderCleared`.
    """
    kinds = _open_kinds(orders)
    unscreened = _unscreened([order for order in orders if not kinds[order.id] and order.state == CHECKING])
    rows, cleared = [], []
    for order in orders:
        order.open_holds = len(kinds[order.id])
        if kinds[order.id]:
            order.next_step = next_step.held(kinds[order.id])
        elif order.id in unscreened:
            order.next_step = next_step.CHECKING
        elif is_allowed(order.state, "clear"):
            order.state, order.next_step = next_state(order.state, "clear"), next_step.CLEARED
            cleared.append(OrderCleared(order.id))
        rows.append(
            {"id": order.id, "state": order.state, "open_holds": order.open_holds, "next_step": order.next_step}
        )
    update_rows(Order, rows)
    publish(cleared)
    return kinds


def _open_kinds(orders: Sequence[Order]) -> dict[UUID, list[str]]:
    kinds: dict[UUID, list[str]] = defaultdict(list)
    for order_id, kind in (
        Hold.objects.filter(order_id__in=[order.id for order in orders], lifted_at__isnull=True)
        .order_by("set_at", "id")
        .values_list("order_id", "kind")
    ):
        kinds[order_id].append(kind)
    return kinds


def _unscreened(orders: Sequence[Order]) -> set[UUID]:
    if not orders:
        return set()
    ids = {order.id for order in orders}
    return ids - set(Screening.objects.filter(order_id__in=ids).values_list("order_id", flat=True))
