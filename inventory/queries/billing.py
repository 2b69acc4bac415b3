"""Suppliers' bills, and what came and was not billed yet.

Bills are papers of the whole company: who sees only some locations sees none of them. What waits to be billed they see
of the orders to their locations.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from inventory.billing.lifecycle import POSTED, STATES
from inventory.billing.matching import Tolerances
from inventory.billing.returning import NEVER_BILLED
from inventory.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    ReceivedNotBilled,
    Supplier,
    SupplierBill,
    SupplierBillLine,
    SupplierReturnLine,
)
from inventory.queries.purchasing import visible_purchase_orders
from oms.accounts.queries import kept_setting
from oms.core.errors import NotFound
from oms.core.money import ZERO
from oms.core.tenancy import unit

# Where the merchant's settings keep the tolerances.
KEY = "billing"


@dataclass(frozen=True)
class OrderNotBilled:
    """What came of one order and was not billed yet; ``days`` is how long the oldest of it has waited."""

    order: PurchaseOrder
    units: int
    value: Decimal
    since: date
    days: int


@dataclass(frozen=True)
class SupplierNotBilled:
    supplier: Supplier
    value: Decimal
    orders: tuple[OrderNotBilled, ...]


def visible_bills() -> QuerySet[SupplierBill]:
    rows = SupplierBill.objects.all()
    return rows if unit().actor.locations is None else rows.none()


def bills(*, state: str = "", supplier_id: UUID | None = None) -> QuerySet[SupplierBill]:
    """For lists, newest first by ``-id``; with suppliers."""
    rows = visible_bills().select_related("supplier")
    rows = rows if supplier_id is None else rows.filter(supplier_id=supplier_id)
    return rows.filter(state=state) if state in STATES else rows


def bills_of_order(purchase_order_id: UUID) -> QuerySet[SupplierBill]:
    """Those that ask for goods of it, or for bringing them, newest first."""
    lines = SupplierBillLine.objects.filter(bill_id=OuterRef("id"))
    asked = lines.filter(Q(order_line__purchase_order=purchase_order_id) | Q(orders__contains=[purchase_order_id]))
    return bills().filter(Exists(asked)).order_by("-id")


def bill_by_id(bill_id: UUID) -> SupplierBill:
    """Raises `NotFound`."""
    found = bills().filter(id=bill_id).first()
    if found is None:
        raise NotFound("There is no such bill.")
    return found


def lines_of_bill(bill_id: UUID) -> list[SupplierBillLine]:
    """As they stand on it, with items and the orders' lines."""
    rows = SupplierBillLine.objects.filter(bill_id=bill_id)
    return list(rows.select_related("item", "order_line__purchase_order").order_by("position"))


def billed_before(order_line_ids: Collection[UUID]) -> dict[UUID, int]:
    """Line of an order → units that posted bills have asked for."""
    rows = SupplierBillLine.objects.filter(order_line__in=order_line_ids, bill__state=POSTED)
    return dict(rows.values_list("order_line").annotate(Sum("units")).order_by())


def taken_off(purchase_order_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], int]:
    """(Order, item) → units that came and went back before they were billed: nobody is to bill them."""
    rows = SupplierReturnLine.objects.filter(
        supplier_return__purchase_order__in=purchase_order_ids, supplier_return__state=NEVER_BILLED
    )
    found = rows.values_list("supplier_return__purchase_order", "item").annotate(Sum("units")).order_by()
    return {(order, item): units for order, item, units in found}


def to_bill(order: PurchaseOrder) -> list[tuple[PurchaseOrderLine, int]]:
    """Lines of an order of which more has come than was billed, and how much."""
    lines = list(order.lines.select_related("item").order_by("item__sku_key", "id"))
    before, off = billed_before([each.id for each in lines]), taken_off([order.id])
    waiting = [(each, each.received - before.get(each.id, 0) - off.get((order.id, each.item_id), 0)) for each in lines]
    return [(line, left) for line, left in waiting if left > 0]


def orders_by_number(numbers: Collection[int]) -> dict[int, PurchaseOrder]:
    return {each.number: each for each in visible_purchase_orders().filter(number__in=numbers)}


def not_billed() -> list[SupplierNotBilled]:
    """By supplier, the highest value first, and their orders, the oldest first."""
    today = unit().now.date()
    open_rows = ReceivedNotBilled.objects.exclude(units=F("billed_units"), value=F("billed_value"))
    rows = open_rows.filter(purchase_order__in=visible_purchase_orders()).select_related("purchase_order__supplier")
    sums: dict[UUID, list] = {}
    for each in rows:
        row = sums.setdefault(each.purchase_order_id, [each.purchase_order, 0, ZERO, each.since])
        row[1], row[2], row[3] = row[1] + each.open_units, row[2] + each.open_value, min(row[3], each.since)
    by_supplier: dict[Supplier, list[OrderNotBilled]] = defaultdict(list)
    for order, units, value, since in sorted(sums.values(), key=lambda row: (row[3], row[0].number)):
        by_supplier[order.supplier].append(OrderNotBilled(order, units, value, since, max(0, (today - since).days)))
    found = [
        SupplierNotBilled(supplier, sum((each.value for each in orders), ZERO), tuple(orders))
        for supplier, orders in by_supplier.items()
    ]
    return sorted(found, key=lambda each: (-each.value, each.supplier.code))


def billing_tolerances() -> Tolerances:
    """The merchant's own, or the usual ones."""
    kept = kept_setting(KEY, {})
    return Tolerances(**{name: int(value) if name == "units" else Decimal(value) for name, value in kept.items()})


def waiting_bills_of(purchase_order_ids: Collection[UUID]) -> list[UUID]:
    """Bills that wait for approval and ask for goods of these orders, or for bringing them."""
    orders = list(purchase_order_ids)
    rows = SupplierBillLine.objects.filter(bill__state="waits")
    asked = rows.filter(Q(order_line__purchase_order__in=orders) | Q(orders__overlap=orders))
    return sorted(set(asked.values_list("bill_id", flat=True)))
