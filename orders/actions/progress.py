"""Write down what the rooms above know about orders: where the goods are, what happens next, by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from oms.core.db.bulk import update_rows
from orders.models import Order


@dataclass(frozen=True)
class Progress:
    """``locations`` are the codes of the locations that work on the order, the first doing most of it."""

    order_id: UUID
    fulfillment_state: str
    next_step: str
    locations: Sequence[str] = ()
    ship_by: datetime | None = None


def record_progress(rows: Sequence[Progress]) -> None:
    """One statement for all of them. The caller holds the orders' locks.

    While an order is on hold, its next step says so and stays.
    """
    update_rows(
        Order,
        [
            {
                "id": row.order_id, "fulfillment_state": row.fulfillment_state, "next_step": row.next_step,
                "locations": list(row.locations), "ship_by": row.ship_by,
            }
            for row in rows
        ],
        set_sql="fulfillment_state = r.fulfillment_state, locations = r.locations, ship_by = r.ship_by, "
        "next_step = CASE WHEN t.open_holds > 0 OR t.state = 'cancelled' THEN t.next_step ELSE r.next_step END",
    )  # fmt: skip
