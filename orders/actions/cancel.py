"""Cancel orders, or units of their lines: stock given back at once, totals left as they were agreed.

What was sold stays in the order's amounts; the cancelled units are counters beside them, and what the
customer gets back is the refund's business.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.actions.reserve import unreserve_stock
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.errors import NotFound, OmsError
from oms.core.events import publish
from oms.core.tenancy import unit
from orders import next_step
from orders.actions.hold import check_reason
from orders.cancelling import CancelPlan, plan_cancel
from orders.events import LinesCancelled, OrderCancelled
from orders.lifecycle import next_state
from orders.locks import lock_orders
from orders.models import Hold, Order, OrderLine
from orders.queries.cancelling import lines_now
from orders.telling import quietly


@dataclass(frozen=True)
class Cancelled:
    """``whole`` when the order itself is cancelled; ``given_back`` units of stock are free again."""

    order_id: UUID
    whole: bool
    units: int
    given_back: int


def cancel_orders(*, order_ids: Collection[UUID], reason: str) -> dict[UUID, Cancelled | OmsError]:
    """Cancel each order as a whole, or say why not. Raises `Invalid` without a reason."""
    return _cancel(dict.fromkeys(order_ids), reason)


def cancel_lines(*, lines: Mapping[UUID, Mapping[UUID, int]], reason: str) -> dict[UUID, Cancelled | OmsError]:
    """Cancel so many units of these lines of each order (order → line → units), or say why not, order by order."""
    return _cancel(lines, reason)


def cancel_order(
    *, order_id: UUID, reason: str, lines: Mapping[UUID, int] | None = None, tell_customer: bool = True
) -> Cancelled:
    """Cancel one order, or with ``lines`` so many units of these lines; without ``tell_customer`` no mail says so.

    Raises `NotFound`, `NotAllowed` (its state), `CannotCancel` (units in work or gone) or `Invalid`.
    """
    answer = _cancel({order_id: lines}, reason, tell_customer)[order_id]
    if isinstance(answer, OmsError):
        raise answer
    return answer


def _cancel(
    asked: Mapping[UUID, Mapping[UUID, int] | None], reason: str, tell_customer: bool = True
) -> dict[UUID, Cancelled | OmsError]:
    check_reason(reason)
    reason = reason.strip()
    orders = {order.id: order for order in lock_orders(asked)}
    lines = lines_now(orders)
    answers: dict[UUID, Cancelled | OmsError] = {}
    plans: dict[UUID, CancelPlan] = {}
    for order_id, wanted in asked.items():
        try:
            if order_id not in orders:
                raise NotFound("There is no such order.")
            next_state(orders[order_id].state, "cancel" if wanted is None else "cancel_lines")
            plans[order_id] = plan_cancel(lines.get(order_id, []), wanted)
        except OmsError as error:
            answers[order_id] = error
    if plans:
        answers |= _carry_out([(orders[order_id], plan) for order_id, plan in plans.items()], reason, tell_customer)
    return answers


def _carry_out(planned: Sequence[tuple[Order, CancelPlan]], reason: str, tell_customer: bool) -> dict[UUID, Cancelled]:
    _count_lines(planned)
    whole = [order for order, plan in planned if plan.whole]
    _end_orders(planned, reason)
    _end_holds(whole)
    given = unreserve_stock(
        demands={line.line_id: line.give_back for _, plan in planned for line in plan.lines if line.give_back}
    )
    record([_change(order, plan, reason, tell_customer) for order, plan in planned])
    publish([_fact(order, plan, reason, tell_customer) for order, plan in planned])
    return {
        order.id: Cancelled(
            order.id,
            plan.whole,
            plan.units,
            sum(given.get(line.line_id, 0) for line in plan.lines),
        )
        for order, plan in planned
    }


def _count_lines(planned: Sequence[tuple[Order, CancelPlan]]) -> None:
    update_rows(
        OrderLine,
        [{"id": line.line_id, "cancelled": line.quantity} for _, plan in planned for line in plan.lines],
        set_sql="cancelled = t.cancelled + r.cancelled",
    )


def _end_orders(planned: Sequence[tuple[Order, CancelPlan]], reason: str) -> None:
    """Cancelled orders say so and wait for nothing; of the others only the version moves."""
    rows = []
    for order, plan in planned:
        if plan.whole:
            order.state, order.cancelled_at = next_state(order.state, "cancel"), unit().now
            order.open_holds, order.next_step, order.ship_by = 0, next_step.cancelled(reason), None
        order.version += 1
        rows.append(
            {
                "id": order.id, "state": order.state, "cancelled_at": order.cancelled_at,
                "open_holds": order.open_holds, "next_step": order.next_step, "ship_by": order.ship_by,
                "version": order.version,
            }
        )  # fmt: skip
    update_rows(Order, rows)


def _end_holds(orders: Sequence[Order]) -> None:
    if orders:
        Hold.objects.filter(order_id__in=[order.id for order in orders], lifted_at__isnull=True).update(
            lifted_at=unit().now, lifted_by=unit().actor.label, lift_reason="The order was canceled."
        )


def _change(order: Order, plan: CancelPlan, reason: str, tell_customer: bool) -> Change:
    subjects = (("order", order.id),)
    if plan.whole:
        return Change("orders.cancel", f"Order canceled{quietly(tell_customer)}: {reason}", subjects)
    units = plan.units
    sentence = f"{units:,} {'unit' if units == 1 else 'units'} canceled: {reason}"
    return Change("orders.cancel", sentence, subjects, after={str(line.line_id): line.quantity for line in plan.lines})


def _fact(order: Order, plan: CancelPlan, reason: str, tell_customer: bool) -> OrderCancelled | LinesCancelled:
    if plan.whole:
        return OrderCancelled(order.id, reason, tell_customer)
    return LinesCancelled(order.id, tuple(str(line.line_id) for line in plan.lines), reason)
