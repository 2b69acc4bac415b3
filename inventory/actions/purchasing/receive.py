"""A supplier delivers, perhaps in parts and not quite what was ordered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.actions.purchasing import CAUSE, RECEIVE
from inventory.actions.purchasing.write import save, subjects
from inventory.actions.receive import Receipt, receive_stock
from inventory.events import PurchaseOrderReceived
from inventory.locks import lock_purchase_order
from inventory.models import (
    SELLABLE,
    DeliveryNotice,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
)
from inventory.queries import lines_of_purchase_order, replenishing_settings
from inventory.replenishing.buying import Tolerance
from inventory.replenishing.drafts import note_problems
from inventory.replenishing.lifecycle import ANNOUNCED, ARRIVED, PURCHASE_ORDER
from inventory.stock.values import QUANTITY_MAX, LotDraft
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.errors import Conflict, FieldError, Invalid
from oms.core.events import publish
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class Delivered:
    """Units, or with ``packs`` whole packs, of an item of the order, in the state they came in; and what is on them."""

    item_id: UUID
    quantity: int
    state: str = SELLABLE
    packs: bool = False
    lot: LotDraft | None = None
    serials: tuple[str, ...] = ()


def receive_purchase_order(
    *,
    purchase_order_id: UUID,
    receipt_id: UUID,
    delivered: Sequence[Delivered],
    reference: str = "",
    notice_id: UUID | None = None,
) -> PurchaseOrder:
    """Book one delivery. ``receipt_id`` is the caller's own: one that is booked already changes nothing.

    ``notice_id`` names the announced delivery that this is, with whatever is really in it.
    The order is received once every line has enough, by the merchant's tolerance. Raises `NotFound`,
    `NotAllowed`, and `Invalid` naming each line that is not on the order, or more than may be taken in.
    """
    found = lock_purchase_order(purchase_order_id)
    require(unit().actor, RECEIVE, location_id=found.location_id)
    if _booked_before(found, receipt_id):
        return found
    PURCHASE_ORDER.next_state(found.state, "finish")
    lines = {each.item_id: each for each in lines_of_purchase_order(found.id)}
    tolerance, notice = replenishing_settings().tolerance, _notice(found, notice_id)
    units = _check(delivered, lines, tolerance, reference)
    complete = all(tolerance.enough(each.due, each.received + units.get(each.item_id, 0)) for each in lines.values())
    found.state = PURCHASE_ORDER.next_state(found.state, "finish" if complete else "receive")
    receive_stock(
        receipts=[
            Receipt(
                each.item_id, found.location_id, _units(each, lines[each.item_id]), state=each.state, lot=each.lot,
                serials=each.serials,
            )
            for each in delivered
        ],
        reason=f"PO{found.number}" + (f" {reference.strip()}" if reference.strip() else ""),
        cause_kind=CAUSE, cause_id=found.id,
    )  # fmt: skip
    update_rows(
        PurchaseOrderLine,
        [{"id": lines[item_id].id, "received": count} for item_id, count in units.items()],
        set_sql="received = t.received + r.received",
    )
    found.received_at = found.received_at or unit().now
    save(found, "received_at")
    _keep(found, receipt_id, units, reference, notice)
    _tell(found, sum(units.values()), complete=complete)
    return found


def _notice(order: PurchaseOrder, notice_id: UUID | None) -> DeliveryNotice | None:
    if notice_id is None:
        return None
    found = DeliveryNotice.objects.filter(id=notice_id, purchase_order=order).first()
    if found is None or found.state != ANNOUNCED:
        message = "This order has no such delivery that is still awaited. Receive it without, or choose another."
        raise Invalid.field("notice_id", message, "unknown_notice")
    return found


def _booked_before(order: PurchaseOrder, receipt_id: UUID) -> bool:
    known = PurchaseReceipt.objects.filter(id=receipt_id).first()
    if known is not None and known.purchase_order_id != order.id:
        raise Conflict("This receipt was booked for another order. Begin a new one.")
    return known is not None


def _units(each: Delivered, line: PurchaseOrderLine) -> int:
    return each.quantity * line.pack_size if each.packs else each.quantity


def _check(
    delivered: Sequence[Delivered], lines: Mapping[UUID, PurchaseOrderLine], tolerance: Tolerance, reference: str
) -> dict[UUID, int]:
    """Item → units, once every line is right."""
    problems = note_problems(reference, "reference")
    if not delivered:
        problems.append(FieldError("lines", "required", "Scan or type at least one item."))
    units: dict[UUID, int] = defaultdict(int)
    for position, each in enumerate(delivered):
        line, where = lines.get(each.item_id), f"lines.{position}"
        if line is None:
            message = "This item is not on the order. Put it aside, and ask the supplier what it is."
            problems.append(FieldError(f"{where}.item_id", "not_on_order", message))
        elif not 0 < _units(each, line) <= QUANTITY_MAX:
            message = f"Give a quantity from 1 to {QUANTITY_MAX:,}."
            problems.append(FieldError(f"{where}.quantity", "out_of_range", message))
        else:
            units[each.item_id] += _units(each, line)
            problems += _over(where, line, units[each.item_id], tolerance)
    if problems:
        raise Invalid("Nothing was received: some lines need attention.", fields=problems)
    return dict(units)


def _over(where: str, line: PurchaseOrderLine, units: int, tolerance: Tolerance) -> list[FieldError]:
    left = tolerance.most(max(line.quantity, line.due)) - line.received
    if units <= left:
        return []
    message = (
        f"At most {max(0, left):,} more of {line.item.sku} may be taken in: {line.quantity:,} were ordered and "
        f"{line.received:,} have come. Put the rest aside to go back."
    )
    return [FieldError(f"{where}.quantity", "too_many", message)]


def _keep(
    order: PurchaseOrder, receipt_id: UUID, units: Mapping[UUID, int], reference: str, notice: DeliveryNotice | None
) -> None:
    """What came, when, and how far from what was said: a supplier's lead time is measured on it."""
    today, awaited_on = unit().now.date(), notice.expected_on if notice else order.expected_on
    PurchaseReceipt.objects.create(
        id=receipt_id, purchase_order=order, notice=notice, reference=reference.strip() or _reference(notice),
        units=sum(units.values()), days=(today - order.sent_at.date()).days, late_days=(today - awaited_on).days,
        person_label=unit().actor.label, at=unit().now,
    )  # fmt: skip
    insert_rows(
        PurchaseReceiptLine,
        [{"receipt_id": receipt_id, "item_id": item_id, "units": count} for item_id, count in units.items()],
    )
    if notice is not None:
        notice.state = ARRIVED
        notice.save(update_fields=["state"])


def _reference(notice: DeliveryNotice | None) -> str:
    return notice.reference if notice else ""


def _tell(order: PurchaseOrder, units: int, *, complete: bool) -> None:
    sentence = f"Purchase order PO{order.number}: {units:,} units arrived at {order.location.name}"
    record([Change(RECEIVE, sentence + (", all there is" if complete else ""), subjects(order))])
    publish([PurchaseOrderReceived(order.id, order.number, order.location_id, units, complete)])
