"""Enter a supplier's bill. One that matches is posted at once; any other waits for a person."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

from inventory.actions.billing import EDIT
from inventory.actions.billing.checking import bill_problems, line_problems
from inventory.actions.billing.drafts import BillDraft, number_key, total_of
from inventory.actions.billing.matching import match_bill
from inventory.actions.valuing.decide import require_whole
from inventory.billing.lifecycle import WITHDRAWN
from inventory.models import PurchaseOrderLine, Supplier, SupplierBill, SupplierBillLine
from inventory.queries.billing import visible_bills
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError, Invalid
from oms.core.models import Tenant
from oms.core.money import rounded
from oms.core.tenancy import unit


class DuplicateBill(Conflict):
    """This supplier's bill of that number was entered before."""

    code = "duplicate_bill"
    title = "This bill was entered before"


def enter_bill(*, draft: BillDraft) -> SupplierBill:
    """Raises `Invalid` naming every bad field, and `DuplicateBill` with the bill that has the number."""
    require_whole(EDIT)
    merchant = Tenant.objects.only("currency").get(id=unit().tenant_id)
    orders = {each for line in draft.charges for each in line.purchase_order_ids}
    orders |= {line.purchase_order_id for line in draft.goods if line.purchase_order_id}
    lines = {
        (each.purchase_order_id, each.item_id): each
        for each in PurchaseOrderLine.objects.filter(purchase_order__in=orders).select_related("purchase_order")
    }
    supplier = Supplier.objects.filter(id=draft.supplier_id).first()
    problems = bill_problems(draft, supplier, merchant.currency, today=unit().now.date() + timedelta(days=1))
    problems += line_problems(draft, lines)
    if problems:
        raise Invalid("The bill was not entered: some fields need attention.", fields=problems)
    found = _write(draft, supplier, merchant.currency)
    insert_rows(SupplierBillLine, list(_rows(found, draft, lines)))
    sentence = f"Bill {found.number} of {supplier.name} entered: {found.total:f} {found.currency}"
    record([Change(EDIT, sentence, (("supplier_bill", found.id), ("supplier", supplier.id)))])
    return match_bill(found)


def _write(draft: BillDraft, supplier: Supplier, currency: str) -> SupplierBill:
    key = number_key(draft.number)
    found = SupplierBill(
        supplier=supplier, number=draft.number.strip(), number_key=key, billed_on=draft.billed_on,
        currency=draft.currency, rate=Decimal(1) if draft.currency == currency else draft.rate, tax=draft.tax,
        total=total_of(draft), note=draft.note.strip(), entered_by=unit().actor.label, entered_at=unit().now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            found.save(force_insert=True)
    except IntegrityError:
        before = visible_bills().exclude(state=WITHDRAWN).get(supplier=supplier, number_key=key)
        when = f"{before.entered_by} on {before.entered_at:%Y-%m-%d}"
        message = f"Bill {before.number} of {supplier.name} was entered by {when} already."
        field = FieldError("number", "duplicate", message)
        raise DuplicateBill(message, fields=[field], bill_id=str(before.id)) from None
    return found


def _rows(found: SupplierBill, draft: BillDraft, lines: Mapping[tuple, PurchaseOrderLine]) -> Iterator[dict]:
    common = {"bill_id": found.id, "verdicts": []}
    for position, each in enumerate(draft.goods):
        line = lines.get((each.purchase_order_id, each.item_id))
        yield {
            "id": uuid7(), **common, "position": position, "item_id": each.item_id, "order_line_id": line and line.id,
            "units": each.units, "unit_price": each.unit_price, "charge": "", "shared_by": "", "orders": [],
            "amount": rounded(each.units * each.unit_price, draft.currency),
        }  # fmt: skip
    for position, each in enumerate(draft.charges, start=len(draft.goods)):
        yield {
            "id": uuid7(), **common, "position": position, "item_id": None, "order_line_id": None, "units": 0,
            "unit_price": Decimal(0), "charge": each.charge, "shared_by": each.shared_by,
            "orders": list(each.purchase_order_ids), "amount": rounded(each.amount, draft.currency),
        }  # fmt: skip
