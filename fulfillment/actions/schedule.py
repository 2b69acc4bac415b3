"""When orders go to the floor: once the customer's time to change their mind is over."""

from collections.abc import Collection
from datetime import timedelta

from fulfillment.models import Release
from oms.accounts.actions.business import REMORSE_MINUTES
from oms.accounts.queries import kept_setting
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from orders.models import Order


def remorse_window() -> timedelta:
    """How long a customer may change their mind before the floor begins; the merchant's setting ``remorse_minutes``."""
    return timedelta(minutes=kept_setting("remorse_minutes", REMORSE_MINUTES))


def schedule_release(orders: Collection[Order]) -> None:
    """Let the clock release these orders; one that is scheduled already stays so."""
    if not orders:
        return
    window = remorse_window()
    insert_rows(
        Release,
        [{"id": uuid7(), "order_id": each.id, "due_at": each.placed_at + window} for each in orders],
        on_conflict="ON CONFLICT (tenant_id, order_id) DO NOTHING",
    )
