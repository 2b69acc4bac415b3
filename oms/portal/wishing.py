"""All my orders, by mail: whoever reads an address's mail gets the links to its orders, and nobody else learns of any.

Asking writes one row, the same for every address. Only later, when nobody waits for the answer, is it looked up.
"""

from django.db import transaction

from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.events import nudge
from oms.core.links import order_links
from oms.core.models import Tenant
from oms.core.relays import is_relay_address
from oms.core.tenancy import unit
from oms.notifications.actions.write import write_message
from oms.portal.locks import lock_due_wishes
from oms.portal.models import OrdersWish
from orders.models import Order
from orders.queries import visible_orders

ORDERS_MAX, BATCH = 10, 20


def wish_for_orders(*, email: str) -> None:
    """Note that somebody asks; twice before it is answered is once."""
    row = {"id": uuid7(), "email": email.strip().lower(), "due_at": unit().now}
    insert_rows(OrdersWish, [row], on_conflict="ON CONFLICT (tenant_id, email) DO NOTHING")
    transaction.on_commit(nudge.relay)


def answer_wishes(*, limit: int = BATCH) -> int:
    """Owe a letter to each address that has orders here; returns how many were looked up."""
    tenant, wishes = Tenant.objects.get(id=unit().tenant_id), lock_due_wishes(unit().now, limit)
    for wish in wishes:
        if orders := _orders_of(wish.email):
            links = order_links(tenant, [order.id for order in orders])
            told = [(order.number, order.placed_at, links[order.id]) for order in orders]
            write_message(kind="portal_orders", order_id=orders[0].id, key=str(wish.id), details={"orders": told})
        wish.delete()
    return len(wishes)


def _orders_of(email: str) -> list[Order]:
    """The newest first. An address that a marketplace made is its one order's alone."""
    if is_relay_address(email):
        return []
    placed = visible_orders().filter(email=email).exclude(state="draft")
    return list(placed.order_by("-placed_at", "-id")[:ORDERS_MAX])
