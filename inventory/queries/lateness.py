"""What deliveries say about a supplier: measured lead times, and how late they come."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from inventory.replenishing.lateness import RELIED_ON_PERCENT, MeasuredDays, Punctuality
from oms.core.db.reading import read_rows
from oms.core.tenancy import unit

# So far back is looked; and of a supplier at so many deliveries.
HISTORY_DAYS, DELIVERIES_MAX = 365, 100

_LEAD_TIMES = """
SELECT o.supplier_id, l.item_id, count(*)::int, sum(r.days)::int, sum(r.days * r.days)::int
FROM inventory_purchasereceipt r
JOIN inventory_purchaseorder o ON o.id = r.purchase_order_id AND o.tenant_id = r.tenant_id
JOIN inventory_purchasereceiptline l ON l.receipt_id = r.id AND l.tenant_id = r.tenant_id
WHERE r.tenant_id = %s AND l.item_id = ANY(%s) AND r.at >= %s AND r.days IS NOT NULL
GROUP BY 1, 2
"""

_PUNCTUALITY = f"""
SELECT s.id, count(*)::int, count(*) FILTER (WHERE r.late_days <= 0)::int,
       percentile_disc({RELIED_ON_PERCENT / 100}) WITHIN GROUP (ORDER BY r.late_days)
FROM unnest(%(suppliers)s::uuid[]) AS s (id) CROSS JOIN LATERAL (
  SELECT r.late_days FROM inventory_purchaseorder o
  JOIN inventory_purchasereceipt r ON r.purchase_order_id = o.id AND r.tenant_id = o.tenant_id
  WHERE o.tenant_id = %(tenant)s AND o.supplier_id = s.id AND r.at >= %(since)s AND r.late_days IS NOT NULL
  ORDER BY o.id DESC LIMIT {DELIVERIES_MAX}
) r
GROUP BY s.id
"""


def measured_lead_times(item_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], MeasuredDays]:
    """(supplier, item) → the days from order to arrival over the last year; one statement."""
    rows = read_rows(_LEAD_TIMES, [unit().tenant_id, list(item_ids), _since()])
    return {(supplier, item): MeasuredDays(*numbers) for supplier, item, *numbers in rows}


def punctuality_of(supplier_ids: Collection[UUID]) -> dict[UUID, Punctuality]:
    """Supplier → of the last deliveries; those that delivered nothing are left out. One statement."""
    given = {"tenant": unit().tenant_id, "suppliers": list(supplier_ids), "since": _since()}
    return {supplier: Punctuality(*numbers) for supplier, *numbers in read_rows(_PUNCTUALITY, given)}


def _since():
    return unit().now - timedelta(days=HISTORY_DAYS)
