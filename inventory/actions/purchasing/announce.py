"""A supplier announces a delivery: what is on the lorry, and when it will be here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inventory.actions.purchasing import EDIT
from inventory.actions.purchasing.write import subjects
from inventory.events import DeliveryAnnounced
from inventory.locks import lock_purchase_order
from inventory.models import DeliveryNotice, DeliveryNoticeLine, PurchaseOrder
from inventory.queries import lines_of_purchase_order
from inventory.replenishing.drafts import line_problems, note_problems
from inventory.replenishing.lifecycle import ANNOUNCED, PURCHASE_ORDER, WITHDRAWN
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError, Invalid, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit


@dataclass(frozen=True, slots=True)
class Announced:
    """A delivery by the supplier's number of it; lines of (item, units)."""

    reference: str
    expected_on: date
    lines: Sequence[tuple[UUID, int]]
    carrier: str = ""
    tracking_number: str = ""


def announce_delivery(*, purchase_order_id: UUID, delivery: Announced) -> DeliveryNotice:
    """The same number for the same order again changes nothing. Raises `NotFound`, `NotAllowed`, `Invalid`."""
    require(unit().actor, EDIT)
    order = lock_purchase_order(purchase_order_id)
    known = DeliveryNotice.objects.filter(purchase_order=order, reference=delivery.reference.strip()).first()
    if known is not None:
        return known
    PURCHASE_ORDER.next_state(order.state, "announce")
    _check(order, delivery)
    notice = DeliveryNotice.objects.create(
        purchase_order=order, reference=delivery.reference.strip(), carrier=delivery.carrier.strip(),
        tracking_number=delivery.tracking_number.strip(), expected_on=delivery.expected_on, created_at=unit().now,
    )  # fmt: skip
    insert_rows(
        DeliveryNoticeLine,
        [{"id": uuid7(), "notice_id": notice.id, "item_id": item, "quantity": units} for item, units in delivery.lines],
    )
    units = sum(units for _, units in delivery.lines)
    sentence = f"Purchase order PO{order.number}: {units:,} units announced for {notice.expected_on.isoformat()}"
    record([Change(EDIT, f"{sentence} as {notice.reference}", subjects(order))])
    publish([DeliveryAnnounced(order.id, order.number, notice.reference, notice.expected_on.isoformat(), units)])
    return notice


def withdraw_delivery(*, notice_id: UUID) -> DeliveryNotice:
    """It does not come. Raises `NotFound`, and `Conflict` when it is here already."""
    require(unit().actor, EDIT)
    found = DeliveryNotice.objects.filter(id=notice_id).first()
    if found is None:
        raise NotFound("There is no such delivery.")
    order = lock_purchase_order(found.purchase_order_id)
    found.refresh_from_db(fields=["state"])
    if found.state != ANNOUNCED:
        raise Conflict(f"Delivery {found.reference} is {found.state} already. Nothing was changed.")
    found.state = WITHDRAWN
    found.save(update_fields=["state"])
    record([Change(EDIT, f"Purchase order PO{order.number}: {found.reference} does not come", subjects(order))])
    return found


def _check(order: PurchaseOrder, delivery: Announced) -> None:
    lines = {each.item_id: each.item.kind for each in lines_of_purchase_order(order.id)}
    problems = line_problems(delivery.lines, lines)
    if len({item for item, _ in delivery.lines}) < len(delivery.lines):
        problems.append(FieldError("lines", "twice", "Name each item once."))
    if not delivery.reference.strip():
        message = "Give the supplier's number of this delivery, like that of the delivery note."
        problems.append(FieldError("reference", "required", message))
    for name in ("reference", "carrier", "tracking_number"):
        problems += note_problems(getattr(delivery, name), name)
    if delivery.expected_on < unit().now.date():
        problems.append(FieldError("expected_on", "past", "Give a day that is still to come."))
    if problems:
        raise Invalid("The delivery was not saved: some fields need attention.", fields=problems)
