"""Orders whose goods are with the customer, as the tests of returns need them."""

from decimal import Decimal
from uuid import UUID

from fulfillment.actions.dispatch import dispatch_parcel
from oms.core.db.keys import uuid7
from orders.actions.pay import capture_payment
from orders.models import Order, OrderLine
from orders.placing.drafts import PaymentDraft
from returns.actions.inspect import InspectionDraft, inspect_return
from returns.actions.receive import ReceiptDraft, receive_return
from returns.actions.request import ReturnLineDraft, approve_return, request_return
from returns.models import Return, ReturnLine
from tests.fulfillment.floor import packed, parcels


def shipped(*, paid: bool = True, **wants: int) -> Order:
    """``shipped(TEA=2)``: placed, paid, packed and collected by the customer."""
    work = packed(**wants)
    for parcel in parcels(work):
        dispatch_parcel(parcel_id=parcel.id, without_label=True)
    order = Order.objects.get(id=work.order_id)
    if paid:
        capture_payment(order_id=order.id, draft=PaymentDraft(order.total.quantize(Decimal("0.01")), "card"))
    return Order.objects.get(id=order.id)


def line_of(order: Order, sku: str = "TEA") -> OrderLine:
    return OrderLine.objects.get(order_id=order.id, sku=sku)


def asked(order: Order, quantity: int = 1, sku: str = "TEA", reason: str = "changed_mind", **more) -> Return:
    exchange = more.pop("exchange_item_id", None)
    drafts = [ReturnLineDraft(line_of(order, sku).id, quantity, reason, exchange_item_id=exchange)]
    return request_return(order_id=order.id, lines=drafts, **more)


def received(order: Order, quantity: int = 1, **more) -> Return:
    found = approve_return(return_id=asked(order, quantity, **more).id)
    return receive_return(return_id=found.id, receipts=[ReceiptDraft(uuid7(), the_line(found).id, quantity)])


def the_line(found: Return) -> ReturnLine:
    return ReturnLine.objects.get(return_request_id=found.id)


def inspect(found: Return, quantity: int, grade: str = "as_new", disposition: str = "restock", key: UUID | None = None):
    draft = InspectionDraft(key or uuid7(), the_line(found).id, quantity, grade, disposition)
    return inspect_return(return_id=found.id, inspections=[draft])
