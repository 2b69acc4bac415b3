"""Give stock that has arrived to the orders that wait for it, in the order they were placed."""

from collections.abc import Collection
from uuid import UUID

from fulfillment.actions.allocate import BATCH, allocate_orders
from fulfillment.events import MoreWaiting
from fulfillment.models import Backorder, Decision
from oms.core.events import publish


def retry_backorders(*, item_ids: Collection[UUID]) -> list[Decision]:
    """Allocate again the orders of the `BATCH` lines that have waited longest for these items.

    When that was a full batch and stock went round, a fact asks for the next one, in a transaction of its own.
    """
    if not item_ids:
        return []
    waiting = list(
        Backorder.objects.filter(item_id__in=item_ids, waiting__gt=0, order__state="open", order__open_holds=0)
        .order_by("placed_at", "id")
        .values_list("id", "order_id", "item_id", "waiting")[:BATCH]
    )
    decisions = allocate_orders(order_ids={order_id for _, order_id, _, _ in waiting}, trigger="stock_rose")
    if len(waiting) == BATCH and decisions:
        publish([MoreWaiting(item_id) for item_id in _items_that_went_round(waiting)])
    return decisions


def _items_that_went_round(waiting: list[tuple[UUID, UUID, UUID, int]]) -> list[UUID]:
    """Items of which somebody got units just now: each further round serves somebody, so rounds come to an end."""
    now = dict(Backorder.objects.filter(id__in=[row[0] for row in waiting]).values_list("id", "waiting"))
    return sorted({item_id for row_id, _, item_id, before in waiting if now[row_id] < before})
