"""The lines of orders as cancelling sees them."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from inventory.book import open_of_demands
from orders.cancelling import LineNow
from orders.queries.reading import lines_of


def lines_now(order_ids: Collection[UUID]) -> dict[UUID, list[LineNow]]:
    """Order id → its lines with what is reserved for each; two statements."""
    lines = lines_of(order_ids)
    held: dict[UUID, int] = defaultdict(int)
    for each in open_of_demands([line.id for of_order in lines.values() for line in of_order]):
        held[each.demand_id] += each.open
    return {
        order_id: [
            LineNow(
                line.id, line.position, line.kind, line.title or line.sku or line.kind,
                line.quantity, line.cancelled, line.in_work, line.shipped, held[line.id],
            )
            for line in of_order
        ]
        for order_id, of_order in lines.items()
    }  # fmt: skip
