"""Lift holds (the button says "Release hold"), and let the order go on when none is left."""

from collections.abc import Sequence
from uuid import UUID

from oms.core.audit import Change, record
from oms.core.errors import Conflict, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.hold import check_reason
from orders.actions.settling import settle_holds
from orders.events import HoldLifted
from orders.lifecycle import next_state
from orders.locks import lock_order, lock_orders
from orders.models import Hold, Order
from orders.next_step import HOLD_WORDS

TIME_IS_UP = "Its time was up."


def lift_hold(*, hold_id: UUID, reason: str, order_id: UUID | None = None) -> Order:
    """Lift one hold, with the reason; returns its order, cleared when nothing else holds it.

    ``order_id``, when given, must be the hold's. Raises `NotFound`, or `Conflict` when it was lifted before.
    """
    check_reason(reason)
    hold = Hold.objects.filter(id=hold_id).first()
    if hold is None or order_id not in (None, hold.order_id):
        raise NotFound("There is no such hold.")
    order = lock_order(hold.order_id)
    # Only under the order's lock is it certain whether somebody else was quicker.
    hold.refresh_from_db()
    if hold.lifted_at is not None:
        raise Conflict(f"{hold.lifted_by} has released this hold already. Nothing was changed.")
    next_state(order.state, "lift")
    lift_holds([order], [hold], reason=reason.strip())
    return order


def lift_expired_holds(*, limit: int = 500) -> int:
    """Lift the holds whose time is up; returns how many. Call again while it returns ``limit``."""
    overdue = Hold.objects.filter(lifted_at__isnull=True, until__lte=unit().now)
    order_ids = overdue.order_by("until").values_list("order_id", flat=True)[:limit]
    orders = lock_orders(list(order_ids))
    holds = list(overdue.filter(order_id__in=[order.id for order in orders]))
    if holds:
        lift_holds(orders, holds, reason=TIME_IS_UP)
    return len(holds)


def lift_holds(orders: Sequence[Order], holds: Sequence[Hold], *, reason: str) -> None:
    """Lift open holds of locked orders, and settle what that changes."""
    opened = unit()
    Hold.objects.filter(id__in=[hold.id for hold in holds]).update(
        lifted_at=opened.now, lifted_by=opened.actor.label, lift_reason=reason
    )
    record(
        [
            Change(
                "orders.lift",
                f"Hold because of {HOLD_WORDS[hold.kind]} released: {reason}",
                (("order", hold.order_id),),
            )
            for hold in holds
        ]
    )
    still_open = {order.id: order.open_holds for order in orders}
    facts = []
    for hold in holds:
        still_open[hold.order_id] -= 1
        facts.append(HoldLifted(hold.order_id, hold.id, hold.kind, still_open[hold.order_id]))
    publish(facts)
    settle_holds(orders)
