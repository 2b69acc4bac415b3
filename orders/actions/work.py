"""The fence: units the floor has begun on, and units that have left. Written by the rooms above, set-based."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from oms.core.db.bulk import update_rows
from orders.lifecycle import next_state
from orders.models import Order, OrderLine


def begin_work(*, units: Mapping[UUID, int]) -> None:
    """Line → units the floor now has: nobody changes or cancels these. The caller holds the orders' locks."""
    _count(units, "in_work = t.in_work + r.in_work")


def stop_work(*, units: Mapping[UUID, int]) -> None:
    """Line → units the floor gives back undone. The caller holds the orders' locks."""
    _count(units, "in_work = t.in_work - r.in_work")


def ship_units(*, units: Mapping[UUID, int]) -> None:
    """Line → units that were in work and have left. The caller holds the orders' locks."""
    _count(units, "in_work = t.in_work - r.in_work, shipped = t.shipped + r.in_work")


def return_units(*, units: Mapping[UUID, int]) -> None:
    """Line → units that came back, or fewer where they were sent to the customer again. Orders are locked."""
    _count(units, "returned = t.returned + r.in_work")


def record_returns(*, states: Mapping[UUID, str]) -> None:
    """Order → how far its returns are: requested, part_returned, returned or nothing. Orders are locked."""
    rows = [{"id": key, "return_state": state} for key, state in states.items()]
    update_rows(Order, rows, set_sql="return_state = r.return_state, version = t.version + 1")


def close_orders(orders: Sequence[Order]) -> None:
    """Nothing is left to ship of these locked orders."""
    for order in orders:
        order.state, order.ship_by = next_state(order.state, "close"), None
        order.version += 1
    update_rows(
        Order,
        [{"id": each.id, "state": each.state, "ship_by": None, "version": each.version} for each in orders],
    )


def lines_in_work(order_ids: Collection[UUID]) -> list[OrderLine]:
    """The goods of these orders as they stand after the counters changed, by order and position."""
    lines = OrderLine.objects.filter(order_id__in=order_ids, kind="goods")
    return list(lines.order_by("order_id", "position", "id"))


def _count(units: Mapping[UUID, int], set_sql: str) -> None:
    update_rows(OrderLine, [{"id": key, "in_work": count} for key, count in units.items() if count], set_sql=set_sql)
