"""Write the words that orders are found by into their search documents."""

from collections.abc import Collection, Sequence
from uuid import UUID

from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from orders.filtering.words import document
from orders.models import Order, OrderLine, SearchDocument
from orders.queries.reading import lines_of


def index_orders(*, order_ids: Collection[UUID]) -> None:
    """Three statements for any number of orders; writing one again replaces it."""
    orders = list(Order.objects.filter(id__in=order_ids).order_by("id"))
    lines = lines_of([order.id for order in orders])
    insert_rows(
        SearchDocument,
        [
            {
                "id": uuid7(), "order_id": order.id, "placed_at": order.placed_at,
                "text": _text(order, lines.get(order.id, [])),
            }
            for order in orders
        ],
        on_conflict="ON CONFLICT (tenant_id, order_id) DO UPDATE SET text = excluded.text",
    )  # fmt: skip


def _text(order: Order, lines: Sequence[OrderLine]) -> str:
    return document(
        names=[order.customer_name, order.ship_to.get("name", ""), order.ship_to.get("company", "")],
        codes=[order.external_id, order.ship_to.get("postcode", ""), *(line.sku for line in lines)],
        emails=[order.email],
        phones=[order.phone, order.ship_to.get("phone", "")],
        titles=[line.title for line in lines],
    )
