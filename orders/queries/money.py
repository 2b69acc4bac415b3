"""An order's money: what was agreed, what came in, what went back, and what is owed either way."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from oms.core.errors import NotFound
from oms.core.money import ZERO, rounded
from orders.models import Order, OrderLine, Payment, Refund, RefundLine, RefundPart
from orders.queries.reading import lines_of, visible_orders
from orders.refunding import Agreed, RefundPlan, Refusal, Sold, Tender, left_of, plan_refund, worth_of

# Shipping and discounts on the whole order are shared by the other lines: see `orders.refunding`.
NO_LINES = ("shipping", "discount")


@dataclass(frozen=True)
class LineMoney:
    """What can still go back for one line; ``unit_refund`` is one unit with its tax, without shipping."""

    line_id: UUID
    units_left: int
    goods_left: Decimal
    tax_left: Decimal
    shipping_left: Decimal
    unit_refund: Decimal


@dataclass(frozen=True)
class OrderMoney:
    """``refunding`` is on its way back. One of the two debts is zero."""

    currency: str
    total: Decimal
    paid: Decimal
    authorised: Decimal
    refunded: Decimal
    refunding: Decimal
    left: Decimal
    owed_by_customer: Decimal
    owed_to_customer: Decimal
    lines: tuple[LineMoney, ...]
    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]


def agreed_of(orders: Sequence[Order], lines: Mapping[UUID, Sequence[OrderLine]] | None = None) -> dict[UUID, Agreed]:
    """Order → its money as `orders.refunding` sees it; three statements, and one for lines that are not given."""
    ids = [order.id for order in orders]
    lines = lines_of(ids) if lines is None else lines
    payments, back = _payments(ids), _back_to_tenders(ids)
    lines_back = _back_for_lines(ids)
    return {
        order.id: Agreed(
            currency=order.currency,
            total=order.total,
            shipping=order.shipping_total,
            lines=tuple(
                _sold(line, lines_back.get(line.id)) for line in lines.get(order.id, ()) if line.kind not in NO_LINES
            ),
            tenders=tuple(
                Tender(each.id, each.amount, back.get(each.id, ZERO))
                for each in payments[order.id]
                if each.state == Payment.CAPTURED
            ),
        )
        for order in orders
    }


def money_of(order_id: UUID) -> OrderMoney:
    """Raises `NotFound`."""
    order = visible_orders().filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    return money_of_order(order)


def money_of_order(order: Order, lines: Sequence[OrderLine] | None = None) -> OrderMoney:
    """The same for an order that has been read, perhaps with its lines."""
    agreed = agreed_of([order], None if lines is None else {order.id: lines})[order.id]
    payments = tuple(Payment.objects.filter(order_id=order.id).order_by("created_at", "id"))
    refunds = tuple(
        Refund.objects.filter(order_id=order.id).prefetch_related("parts__payment", "lines").order_by("number")
    )
    refunded = sum((each.amount for refund in refunds for each in refund.parts.all() if each.state == "done"), ZERO)
    back = sum((each.back for each in agreed.tenders), ZERO)
    paid = sum((each.captured for each in agreed.tenders), ZERO)
    goodwill = sum((each.goodwill for each in refunds if each.state != Refund.FAILED), ZERO)
    due = rounded(order.total - _no_longer_owed(agreed, order, lines) - goodwill - paid + back, order.currency)
    return OrderMoney(
        currency=order.currency,
        total=order.total,
        paid=paid,
        authorised=sum((each.amount for each in payments if each.state == Payment.AUTHORISED), ZERO),
        refunded=refunded,
        refunding=back - refunded,
        left=agreed.left,
        owed_by_customer=max(due, ZERO),
        owed_to_customer=max(-due, ZERO),
        lines=_line_money(agreed),
        payments=payments,
        refunds=refunds,
    )


def preview_refund(
    *, order: Order, units: Mapping[UUID, int], shipping: bool | None = None, goodwill: Decimal = ZERO
) -> RefundPlan | list[Refusal]:
    """What a refund would give back, and to which payments; or every reason against it."""
    return plan_refund(agreed_of([order])[order.id], units, shipping=shipping, goodwill=goodwill)


def paid_and_back(order_ids: Collection[UUID]) -> tuple[dict[UUID, Decimal], dict[UUID, Decimal]]:
    """Order → money that came in, and money that has gone back."""
    paid = Payment.objects.filter(order_id__in=order_ids, state=Payment.CAPTURED)
    parts = RefundPart.objects.filter(payment__order_id__in=order_ids, state=RefundPart.DONE)
    return (
        dict(paid.values_list("order_id").annotate(Sum("amount"))),
        dict(parts.values_list("payment__order_id").annotate(Sum("amount"))),
    )


def _line_money(agreed: Agreed) -> tuple[LineMoney, ...]:
    worth = worth_of(agreed)
    rows = []
    for line in agreed.lines:
        left = left_of(line, worth[line.line_id])
        one = (worth[line.line_id].goods + worth[line.line_id].tax) / line.quantity
        rows.append(LineMoney(line.line_id, left.quantity, left.goods, left.tax, left.shipping, one))
    return tuple(rows)


def _no_longer_owed(agreed: Agreed, order: Order, lines: Sequence[OrderLine] | None) -> Decimal:
    """What the order asks no more for units that were cancelled or went back, valued as a refund values them."""
    if order.state == "cancelled" and not any(line.units_back for line in agreed.lines):
        return order.total
    found = lines_of([order.id]).get(order.id, ()) if lines is None else lines
    cancelled = {line.id: line.cancelled for line in found}
    worth, gone = worth_of(agreed), ZERO
    for line in agreed.lines:
        each, units = worth[line.line_id], max(cancelled.get(line.line_id, 0), line.units_back)
        gone += (each.goods + each.tax) * units / line.quantity + line.shipping_back
    return gone


def _payments(order_ids: Collection[UUID]) -> dict[UUID, list[Payment]]:
    found: dict[UUID, list[Payment]] = defaultdict(list)
    for each in Payment.objects.filter(order_id__in=order_ids).order_by("created_at", "id"):
        found[each.order_id].append(each)
    return found


def _back_to_tenders(order_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """Payment → what went back or is on its way; what was declined did not."""
    parts = RefundPart.objects.filter(payment__order_id__in=order_ids).exclude(state=RefundPart.FAILED)
    return dict(parts.values_list("payment_id").annotate(Sum("amount")))


def _back_for_lines(order_ids: Collection[UUID]) -> dict[UUID, tuple]:
    rows = RefundLine.objects.filter(refund__order_id__in=order_ids).exclude(refund__state=Refund.FAILED)
    sums = rows.values_list("order_line_id").annotate(Sum("quantity"), Sum("goods"), Sum("tax"), Sum("shipping"))
    return {line_id: tuple(back) for line_id, *back in sums}


def _sold(line: OrderLine, back: tuple | None) -> Sold:
    units, goods, tax, shipping = back or (0, ZERO, ZERO, ZERO)
    name = line.sku or line.title
    return Sold(line.id, name, line.quantity, line.total, line.tax, int(units), goods, tax, shipping)
