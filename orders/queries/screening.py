"""The sheets that screening judges: four statements for any number of orders."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from oms.core.addresses import Address
from oms.core.db.bulk import to_json
from oms.core.models import Tenant
from oms.core.tenancy import current_tenant_id
from orders.models import Order, OrderLine
from orders.queries.reading import lines_of
from orders.screening.sheet import Sheet, SheetLine

RECENTLY = timedelta(minutes=10)
HIGH_VALUE = Decimal(1000)
# Counting stops here: three is many already. It also bounds the work in a rush.
LOOK_AT_MOST = 100

# Each probe walks one index within its ten minutes; what compares JSON only filters the rows found there.
HISTORY = """
SELECT r.id,
  (SELECT count(*) FROM (
     SELECT 1 FROM orders_order o
     WHERE o.tenant_id = %(tenant)s AND o.email = r.email AND r.email <> '' AND o.state <> 'draft'
       AND o.placed_at > r.placed_at - %(recently)s AND o.placed_at <= r.placed_at
     ORDER BY o.placed_at DESC LIMIT %(most)s) e),
  (SELECT count(DISTINCT a.email) FROM (
     SELECT o.ship_to, o.email FROM orders_order o
     WHERE o.tenant_id = %(tenant)s AND o.country = r.country AND r.line1 <> '' AND o.state <> 'draft'
       AND o.placed_at > r.placed_at - %(recently)s AND o.placed_at <= r.placed_at
     ORDER BY o.placed_at DESC LIMIT %(most)s) a
   WHERE a.ship_to ->> 'line1' = r.line1 AND a.ship_to ->> 'postcode' = r.postcode),
  (r.customer_id IS NULL OR NOT EXISTS (
     SELECT 1 FROM orders_order o
     WHERE o.tenant_id = %(tenant)s AND o.customer_id = r.customer_id
       AND o.placed_at <= r.placed_at AND o.id <> r.id AND o.state <> 'draft'))
FROM jsonb_to_recordset(%(orders)s::jsonb)
  AS r(id uuid, email text, country text, line1 text, postcode text, customer_id uuid, placed_at timestamptz)
"""


def sheets_of(orders: Sequence[Order]) -> list[Sheet]:
    """One sheet per order, in the same order."""
    tenant = Tenant.objects.get(id=current_tenant_id())
    lines = lines_of([order.id for order in orders])
    history = _history(orders)
    return [_sheet(order, lines.get(order.id, []), history[order.id], tenant) for order in orders]


def _history(orders: Sequence[Order]) -> dict[UUID, tuple[int, int, bool]]:
    rows = [
        {
            "id": order.id, "email": order.email, "country": order.country,
            "line1": order.ship_to.get("line1", ""), "postcode": order.ship_to.get("postcode", ""),
            "customer_id": order.customer_id, "placed_at": order.placed_at,
        }
        for order in orders
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            HISTORY,
            {"tenant": current_tenant_id(), "recently": RECENTLY, "most": LOOK_AT_MOST, "orders": to_json(rows)},
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _sheet(order: Order, lines: Sequence[OrderLine], history: tuple[int, int, bool], tenant: Tenant) -> Sheet:
    same_email, to_address, is_first = history
    high_value = Decimal(str(tenant.settings.get("high_value", HIGH_VALUE)))
    return Sheet(
        order_id=order.id,
        total=order.total,
        currency=order.currency,
        email=order.email,
        ship_to=Address.from_json(order.ship_to),
        bill_to=Address.from_json(order.bill_to),
        lines=tuple(
            SheetLine(
                line.id, line.position, line.kind, line.sku, line.quantity, line.unit_price, line.item_id is not None
            )
            for line in lines
        ),
        payment_state=order.payment_state,
        payment_required=bool(order.attributes.get("payment_required")),
        address_known=order.attributes.get("address_known") is not False,
        local_hour=order.placed_at.astimezone(ZoneInfo(tenant.timezone)).hour,
        is_first_order=is_first,
        recent_same_email=same_email,
        recent_to_address=to_address,
        high_value=high_value if order.currency == tenant.currency else None,
    )
