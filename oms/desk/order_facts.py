"""What the rooms together know of some orders: a fixed number of statements, however many orders."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from fulfillment.floor.views import WorkView, works_of
from fulfillment.queries import backorders_of
from inventory.queries import Held, reservations_of
from oms.core.tenancy import unit
from oms.desk.actions_allowed import LineCounts
from orders.models import Hold, Order, OrderLine, Payment
from orders.queries import holds_of, lines_of, tags_of
from orders.queries.money import OrderMoney, money_of_order

COUNTS = """
SELECT order_id, sum(quantity - cancelled - in_work - shipped), sum(in_work), sum(shipped),
       count(*) FILTER (WHERE item_id IS NULL)
FROM orders_orderline WHERE tenant_id = %s AND order_id = ANY(%s) AND kind = 'goods' GROUP BY order_id
"""


@dataclass(frozen=True)
class OrderFacts:
    """What belongs to one order. ``lines`` and ``money`` are None in a list, where only ``counts`` are known."""

    tags: list[str] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    counts: LineCounts = field(default_factory=LineCounts)
    lines: list[OrderLine] | None = None
    money: OrderMoney | None = None
    reserved: dict[UUID, list[Held]] = field(default_factory=dict)
    waiting: dict[UUID, int] = field(default_factory=dict)
    works: list[WorkView] = field(default_factory=list)


def facts_of_one(
    order: Order,
    *,
    lines: Sequence[OrderLine] | None = None,
    tags: Sequence[str] | None = None,
    payments: Sequence[Payment] | None = None,
) -> OrderFacts:
    """Everything about one order. Not asked for: what is given, and what its columns say it cannot have."""
    lines = lines_of([order.id]).get(order.id, []) if lines is None else list(lines)
    allocated = order.fulfillment_state != "not_allocated"
    begun = any(line.in_work or line.shipped for line in lines)
    return OrderFacts(
        tags=tags_of([order.id]).get(order.id, []) if tags is None else sorted(tags),
        holds=holds_of([order.id]).get(order.id, []) if order.open_holds else [],
        counts=LineCounts.of(lines),
        lines=lines,
        money=money_of_order(order, lines, payments=payments),
        reserved=reservations_of([line.id for line in lines]),
        waiting=backorders_of(order.id) if allocated else {},
        works=works_of(order.id) if begun else [],
    )


def facts_of_many(orders: Sequence[Order]) -> dict[UUID, OrderFacts]:
    """For a list: no lines, three statements."""
    ids = [order.id for order in orders]
    tags, counts = tags_of(ids), _counts(ids)
    held = [order.id for order in orders if order.open_holds]
    holds = holds_of(held) if held else {}
    return {order_id: OrderFacts(tags.get(order_id, []), holds.get(order_id, []), counts[order_id]) for order_id in ids}


def _counts(order_ids: Sequence[UUID]) -> dict[UUID, LineCounts]:
    counts: dict[UUID, LineCounts] = defaultdict(LineCounts)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [unit().tenant_id, list(order_ids)])
        for order_id, *sums in cursor.fetchall():
            counts[order_id] = LineCounts(*map(int, sums))
    return counts
