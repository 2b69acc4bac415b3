"""Questions about orders, read-only."""

from orders.queries.reading import (
    holds_of,
    lines_of,
    notes_of,
    order_by_id,
    order_by_number,
    screening_of,
    tags_of,
    visible_orders,
)

__all__ = [
    "holds_of",
    "lines_of",
    "notes_of",
    "order_by_id",
    "order_by_number",
    "screening_of",
    "tags_of",
    "visible_orders",
]
