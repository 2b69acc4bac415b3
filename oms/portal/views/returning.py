"""A return in four pages: what, why, what instead, check and send. Each is a plain form; Back works."""

from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oms.core.errors import Invalid, OmsError
from oms.portal.door import proved_page, refused_words
from oms.portal.drafting import PHOTOS_MAX, draft_of, keep_pictures, save_draft, send_draft
from orders.models import Order
from orders.queries.money import preview_refund
from orders.refunding import RefundDraft
from returns.queries import Returnable, lines_of_returns, returnable, returns

REASONS = {
    "wrong_item": gettext_lazy("It is not what I ordered"), "damaged": gettext_lazy("It is damaged"),
    "not_as_described": gettext_lazy("It is not as described"), "too_big": gettext_lazy("It is too big"),
    "too_small": gettext_lazy("It is too small"), "changed_mind": gettext_lazy("I changed my mind"),
    "arrived_late": gettext_lazy("It came too late"), "other": gettext_lazy("Something else"),
}  # fmt: skip
# For these a picture tells more than words.
ASK_PHOTOS = ("wrong_item", "damaged", "not_as_described")
OUTCOMES = {
    "refund": gettext_lazy("Refund to where you paid from"),
    "none": gettext_lazy("No money back: I only want it gone"),
}


