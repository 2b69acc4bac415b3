"""Cancel, while there is time; afterwards ask, with an honest answer. What was chosen stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from oms.core.errors import Invalid, OmsError
from oms.desk.cancel_preview import cancel_preview
from oms.desk.canceling import cancel_or_ask
from oms.portal.door import answered_once, proved_page, refused_words
from oms.portal.money_back import money_back
from oms.portal.order_view import cancelable
from orders.kit_lines import left_to_ship
from orders.models import Order, OrderLine
from orders.queries import lines_of

REASON, REASON_MAX = "The customer changed their mind", 300


@dataclass(frozen=True)
class Offer:
    """What has not left. ``until`` is None when it is too late to cancel it at once; ``why_not`` then says why."""

    lines: Sequence[OrderLine]
    until: datetime | None
    why_not: str

    @property
    def anything(self) -> bool:
        return bool(self.lines) and (self.until is not None or bool(self.why_not))

    @property
    def choice(self) -> bool:
        """Whether there is something to choose: what is late can only be stopped as a whole."""
        return self.until is not None and sum(line.to_ship for line in self.lines) > 1


@proved_page
@require_safe
def choose(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """All of it, or some units; nothing is asked where there is nothing to choose."""
    offer = _offer(request, order)
    if offer.anything and not offer.choice:
        return redirect("portal:cancel_check", slug=slug)
    return _choose_page(request, order, offer)


@proved_page
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """What will be canceled and what goes back; then one button does it, once."""
    if request.method == "POST":
        return answered_once(request, lambda: _carried_out(request, slug, order))
    return _check_page(request, order, _offer(request, order))


def _carried_out(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """When the time ended while reading, nothing is done: it can be sent as a request."""
    offer = _offer(request, order)
    if not offer.anything or (offer.until is None and "ask" not in request.POST):
        return _check_page(request, order, offer, late=True, status=409)
    reason = request.POST.get("reason", "").strip()[:REASON_MAX] or REASON
    try:
        with transaction.atomic():
            cancel_or_ask(order_id=order.id, reason=reason, lines=_wanted(request, offer), refund=True)
    except OmsError as refusal:
        return _check_page(request, order, offer, error=refused_words(refusal), status=refusal.status)
    return redirect("portal:order", slug=slug)


def _offer(request: HttpRequest, order: Order) -> Offer:
    lines = lines_of([order.id]).get(order.id, [])
    until, why_not = cancelable(order, lines, request.merchant)
    return Offer([line for line, _left in left_to_ship(lines)], until, why_not)


def _wanted(request: HttpRequest, offer: Offer) -> dict[UUID, int] | None:
    """None for everything. Raises `Invalid`, naming the field, for what is no number, too many, or nothing."""
    if not offer.choice or request.GET.get("what", "all") != "some":
        return None
    wanted = {}
    for line in offer.lines:
        text = request.GET.get(f"units_{line.id}", "").strip() or "0"
        if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) <= line.to_ship):
            words = _("“{name}”: enter a whole number, {most} at most.")
            words = words.format(name=line.title or line.sku, most=line.to_ship)
            raise Invalid.field(f"units_{line.id}", words, "out_of_range")
        if int(text):
            wanted[line.id] = int(text)
    if not wanted:
        raise Invalid.field("what", _("Choose at least one thing to cancel."), "required")
    return None if wanted == {line.id: line.to_ship for line in offer.lines} else wanted


def _choose_page(
    request: HttpRequest, order: Order, offer: Offer, *, wrong: Invalid | None = None, status: int = 200
) -> HttpResponse:
    problems = {each.field: each.message for each in wrong.fields} if wrong else {}
    rows = [
        (line, request.GET.get(f"units_{line.id}", "0"), problems.get(f"units_{line.id}", "")) for line in offer.lines
    ]
    context = {
        "order": order, "offer": offer, "rows": rows, "some": request.GET.get("what") == "some",
        "error": refused_words(wrong) if wrong else "",
    }  # fmt: skip
    return render(request, "portal/cancel.html", context, status=status)


def _check_page(
    request: HttpRequest, order: Order, offer: Offer, *, status: int = 200, **context: object
) -> HttpResponse:
    if not offer.anything:
        return _choose_page(request, order, offer, status=status)
    try:
        wanted = _wanted(request, offer)
    except Invalid as wrong:
        return _choose_page(request, order, offer, wrong=wrong, status=422)
    preview = cancel_preview(order=order, lines=wanted)
    units = {line.line_id: line.quantity for line in preview.lines}
    context = {
        "order": order, "offer": offer, "chosen": [(line, units[line.id]) for line in offer.lines if line.id in units],
        "back": money_back(order, units, whole=preview.whole), "reason": request.POST.get("reason", ""), **context,
    }  # fmt: skip
    return render(request, "portal/cancel_check.html", context, status=status)
