"""An order's money: what was agreed, what came in, what went back, and what is owed either way."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Sum

from oms.core.errors import FieldError, NotFound, OmsError
from oms.core.money import ZERO
from orders.errors import NothingPaid, RefundTooLarge
from orders.models import Order, OrderLine, Payment, Refund, RefundPart
from orders.queries.reading import lines_of, visible_orders
from orders.refunding import (
    Agreed,
    RefundDraft,
    RefundPlan,
    Refusal,
    Sold,
    Tender,
    balance,
    left_of,
    plan_refund,
    worth_of,
    worth_of_units,
)

# Shipping and discounts on the whole order are shared by the other lines: see `orders.refunding`. What a kit cost
# is shared out over its components already.
NO_LINES = ("shipping", "discount", "kit")
# A channel may say that money moved, and not how much.
TOLD_WITHOUT_SUMS = ("part_paid", "part_refunded", "refunded")
REASON_MAX = 500
FOR_A_RETURN = "return"


@dataclass(frozen=True)
class LineMoney:
    """What can still go back for one line; ``unit_refund`` is one unit with its tax, without shipping."""

    line_id: UUID
    units_left: int
    goods_left: Decimal
    tax_left: Decimal
    shipping_left: Decimal
    unit_refund: Decimal
    worth: Decimal
    refunded: Decimal

    @property
    def left(self) -> Decimal:
        return self.goods_left + self.tax_left + self.shipping_left


@dataclass(frozen=True)
class OrderMoney:
    """``refunding`` is on its way back. One of the two debts is zero.

    Without ``known`` a channel said that money moved but not how much: then no sum here means anything.
    """

    currency: str
    total: Decimal
    known: bool
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

    @property
    def failed(self) -> list[Refund]:
        """As `failed_refunds`: what failed, and was not followed by a refund that did not."""
        last = max((each.number for each in self.refunds if each.state != Refund.FAILED), default=0)
        return [each for each in self.refunds if each.number > last]


@dataclass(frozen=True)
class _Booked:
    """An order's payments, and its refunds with their parts and lines, as they are written down."""

    payments: list[Payment]
    refunds: list[Refund]


def agreed_of(orders: Sequence[Order]) -> dict[UUID, Agreed]:
    """Order → its money as `orders.refunding` sees it; five statements at most."""
    ids = [order.id for order in orders]
    lines, booked = lines_of(ids), _booked(ids)
    return {order.id: _agreed(order, lines.get(order.id, ()), booked[order.id]) for order in orders}


def money_of(order_id: UUID) -> OrderMoney:
    """Raises `NotFound`."""
    return money_of_order(_visible(order_id))


def money_of_order(
    order: Order, lines: Sequence[OrderLine] | None = None, *, payments: Sequence[Payment] | None = None
) -> OrderMoney:
    """The same for an order that has been read, perhaps with its lines; ``payments`` are those of a new one."""
    lines = lines_of([order.id]).get(order.id, ()) if lines is None else lines
    booked = _booked([order.id])[order.id] if payments is None else _Booked(list(payments), [])
    agreed = _agreed(order, lines, booked)
    parts = [part for refund in booked.refunds for part in refund.parts.all()]
    refunded = sum((part.amount for part in parts if part.state == RefundPart.DONE), ZERO)
    back = sum((each.back for each in agreed.tenders), ZERO)
    paid = sum((each.captured for each in agreed.tenders), ZERO)
    goodwill = sum((each.goodwill for each in booked.refunds if _counts(each)), ZERO)
    known = bool(booked.payments) or order.payment_state not in TOLD_WITHOUT_SUMS
    due = balance(_asked(order, agreed, lines), paid, back, goodwill) if known else ZERO
    return OrderMoney(
        currency=order.currency,
        total=order.total,
        known=known,
        paid=paid,
        authorised=sum((each.amount for each in booked.payments if each.state == Payment.AUTHORISED), ZERO),
        refunded=refunded,
        refunding=back - refunded,
        left=agreed.left,
        owed_by_customer=max(due, ZERO),
        owed_to_customer=max(-due, ZERO),
        lines=_line_money(agreed),
        payments=tuple(booked.payments),
        refunds=tuple(booked.refunds),
    )


def preview_refund(*, draft: RefundDraft) -> RefundPlan:
    """What the refund would give back, and to which payments. Raises what `orders.actions.refund` refuses."""
    order = _visible(draft.order_id)
    plan = refund_plan(order, draft, agreed_of([order]))
    if isinstance(plan, OmsError):
        raise plan
    return plan


def refund_plan(order: Order | None, draft: RefundDraft, agreed: Mapping[UUID, Agreed]) -> RefundPlan | OmsError:
    """The one path of previews and refunds: the plan, or why not."""
    if order is None or order.state == "draft":
        return NotFound("There is no such order.")
    if not agreed[order.id].tenders:
        return NothingPaid("No payment is written down for this order, so nothing can go back.")
    if len(draft.reason) > REASON_MAX:
        message = f"Shorten the reason to {REASON_MAX} characters."
        return RefundTooLarge(message, fields=[FieldError("reason", "too_long", message)])
    plan = plan_refund(agreed[order.id], draft.lines, shipping=draft.shipping, goodwill=draft.goodwill)
    return plan if isinstance(plan, RefundPlan) else _too_large(plan)


