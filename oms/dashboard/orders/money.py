"""The money of one order: the panel on its page, giving money back, and writing down what came in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oms.accounts.models import Approval
from oms.core.actors import require
from oms.core.errors import Conflict, OmsError, Stale
from oms.core.formatting import Formats, money_text
from oms.core.money import ZERO
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.orders.money_forms import PaymentForm, RefundForm
from oms.dashboard.orders.telling import telling
from oms.dashboard.vocabulary import METHODS
from orders.actions.pay import capture_payment
from orders.actions.refund import VERB, refund_or_ask
from orders.gateways.manual import NAME as MANUAL
from orders.locks import lock_order
from orders.models import Order, OrderLine, Payment, Refund, RefundPart
from orders.queries import lines_of, order_by_number
from orders.queries.money import LineMoney, OrderMoney, money_of_order, preview_refund
from orders.refunding import RefundPlan

SUMMED = ("worth", "refunded", "goods_left", "tax_left", "shipping_left")


@dataclass(frozen=True)
class Transaction:
    """Money that moved, or is about to: one payment, or one part of a refund."""

    at: datetime
    kind: str
    method: str | Promise
    amount: Decimal
    based: tuple[Decimal, str, Decimal] | None
    reference: str
    state: str
    by: str = ""
    note: str = ""


@dataclass(frozen=True)
class FailedRefund:
    """Money that did not go back and should: how much of which refund, and what its gateways said."""

    refund: Refund
    title: str
    why: str


@dataclass(frozen=True)
class MoneyPanel:
    """``lines`` are (line, its money), for those that bear any; the sums of both sides meet to the cent."""

    money: OrderMoney
    lines: list[tuple[OrderLine, LineMoney]]
    transactions: list[Transaction]
    failed: list[FailedRefund]
    worth: Decimal
    refunded: Decimal
    goods_left: Decimal
    tax_left: Decimal
    shipping_left: Decimal

    @property
    def left(self) -> Decimal:
        return self.goods_left + self.tax_left + self.shipping_left


def panel_of(money: OrderMoney, lines: Sequence[OrderLine], formats: Formats) -> MoneyPanel:
    by_id = {line.id: line for line in lines}
    return MoneyPanel(
        money,
        [(by_id[each.line_id], each) for each in money.lines],
        _transactions(money),
        [_failed(each, formats) for each in money.failed],
        **{name: sum((getattr(each, name) for each in money.lines), ZERO) for name in SUMMED},
    )


def _failed(refund: Refund, formats: Formats) -> FailedRefund:
    parts = [part for part in refund.parts.all() if part.state == RefundPart.FAILED]
    amount = money_text(sum((part.amount for part in parts), ZERO), refund.currency, formats)
    title = _("%(sum)s of refund %(number)s did not go back") % {"sum": amount, "number": refund.number}
    return FailedRefund(refund, title, " ".join(part.error for part in parts))


def _transactions(money: OrderMoney) -> list[Transaction]:
    came = [
        Transaction(
            each.captured_at or each.created_at, _("Payment"), METHODS[each.method], each.amount,
            _based(each, each.amount), each.reference, each.state,
        )
        for each in money.payments
    ]  # fmt: skip
    went = [_went(refund, part) for refund in money.refunds for part in refund.parts.all()]
    return sorted([*came, *went], key=lambda each: each.at)


def _went(refund: Refund, part: RefundPart) -> Transaction:
    note = refund.reason
    if part.error:
        note = f"{part.error} {_('No money moved.')}" if part.state == RefundPart.FAILED else part.error
    return Transaction(
        refund.settled_at or refund.created_at, _("Refund %(number)s") % {"number": refund.number},
        METHODS[part.payment.method], part.amount, _based(part.payment, part.amount), part.reference, part.state,
        refund.asked_by, note,
    )  # fmt: skip


def _based(payment: Payment, amount: Decimal) -> tuple[Decimal, str, Decimal] | None:
    """The amount in the currency the money is kept in, by the rate of the sale."""
    if payment.base_rate is None:
        return None
    return amount * payment.base_rate, payment.base_currency, payment.base_rate.normalize()


@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """How many units of which lines; the button says the sum, and what it said is what goes back, or nothing."""
    order = order_by_number(number)
    require(request.actor, VERB, channel_id=order.channel_id)
    told = telling(request, order, "refunded")
    form = _refund_form(request, posted(request), order, tells=told["teller"] == "us")
    moved_on = None
    if request.method == "POST" and request.POST.get("verb") == "refund":
        done, moved_on = _unless_moved_on(form, lambda: _refunded(request, order, form), form.names())
        if done:
            return settled(request, _url(request, order), done.value)
    if moved_on:
        form.errors.clear()
    context = _page(request, order, form, form.money) | _plan(request, order, form) | told
    return _answer(request, "dashboard/orders/refund.html", context, moved_on)


@require_safe
def refund_plan(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What goes back for what is typed so far: the part of the page below the fields."""
    order = order_by_number(number)
    require(request.actor, VERB, channel_id=order.channel_id)
    form = _refund_form(request, request.GET, order)
    context = {"order": order, "form": form, "order_url": _url(request, order)} | _plan(request, order, form)
    return render(request, "dashboard/orders/refund_plan.html", context)


