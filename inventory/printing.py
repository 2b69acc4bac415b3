"""A purchase order as its supplier reads it: on paper, and as rows for a spreadsheet."""

from collections.abc import Sequence
from decimal import Decimal

from django.template.loader import render_to_string

from inventory.models import PurchaseOrder, PurchaseOrderLine
from oms.core.documents import render_pdf
from oms.core.models import Tenant
from oms.core.money import rounded

CSV_HEADER = (
    "order",
    "your_code",
    "our_sku",
    "item",
    "units",
    "units_per_pack",
    "unit_cost",
    "currency",
    "expected_on",
)
ADDRESS_LINES = ("line1", "line2", "postcode", "city", "region", "country")


def purchase_order_pdf(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], merchant: Tenant) -> bytes:
    address = [order.location.address.get(part) for part in ADDRESS_LINES]
    context = {
        "order": order, "lines": lines, "merchant": merchant, "total": order_total(order, lines),
        "address": list(filter(None, address)),
    }  # fmt: skip
    return render_pdf(render_to_string("inventory/purchase_order.html", context))


def csv_rows(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> list[tuple]:
    """A row per line, under `CSV_HEADER`."""
    return [
        (
            f"PO{order.number}", line.code, line.item.sku, line.item.name, line.quantity, line.pack_size,
            line.unit_cost, order.currency, order.expected_on,
        )
        for line in lines
    ]  # fmt: skip


def order_total(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> Decimal:
    """In the order's currency, rounded once."""
    return rounded(sum((line.amount for line in lines), Decimal(0)), order.currency)