@proved_page
@require_http_methods(["GET", "POST"])
def what(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """Step 1: which things, how many."""
    can, draft = returnable(order), draft_of(order.id)
    chosen = draft.get("lines", {})
    rows = [(each, chosen.get(str(each.line.id), {}).get("units", 0)) for each in can.lines]
    if request.method == "GET":
        return _page(request, "what", order, can=can, rows=rows)
    units = {str(each.line.id): request.POST.get(f"units_{each.line.id}", "0").strip() or "0" for each in can.lines}
    wrong = _units_problem(units, can)
    if wrong:
        rows = [(each, units[str(each.line.id)]) for each in can.lines]
        return _page(request, "what", order, can=can, rows=rows, error=wrong, status=422)
    lines = {key: {**chosen.get(key, {}), "units": int(count)} for key, count in units.items() if int(count)}
    save_draft(order_id=order.id, data={**draft, "lines": lines})
    return redirect("portal:return_why", slug=slug)


@proved_page
@require_http_methods(["GET", "POST"])
def why(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """Step 2: a reason for each, with pictures where they help."""
    draft = draft_of(order.id)
    if not draft.get("lines"):
        return redirect("portal:return_what", slug=slug)
    rows = _chosen(order, draft)
    if request.method == "GET":
        return _page(request, "why", order, rows=rows, reasons=REASONS.items(), photos_max=PHOTOS_MAX)
    try:
        lines = {str(line.id): _with_reason(request, str(line.id), chosen) for line, chosen in rows}
    except Invalid as refusal:
        rows = [(line, chosen | {"reason": request.POST.get(f"reason_{line.id}", "")}) for line, chosen in rows]
        return _page(
            request, "why", order, rows=rows, reasons=REASONS.items(), photos_max=PHOTOS_MAX,
            error=refused_words(refusal), status=422,
        )  # fmt: skip
    save_draft(order_id=order.id, data={**draft, "lines": lines})
    return redirect("portal:return_how", slug=slug)


@proved_page
@require_http_methods(["GET", "POST"])
def how(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """Step 3: what instead."""
    draft = draft_of(order.id)
    if not draft.get("lines"):
        return redirect("portal:return_what", slug=slug)
    context = {"outcomes": OUTCOMES.items(), "chosen": draft.get("outcome", "refund"), "amount": _worth(order, draft)}
    if request.method == "GET":
        return _page(request, "how", order, **context, note=draft.get("note", ""))
    outcome, note = request.POST.get("outcome", ""), request.POST.get("note", "")[:1_000]
    if outcome not in OUTCOMES:
        return _page(request, "how", order, **context, note=note, error=_("Choose what you want instead."), status=422)
    save_draft(order_id=order.id, data={**draft, "outcome": outcome, "note": note})
    return redirect("portal:return_check", slug=slug)


@proved_page
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """Step 4: everything once more, then send."""
    draft = draft_of(order.id)
    if request.method == "POST":
        try:
            made = send_draft(order_id=order.id)
        except OmsError as refusal:
            return _check_page(request, order, draft, error=refused_words(refusal), status=refusal.status)
        newest = made or returns(order_id=order.id).order_by("-id").first()
        return redirect("portal:return_status", slug=slug, number=newest.number) if newest else _back(slug)
    return _check_page(request, order, draft) if draft.get("lines") else _back(slug)


@proved_page
@require_safe
def status(request: HttpRequest, slug: str, order: Order, number: int) -> HttpResponse:
    """How far is my return, and where is my money?"""
    found = returns(order_id=order.id).filter(number=number).first()
    if found is None:
        return redirect("portal:order", slug=slug)
    lines = lines_of_returns([found.id])[found.id]
    place = {"requested": 0, "approved": 1, "in_transit": 2, "received": 3, "inspected": 4, "closed": 5}
    at = place.get(found.state, -1)
    words = (_("Asked for"), _("Approved"), _("Sent"), _("Received"), _("Checked"), _("Done"))
    steps = [(word, number < at, number == at) for number, word in enumerate(words)]
    return _page(request, "status", order, found=found, lines=lines, steps=steps)


def _check_page(request: HttpRequest, order: Order, draft: dict, **extra: object) -> HttpResponse:
    rows = [(line, chosen, REASONS.get(chosen.get("reason", ""), "")) for line, chosen in _chosen(order, draft)]
    outcome = OUTCOMES.get(draft.get("outcome", "refund"))
    amount = _worth(order, draft) if draft.get("outcome", "refund") == "refund" else None
    return _page(request, "check", order, rows=rows, outcome=outcome, amount=amount, note=draft.get("note"), **extra)


def _page(request: HttpRequest, name: str, order: Order, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, f"portal/return_{name}.html", {"order": order, **context}, status=status)


def _back(slug: str) -> HttpResponse:
    return redirect("portal:return_what", slug=slug)


def _units_problem(units: dict[str, str], can: Returnable) -> str:
    if any(not text.isdecimal() or len(text) > 6 for text in units.values()):
        return _("Enter how many of each you want to send back, as whole numbers.")
    if not any(int(text) for text in units.values()):
        return _("Choose at least one thing to send back.")
    for each in can.lines:
        asked = int(units[str(each.line.id)])
        if asked and not each.returnable:
            return " ".join(verdict.sentence for verdict in each.verdicts if not verdict.passed)
        if asked > each.left:
            return _("At most {left} of “{name}” can be sent back.").format(
                left=each.left, name=each.line.title or each.line.sku
            )
    return ""


def _chosen(order: Order, draft: dict) -> list[tuple]:
    """The order's lines that were chosen, with what was said of each."""
    return [
        (each.line, draft["lines"][str(each.line.id)])
        for each in returnable(order).lines
        if str(each.line.id) in draft.get("lines", {})
    ]


def _with_reason(request: HttpRequest, line_id: str, chosen: dict) -> dict:
    reason = request.POST.get(f"reason_{line_id}", "")
    if reason not in REASONS:
        raise Invalid.field("reason", _("Choose a reason for each thing."), "required")
    kept = [] if f"drop_{line_id}" in request.POST else list(chosen.get("photos", []))
    photos = [*kept, *keep_pictures(request.FILES.getlist(f"photos_{line_id}"))]
    if len(photos) > PHOTOS_MAX:
        raise Invalid.field(
            "photos", _("Send at most {most} pictures of one thing.").format(most=PHOTOS_MAX), "too_many"
        )
    return {**chosen, "reason": reason, "comment": request.POST.get(f"comment_{line_id}", "")[:1_000], "photos": photos}


def _worth(order: Order, draft: dict) -> Decimal | None:
    """What would go back for it; None where nothing was paid."""
    units = {UUID(key): each["units"] for key, each in draft.get("lines", {}).items()}
    try:
        return preview_refund(draft=RefundDraft(order.id, units)).amount
    except OmsError:
        return None
