"""What a return's change means for its order, and how its own row is written."""

from collections.abc import Sequence

from django.db.models import Sum

from orders.actions.work import record_returns
from orders.models import Order, OrderLine
from returns import lifecycle
from returns.models import Return


def save(found: Return, *fields: str) -> None:
    """Write the locked return's state and ``fields``."""
    found.version += 1
    found.save(update_fields=["state", "version", *fields])


def follow_orders(orders: Sequence[Order]) -> None:
    """Write down on the locked orders how far their returns are: asked for, partly back, all back, or none."""
    ids = {order.id for order in orders}
    goods = OrderLine.objects.filter(order_id__in=ids, kind="goods").values("order_id")
    sums = {row["order_id"]: row for row in goods.annotate(shipped=Sum("shipped"), returned=Sum("returned"))}
    open_returns = set(
        Return.objects.filter(order_id__in=ids, state__in=lifecycle.OPEN).values_list("order_id", flat=True)
    )
    record_returns(states={order_id: _state(sums.get(order_id), order_id in open_returns) for order_id in ids})


def _state(sums: dict | None, is_open: bool) -> str:
    if sums and sums["returned"]:
        return "returned" if sums["returned"] >= sums["shipped"] else "part_returned"
    return "requested" if is_open else ""
