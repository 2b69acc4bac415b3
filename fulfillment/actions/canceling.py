"""Cancel an order, or units of it, whatever the floor is doing: at once where that is possible, else by asking."""

from collections.abc import Mapping
from uuid import UUID

from fulfillment.actions.stopping import stop_order, stop_unbegun
from orders.actions.ask_cancel import ask_cancel
from orders.actions.cancel import Cancelled, cancel_order
from orders.actions.hold import check_reason
from orders.cancelling import what_has_not_left
from orders.kit_lines import as_bought, line_key
from orders.lifecycle import next_state
from orders.locks import lock_order
from orders.models import Order
from orders.queries import lines_of
from orders.queries.cancelling import lines_now


def cancel_or_ask(
    *, order_id: UUID, reason: str, lines: Mapping[UUID, int] | None = None, tell_customer: bool = True
) -> Cancelled | None:
    """None when the floor was asked: the order then waits for its answer.

    Work that nobody has begun is stopped without asking. Units of a line that is being picked cannot be
    canceled one by one: `CannotCancel`. Raises what `cancel_order` raises.
    """
    check_reason(reason)
    order = lock_order(order_id)
    next_state(order.state, "cancel" if lines is None else "cancel_lines")
    if lines is not None:
        if _touches_work(order, lines):
            stop_unbegun(order=order, reason=reason.strip())
        return cancel_order(order_id=order_id, reason=reason, lines=lines, tell_customer=tell_customer)
    stopped = stop_order(order=order, reason=reason.strip())
    if not stopped.asked:
        left = what_has_not_left(lines_now([order_id]).get(order_id, []))
        return cancel_order(order_id=order_id, reason=reason, lines=left, tell_customer=tell_customer)
    ask_cancel(order=order, reason=reason, places=stopped.asked, tell_customer=tell_customer)
    return None


def _touches_work(order: Order, asked: Mapping[UUID, int]) -> bool:
    lines = lines_of([order.id]).get(order.id, [])
    ids, left = {line.id for line in lines}, as_bought(lines, lambda line: line.to_ship - line.in_work, line_key)
    return any(line_id in ids and units > left.get(line_id, 0) for line_id, units in asked.items())
