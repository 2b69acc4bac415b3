"""Stock levels: one message per item however often it moved, with what is so when it is sent."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from inventory.events import StockLevelChanged
from inventory.models import Item, TransferLine
from inventory.queries import available_by_item
from oms.core.db.bulk import insert_rows
from oms.core.events import nudge, publish
from oms.core.tenancy import unit
from oms.webhooks.models import Endpoint, StockLevelDue
from orders.models import OrderLine

# Moves of so long are told as one.
COALESCED = timedelta(seconds=5)
BATCH = 200


def note_moved(
    *, item_ids: Collection[UUID], order_ids: Collection[UUID] = (), transfer_ids: Collection[UUID] = ()
) -> int:
    """Stock of these items, and of those of these orders and transfers, may have moved; returns of how many.

    Costs one statement where no endpoint wants to know.
    """
    if not _wanted():
        return 0
    moved = set(item_ids)
    if order_ids:
        lines = OrderLine.objects.filter(order_id__in=order_ids, item__isnull=False)
        moved.update(lines.values_list("item_id", flat=True))
    if transfer_ids:
        moved.update(TransferLine.objects.filter(transfer_id__in=transfer_ids).values_list("item_id", flat=True))
    rows = [{"item_id": item_id, "due_at": unit().now + COALESCED} for item_id in sorted(moved)]
    insert_rows(StockLevelDue, rows, on_conflict="ON CONFLICT (tenant_id, item_id) DO NOTHING")
    if rows:
        transaction.on_commit(nudge.relay)
    return len(rows)


_TAKE = """
DELETE FROM webhooks_stockleveldue d USING (
  SELECT id FROM webhooks_stockleveldue WHERE tenant_id = %s AND due_at <= %s
  ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
) t WHERE d.tenant_id = %s AND d.id = t.id RETURNING d.item_id
"""


def tell_levels() -> int:
    """Tell what a batch of items has now; returns how many. Whatever moves later is noted, and told, again."""
    opened = unit()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [opened.tenant_id, opened.now, BATCH, opened.tenant_id])
        item_ids = [item_id for (item_id,) in cursor.fetchall()]
    skus = dict(Item.objects.filter(id__in=item_ids).values_list("id", "sku"))
    levels = available_by_item(list(skus))
    publish(
        [
            StockLevelChanged(
                item_id, skus[item_id], level.available, level.on_hand, level.reserved,
                {str(place): shelf.available for place, shelf in level.by_location.items()},
            )
            for item_id, level in levels.items()
        ]
    )  # fmt: skip
    return len(levels)


def _wanted() -> bool:
    wanted = Endpoint.objects.filter(active=True)
    return any(not events or StockLevelChanged.name in events for events in wanted.values_list("events", flat=True))
