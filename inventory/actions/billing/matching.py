"""Match a bill against its orders and what came of them, and post it where nothing stands against it."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from uuid import UUID

from inventory.actions.billing import EDIT
from inventory.actions.valuing.decide import note_decision
from inventory.billing import lifecycle
from inventory.billing.lifecycle import POSTED, WAITS
from inventory.billing.matching import Billed, Ordered, match_charge, match_line
from inventory.locks import lock_bill, lock_purchase_orders
from inventory.models import PurchaseOrderLine, SupplierBill, SupplierBillLine
from inventory.queries.billing import billed_before, billing_tolerances, lines_of_bill, taken_off, waiting_bills_of
from inventory.valuing.deciding import BILL, LANDED
from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.models import Tenant
from oms.core.money import rounded
from oms.core.tenancy import unit


def match_bill(found: SupplierBill) -> SupplierBill:
    """Say of each line what stands against it; post the bill where that is nothing. The caller holds the bill.

    A disputed bill stays disputed until it matches or a person approves it.
    """
    _lock_orders([found])
    lines = lines_of_bill(found.id)
    verdicts = _verdicts(found, lines)
    update_rows(SupplierBillLine, [{"id": key, "verdicts": each} for key, each in verdicts.items()],
                set_sql="verdicts = r.verdicts")  # fmt: skip
    if not any(verdicts.values()):
        post_bill(found, lines, "matches its orders and receipts")
    return found


def match_again(*, bill_id: UUID) -> SupplierBill:
    """More may have come since it was entered. Raises `NotFound`, `NotAllowed`."""
    found = lock_bill(bill_id)
    lifecycle.BILL.next_state(found.state, "match")
    return match_bill(found)


def match_waiting(*, purchase_order_ids: Collection[UUID]) -> None:
    """Goods of these orders have come: bills that waited for them may match now."""
    found = [lock_bill(each) for each in waiting_bills_of(purchase_order_ids)]
    _lock_orders(found)
    for each in found:
        if each.state == WAITS:
            match_bill(each)


def _lock_orders(found: Collection[SupplierBill]) -> None:
    """Those of all of them at once, so that two who match do not wait for each other."""
    lines = [line for each in found for line in lines_of_bill(each.id)]
    orders = {each.order_line.purchase_order_id for each in lines if each.order_line}
    lock_purchase_orders(orders | {key for each in lines for key in each.orders})


def post_bill(found: SupplierBill, lines: Collection[SupplierBillLine], why: str) -> None:
    """It is owed: what came is billed, and its charges belong to what they were paid for."""
    opened = unit()
    found.state, found.version = POSTED, found.version + 1
    found.decided_by, found.decided_at = opened.actor.label, opened.now
    found.save(update_fields=["state", "version", "decided_by", "decided_at"])
    currency = Tenant.objects.values_list("currency", flat=True).get(id=opened.tenant_id)
    _note_goods(found, [each for each in lines if each.item_id], currency)
    for each in lines:
        if each.charge:
            _note_charge(found, each, currency)
    sentence = f"Bill {found.number} of {found.supplier.name} {why}, and is posted"
    record([Change(EDIT, sentence, subjects(found))])


def subjects(found: SupplierBill) -> tuple[tuple[str, UUID], ...]:
    """Whose timelines a change of the bill belongs on."""
    return (("supplier_bill", found.id), ("supplier", found.supplier_id))


def _note_goods(found: SupplierBill, lines: list[SupplierBillLine], currency: str) -> None:
    rows = [
        {
            "purchase_order_id": each.order_line and str(each.order_line.purchase_order_id),
            "item_id": str(each.item_id), "units": each.units, "amount": str(_own(each.amount, found, currency)),
        }
        for each in lines
    ]  # fmt: skip
    if rows:
        note_decision(BILL, {"bill_id": str(found.id), "lines": rows}, reason=f"Bill {found.number}")


def _note_charge(found: SupplierBill, line: SupplierBillLine, currency: str) -> None:
    """What goods weigh is kept with it, since that may be corrected later."""
    goods = PurchaseOrderLine.objects.filter(purchase_order__in=line.orders).select_related("item").order_by("id")
    note_decision(
        LANDED,
        {
            "bill_id": str(found.id), "charge": line.charge, "by": line.shared_by,
            "amount": str(_own(line.amount, found, currency)), "orders": [str(each) for each in line.orders],
            "grams": {str(each.item_id): each.item.weight_g or 0 for each in goods}, "item_id": str(goods[0].item_id),
        },
        reason=f"Bill {found.number}: {line.charge}",
    )  # fmt: skip


def _own(amount: Decimal, found: SupplierBill, currency: str) -> Decimal:
    """In the merchant's currency."""
    return rounded(amount * found.rate, currency)


def _verdicts(found: SupplierBill, lines: Collection[SupplierBillLine]) -> dict[UUID, list[str]]:
    tolerances, ordered = billing_tolerances(), [each.order_line_id for each in lines if each.order_line_id]
    before = billed_before(ordered)
    off = taken_off({each.order_line.purchase_order_id for each in lines if each.order_line})
    received = _received({key for each in lines for key in each.orders})
    verdicts = {}
    for each in lines:
        if each.charge:
            verdicts[each.id] = match_charge([received.get(key, 0) for key in each.orders])
            continue
        verdicts[each.id] = match_line(
            Billed(each.units, each.unit_price, found.currency), _ordered(each, before, off), tolerances
        )
    return verdicts


def _ordered(line: SupplierBillLine, before: Mapping[UUID, int], off: Mapping[tuple, int]) -> Ordered | None:
    """What it is held against; what went back before it was billed has not come, as far as a bill is concerned."""
    of = line.order_line
    if of is None:
        return None
    came = of.received - off.get((of.purchase_order_id, of.item_id), 0)
    return Ordered(of.unit_cost, of.purchase_order.currency, came, before.get(of.id, 0))


def _received(orders: Collection[UUID]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    rows = PurchaseOrderLine.objects.filter(purchase_order__in=orders)
    for order, units in rows.values_list("purchase_order_id", "received"):
        found[order] = found.get(order, 0) + units
    return found
