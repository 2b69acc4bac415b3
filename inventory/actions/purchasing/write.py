"""Purchase orders as drafts: written, changed, and given up."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from inventory.actions.purchasing import EDIT
from inventory.locks import lock_purchase_order
from inventory.models import Item, Location, PurchaseOrder, PurchaseOrderLine, Supplier, SupplierItem
from inventory.queries import visible_locations
from inventory.replenishing.buying import price_at
from inventory.replenishing.drafts import line_problems, note_problems
from inventory.replenishing.lifecycle import PURCHASE_ORDER
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.db.sequences import take_numbers
from oms.core.errors import FieldError, Invalid, Stale
from oms.core.money import AMOUNT_MAX
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class PurchaseLineDraft:
    """Units of an item. Without ``unit_cost`` it costs what the supplier's catalogue says for so many."""

    item_id: UUID
    quantity: int
    unit_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PurchaseDraft:
    """What to buy of one supplier for one location; lines of the same item become one."""

    supplier_id: UUID
    location_id: UUID
    lines: Sequence[PurchaseLineDraft]
    note: str = ""
    expected_on: date | None = None


@dataclass(frozen=True)
class _Checked:
    """A draft that is right, with the rows it names; ``listed`` is the catalogue, by item."""

    draft: PurchaseDraft
    supplier: Supplier
    location: Location
    listed: Mapping[UUID, SupplierItem]


def create_purchase_order(*, draft: PurchaseDraft) -> PurchaseOrder:
    """Raises `Invalid` naming every bad field: an item without a price needs its ``unit_cost``."""
    return create_purchase_orders(drafts=[draft])[0]


def create_purchase_orders(*, drafts: Sequence[PurchaseDraft]) -> list[PurchaseOrder]:
    """All of them or none."""
    require(unit().actor, EDIT)
    checked = [_check(draft) for draft in drafts]
    made = [
        PurchaseOrder(
            number=number, supplier=each.supplier, location=each.location, currency=each.supplier.currency,
            note=each.draft.note.strip(), expected_on=each.draft.expected_on, created_at=unit().now,
        )
        for each, number in zip(checked, take_numbers("purchase_order", len(checked)), strict=True)
    ]  # fmt: skip
    PurchaseOrder.objects.bulk_create(made)
    _write_lines(dict(zip((each.id for each in made), checked, strict=True)))
    record([_change(order, each.draft, "drafted") for order, each in zip(made, checked, strict=True)])
    return made


def update_purchase_order(
    *, purchase_order_id: UUID, draft: PurchaseDraft, expected_version: int | None = None
) -> PurchaseOrder:
    """Replace a draft. Raises `NotFound`, `NotAllowed`, `Stale`, `Invalid`."""
    require(unit().actor, EDIT)
    found = lock_purchase_order(purchase_order_id)
    if expected_version not in (None, found.version):
        raise Stale("Someone changed this order after you opened it. Look at it again, then repeat your change.")
    found.state = PURCHASE_ORDER.next_state(found.state, "edit")
    checked = _check(draft)
    found.supplier, found.location, found.currency = checked.supplier, checked.location, checked.supplier.currency
    found.note, found.expected_on = draft.note.strip(), draft.expected_on
    save(found, "supplier", "location", "currency", "note", "expected_on")
    PurchaseOrderLine.objects.filter(purchase_order_id=found.id).delete()
    _write_lines({found.id: checked})
    record([_change(found, draft, "changed")])
    return found


def cancel_purchase_order(*, purchase_order_id: UUID) -> PurchaseOrder:
    """Give up an order of which nothing has come. Telling the supplier is up to a person. Raises `NotAllowed`."""
    require(unit().actor, EDIT)
    found = lock_purchase_order(purchase_order_id)
    found.state, found.mail_due_at = PURCHASE_ORDER.next_state(found.state, "cancel"), None
    save(found, "mail_due_at")
    record([Change(EDIT, f"Purchase order PO{found.number} canceled", subjects(found))])
    return found


def save(order: PurchaseOrder, *fields: str) -> None:
    """Write the state and these fields, as the next version."""
    order.version += 1
    order.save(update_fields=["state", "version", *fields])


def subjects(order: PurchaseOrder) -> tuple[tuple[str, UUID], ...]:
    """Whose timelines a change of the order belongs on."""
    return (("purchase_order", order.id), ("supplier", order.supplier_id))


def _check(draft: PurchaseDraft) -> _Checked:
    items = {each.item_id for each in draft.lines}
    known = dict(Item.objects.filter(id__in=items).values_list("id", "kind"))
    supplier = Supplier.objects.filter(id=draft.supplier_id, active=True).first()
    location = visible_locations().filter(id=draft.location_id, active=True).first()
    listed = {each.item_id: each for each in SupplierItem.objects.filter(supplier_id=draft.supplier_id, item__in=items)}
    problems = line_problems([(each.item_id, each.quantity) for each in draft.lines], known)
    problems += note_problems(draft.note) + _cost_problems(draft.lines, listed)
    if supplier is None:
        message = "There is no such supplier, or you no longer buy from them."
        problems.append(FieldError("supplier_id", "unknown_supplier", message))
    if location is None:
        message = "There is no such location, or it is closed."
        problems.append(FieldError("location_id", "unknown_location", message))
    if problems:
        raise Invalid("The purchase order was not saved: some fields need attention.", fields=problems)
    return _Checked(draft, supplier, location, listed)


def _cost_problems(lines: Sequence[PurchaseLineDraft], listed: Mapping[UUID, SupplierItem]) -> list[FieldError]:
    found = []
    for position, each in enumerate(lines):
        field, cost = f"lines.{position}.unit_cost", each.unit_cost
        if cost is None and not (each.item_id in listed and listed[each.item_id].breaks):
            message = "Say what one costs: the supplier's catalogue has no price for it."
            found.append(FieldError(field, "required", message))
        elif cost is not None and (
            not cost.is_finite() or not 0 <= cost <= AMOUNT_MAX or cost.as_tuple().exponent < -4
        ):
            message = "Give an amount of 0 or more, with at most 4 digits after the point."
            found.append(FieldError(field, "invalid", message))
    return found


def _write_lines(orders: Mapping[UUID, _Checked]) -> None:
    insert_rows(PurchaseOrderLine, [row for key, each in orders.items() for row in _rows(key, each)])


def _rows(order_id: UUID, checked: _Checked) -> list[dict]:
    units: dict[UUID, int] = defaultdict(int)
    costs: dict[UUID, Decimal | None] = {}
    for each in checked.draft.lines:
        units[each.item_id] += each.quantity
        costs[each.item_id] = each.unit_cost if each.unit_cost is not None else costs.get(each.item_id)
    rows = []
    for item_id, quantity in units.items():
        listed, cost = checked.listed.get(item_id), costs[item_id]
        rows.append(
            {
                "id": uuid7(), "purchase_order_id": order_id, "item_id": item_id,
                "code": listed.code if listed else "", "quantity": quantity,
                "pack_size": listed.pack_size if listed else 1,
                "unit_cost": price_at(listed.breaks, quantity) if cost is None else cost, "received": 0,
            }
        )  # fmt: skip
    return rows


def _change(order: PurchaseOrder, draft: PurchaseDraft, done: str) -> Change:
    units = sum(each.quantity for each in draft.lines)
    sentence = f"Purchase order PO{order.number} {done}: {units:,} units of {order.supplier.name}"
    return Change(EDIT, f"{sentence} for {order.location.name}", subjects(order))
