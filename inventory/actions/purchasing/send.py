"""A purchase order goes to its supplier; or what is still open of one is given up."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from inventory.actions.purchasing import EDIT, SEND
from inventory.actions.purchasing.write import save, subjects
from inventory.events import PurchaseOrderClosed, PurchaseOrderSent
from inventory.locks import lock_purchase_order
from inventory.models import PurchaseOrder, SupplierItem
from inventory.printing import order_total
from inventory.queries import awaited_approval, lines_of_purchase_order
from inventory.replenishing.lifecycle import PURCHASE_ORDER
from oms.accounts.actions.approvals import request_approval
from oms.accounts.models import Approval
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import Conflict, Invalid
from oms.core.events import publish
from oms.core.tenancy import unit


def send_purchase_order(*, purchase_order_id: UUID, mail: bool = True) -> PurchaseOrder | Approval:
    """The order is binding; with ``mail`` it goes to the supplier's address as a PDF.

    Above what the actor may order alone nothing is sent, and the `Approval` that now waits is returned; the
    order's total counts as it stands, in its own currency. Without a day of its own the order is expected after
    the longest lead time of its lines. Raises `NotFound`, `NotAllowed`, and `Invalid` where there is no address to
    mail it to.
    """
    require(unit().actor, SEND)
    found = _ready(purchase_order_id, mail)
    total = order_total(found, lines_of_purchase_order(found.id))
    if unit().actor.needs_approval(SEND, total):
        return awaited_approval(found) or request_approval(
            verb=SEND, sentence=f"Purchase order PO{found.number} of {found.supplier.name}", amount=total,
            params={"purchase_order_id": found.id, "version": found.version, "mail": mail},
        )  # fmt: skip
    return _send(found, mail)


def carry_out(params: Mapping) -> PurchaseOrder:
    """Send what a second person has approved, unless it was changed since. Raises `Conflict` then."""
    found = _ready(UUID(params["purchase_order_id"]), params["mail"])
    if found.version != params["version"]:
        raise Conflict(f"PO{found.number} was changed after you were asked. Decline this, and let it be asked again.")
    return _send(found, params["mail"])


def _ready(purchase_order_id: UUID, mail: bool) -> PurchaseOrder:
    found = lock_purchase_order(purchase_order_id)
    PURCHASE_ORDER.next_state(found.state, "send")
    if mail and not found.supplier.email:
        message = f"{found.supplier.name} has no e-mail address. Add one, or send the order yourself."
        raise Invalid.field("mail", message, "no_address")
    return found


def _send(found: PurchaseOrder, mail: bool) -> PurchaseOrder:
    found.state = PURCHASE_ORDER.next_state(found.state, "send")
    found.sent_at, found.mail_due_at = unit().now, unit().now if mail else None
    found.expected_on = found.expected_on or unit().now.date() + timedelta(days=_lead_time(found))
    save(found, "sent_at", "mail_due_at", "expected_on")
    how = f"mailed to {found.supplier.email}" if mail else f"sent to {found.supplier.name} by hand"
    sentence = f"Purchase order PO{found.number} {how}, expected on {found.expected_on.isoformat()}"
    record([Change(SEND, sentence, subjects(found))])
    publish([PurchaseOrderSent(found.id, found.number, found.supplier_id, found.location_id)])
    return found


def close_purchase_order(*, purchase_order_id: UUID) -> PurchaseOrder:
    """Nothing more is expected of it; what never came is told. Raises `NotFound`, `NotAllowed`."""
    require(unit().actor, EDIT)
    found = lock_purchase_order(purchase_order_id)
    found.state, found.closed_at = PURCHASE_ORDER.next_state(found.state, "close"), unit().now
    save(found, "closed_at")
    short = sum(each.awaited for each in lines_of_purchase_order(found.id))
    sentence = f"Purchase order PO{found.number} closed" + (f": {short:,} units never came" if short else "")
    record([Change(EDIT, sentence, subjects(found))])
    publish([PurchaseOrderClosed(found.id, found.number, short)])
    return found


def _lead_time(order: PurchaseOrder) -> int:
    """The longest of its lines'."""
    items = [each.item_id for each in lines_of_purchase_order(order.id)]
    listed = SupplierItem.objects.filter(supplier_id=order.supplier_id, item__in=items).select_related("supplier")
    return max([order.supplier.lead_time_days, *(each.lead_time for each in listed)])