def paid_and_back(order_ids: Collection[UUID]) -> tuple[dict[UUID, Decimal], dict[UUID, Decimal]]:
    """Order → money that came in, and money that has gone back."""
    paid = Payment.objects.filter(order_id__in=order_ids, state=Payment.CAPTURED)
    parts = RefundPart.objects.filter(payment__order_id__in=order_ids, state=RefundPart.DONE)
    return (
        dict(paid.values_list("order_id").annotate(Sum("amount"))),
        dict(parts.values_list("payment__order_id").annotate(Sum("amount"))),
    )


def failed_refunds() -> QuerySet[Refund]:
    """Refunds that failed and still need somebody: who refunded the order again afterwards has seen it."""
    later = Refund.objects.filter(order_id=OuterRef("order_id"), number__gt=OuterRef("number"))
    return Refund.objects.filter(~Exists(later.exclude(state=Refund.FAILED)), state=Refund.FAILED)


def _visible(order_id: UUID) -> Order:
    order = visible_orders().filter(id=order_id).first()
    if order is None:
        raise NotFound("There is no such order.")
    return order


def _too_large(refusals: Sequence[Refusal]) -> RefundTooLarge:
    fields = [FieldError(each.field, each.code, each.message) for each in refusals]
    return RefundTooLarge(refusals[0].message, fields=fields, left=str(refusals[0].left))


def _booked(order_ids: Collection[UUID]) -> dict[UUID, _Booked]:
    found: dict[UUID, _Booked] = defaultdict(lambda: _Booked([], []))
    payments = {each.id: each for each in Payment.objects.filter(order_id__in=order_ids).order_by("created_at", "id")}
    for payment in payments.values():
        found[payment.order_id].payments.append(payment)
    if not payments:
        return found
    refunds = Refund.objects.filter(order_id__in=list(found)).prefetch_related("parts", "lines").order_by("number")
    for refund in refunds:
        for part in refund.parts.all():
            part.payment = payments[part.payment_id]
        found[refund.order_id].refunds.append(refund)
    return found


def _agreed(order: Order, lines: Sequence[OrderLine], booked: _Booked) -> Agreed:
    back: dict[UUID, Decimal] = defaultdict(Decimal)
    for refund in booked.refunds:
        for part in refund.parts.all():
            back[part.payment_id] += part.amount if part.state != RefundPart.FAILED else ZERO
    return Agreed(
        currency=order.currency,
        total=order.total,
        shipping=order.shipping_total,
        lines=tuple(_sold(line, booked.refunds) for line in lines if line.kind not in NO_LINES),
        tenders=tuple(
            Tender(each.id, each.amount, back[each.id]) for each in booked.payments if each.state == Payment.CAPTURED
        ),
    )


def _counts(refund: Refund) -> bool:
    """What failed gave nothing back, unless one of its parts did: then its units are not given back twice."""
    return refund.state != Refund.FAILED or any(part.state == RefundPart.DONE for part in refund.parts.all())


def _sold(line: OrderLine, refunds: Sequence[Refund]) -> Sold:
    back = [
        (refund, each)
        for refund in refunds
        if _counts(refund)
        for each in refund.lines.all()
        if each.order_line_id == line.id
    ]
    return Sold(
        line_id=line.id,
        name=line.sku or line.title,
        quantity=line.quantity,
        total=line.total,
        tax=line.tax,
        units_back=sum(each.quantity for _, each in back),
        goods_back=sum((each.goods for _, each in back), ZERO),
        tax_back=sum((each.tax for _, each in back), ZERO),
        shipping_back=sum((each.shipping for _, each in back), ZERO),
        units_returned=sum(each.quantity for refund, each in back if refund.subject_kind == FOR_A_RETURN),
    )


def _line_money(agreed: Agreed) -> tuple[LineMoney, ...]:
    worth, rows = worth_of(agreed), []
    for line in agreed.lines:
        each, left = worth[line.line_id], left_of(line, worth[line.line_id])
        one, whole = (each.goods + each.tax) / line.quantity, each.goods + each.tax + each.shipping
        rows.append(
            LineMoney(line.line_id, left.quantity, left.goods, left.tax, left.shipping, one, whole, whole - left.amount)
        )
    return tuple(rows)


def _asked(order: Order, agreed: Agreed, lines: Sequence[OrderLine]) -> Decimal:
    """What the order still asks: not for units that were canceled or went back, valued as a refund values them.

    Money that went back without a return is taken to be that of canceled units, where there are any.
    """
    if order.state == "cancelled":
        return ZERO
    cancelled = {line.id: line.cancelled for line in lines}
    worth, asked = worth_of(agreed), order.total
    for line in agreed.lines:
        gone = max(cancelled[line.line_id], line.units_back - line.units_returned) + line.units_returned
        asked -= worth_of_units(worth[line.line_id], min(gone, line.quantity), line.quantity, order.currency)
        asked -= line.shipping_back
    return asked