@require_http_methods(["GET", "POST"])
def payment(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Money that was received outside of us."""
    order = order_by_number(number)
    require(request.actor, "orders.pay", channel_id=order.channel_id)
    money = money_of_order(order)
    form = PaymentForm(posted(request), order=order, money=money)

    def act() -> object:
        return capture_payment(order_id=order.id, draft=form.draft(), authorisation_id=form.authorisation_id())

    done, moved_on = (None, None) if request.method == "GET" else _unless_moved_on(form, act, {})
    if done:
        return settled(request, _url(request, order), _("Payment written down."))
    return _answer(request, "dashboard/orders/payment.html", _page(request, order, form, money), moved_on)


def _refund_form(request: HttpRequest, given: QueryDict | None, order: Order, *, tells: bool = False) -> RefundForm:
    lines = lines_of([order.id]).get(order.id, [])
    money = money_of_order(order, lines)
    return RefundForm(given, order=order, money=money, lines=lines, formats=Formats.of(request.merchant), tells=tells)


def _url(request: HttpRequest, order: Order) -> str:
    return reverse("dashboard:order", args=[request.merchant.slug, order.number])


def _page(request: HttpRequest, order: Order, form, money: OrderMoney) -> dict:
    return {"order": order, "form": form, "money": money, "order_url": _url(request, order)}


def _answer(request: HttpRequest, template: str, context: dict, moved_on: OmsError | None) -> HttpResponse:
    if moved_on is None:
        return page_of_form(request, template, context)
    context["form"].errors.clear()
    return render(request, template, context | {"problem": moved_on.message}, status=409)


def _unless_moved_on(form, act: Callable[[], object], names: dict[str, str]):
    """The attempt, and why it came too late: the order is not what the page said."""
    late: list[OmsError] = []

    def watched() -> object:
        try:
            return act()
        except (Conflict, Stale) as moved_on:
            late.append(moved_on)
            raise

    return attempt(form, watched, names=names), (late[0] if late else None)


def _refunded(request: HttpRequest, order: Order, form: RefundForm) -> str:
    draft, formats = form.draft(), Formats.of(request.merchant)
    lock_order(order.id)
    plan = preview_refund(draft=draft)
    sum_now = money_text(plan.amount, order.currency, formats)
    if plan.amount != form.expected():
        raise Stale(_("This comes to %(sum)s now, not to what the button said. Nothing went back.") % {"sum": sum_now})
    if isinstance(refund_or_ask(draft=draft), Approval):
        return _("%(sum)s is above your limit: a second person was asked.") % {"sum": sum_now}
    return _("Refund of %(sum)s written down. See Money for how far it is.") % {"sum": sum_now}


def _plan(request: HttpRequest, order: Order, form: RefundForm) -> dict:
    """The plan for the fields as they are, or why there is none."""
    if not form.is_bound or not form.is_valid() or not form.says_anything():
        return {"plan": None}
    try:
        plan = preview_refund(draft=form.draft())
    except OmsError as refusal:
        return {"plan": None, "refusals": [each.message for each in refusal.fields] or [refusal.message]}
    return {
        "plan": plan,
        "plan_lines": [(form.named[each.line_id], each) for each in plan.lines],
        "amount_said": f"{plan.amount:f}",
        "tenders": _tenders(form.money, plan),
        "sum": money_text(plan.amount, order.currency, Formats.of(request.merchant)),
        "asks": request.actor.needs_approval(VERB, plan.amount),
    }


def _tenders(money: OrderMoney, plan: RefundPlan) -> list[dict]:
    """Where the money goes, and who carries it there."""
    payments: dict[UUID, Payment] = {each.id: each for each in money.payments}
    return [
        {
            "payment": payments[payment_id], "method": METHODS[payments[payment_id].method], "amount": amount,
            "based": _based(payments[payment_id], amount), "by_hand": payments[payment_id].gateway == MANUAL,
        }
        for payment_id, amount in plan.tenders.items()
    ]  # fmt: skip
