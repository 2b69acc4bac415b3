"""A new order by phone, or a draft of one: a head, some lines, and what is available beside each."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from inventory.queries import Availability, ItemRef, available_by_item, resolve_skus
from oms.accounts.models import Approval
from oms.core.actors import require
from oms.core.errors import FieldError, OmsError
from oms.dashboard.forms import attempt, page_of_form, settled
from oms.dashboard.orders.entry import (
    LINES_MAX,
    MORE_LINES,
    LineForms,
    NewOrderForm,
    draft_from,
    filled,
    head_of,
    lines_of_draft,
)
from orders.actions.discount import place_draft_or_ask, place_or_ask
from orders.actions.drafts import discard_draft, draft_of, save_draft, update_draft
from orders.models import Order
from orders.placing.drafts import OrderDraft
from orders.queries import order_by_id

ACTS = ("place", "save")
NAMES = {
    "channel_id": "channel", "shipping": "shipping", "tags": "tags",
    **{f"ship_to.{part}": part for part in ("name", "company", "line1", "line2", "city", "region", "postcode")},
    "ship_to.country": "country",
}  # fmt: skip


@dataclass(frozen=True)
class LineStock:
    """What one typed line names, and how much of it there is; ``item`` is None where nothing has this code."""

    item: ItemRef | None
    stock: Availability | None


@require_http_methods(["GET", "POST"])
def new_order(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.actor, "orders.place")
    return _page(request, None)


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, slug: str, draft_id: UUID) -> HttpResponse:
    """A saved draft; once placed, its address leads to the order it became."""
    require(request.actor, "orders.place")
    order = order_by_id(draft_id)
    if order.number is not None:
        return redirect("dashboard:order", slug=slug, number=order.number)
    return _page(request, order)


@require_POST
def discard(request: HttpRequest, slug: str, draft_id: UUID) -> HttpResponse:
    require(request.actor, "orders.place")
    discard_draft(order_id=draft_id)
    return settled(request, reverse("dashboard:orders", args=[slug]) + "?view=drafts", _("Draft discarded."))


def _page(request: HttpRequest, saved: Order | None) -> HttpResponse:
    """``place`` places, ``save`` keeps a draft, ``check`` shows what is available, ``more`` adds empty lines."""
    verb = request.POST.get("verb", "") if request.method == "POST" else "look"
    if verb in ("look", "more"):
        form, lines = _unjudged(request, saved, more=verb == "more")
        return _show(request, saved, form, lines)
    form, lines = NewOrderForm(request.POST), LineForms(request.POST, prefix="lines")
    sound = lines.is_valid() and form.is_valid()
    if sound and verb in ACTS:
        drafted = draft_from(form, lines, currency=_currency(request, saved), saved_id=saved and saved.id)
        done = attempt(form, lambda: _carry_out(verb, drafted, saved, form, lines), names=NAMES)
        if done and all(not line.errors for line in lines):
            path, message = done.value
            return settled(request, reverse("dashboard:orders", args=[request.merchant.slug]) + path, message)
    return _show(request, saved, form, lines)


def _unjudged(request: HttpRequest, saved: Order | None, *, more: bool) -> tuple[forms.Form, forms.BaseFormSet]:
    """The forms on a first look, or as typed with more empty lines below."""
    if not more:
        kept = draft_of(saved) if saved else None
        initial = head_of(kept) | {"version": saved and saved.version}
        return NewOrderForm(initial=initial), LineForms(prefix="lines", initial=lines_of_draft(kept))
    given = LineForms(request.POST, prefix="lines")
    typed = [{name: line[name].value() for name in line.fields} for line in given]
    lines = LineForms(prefix="lines", initial=[*typed, *[{}] * MORE_LINES][:LINES_MAX])
    return NewOrderForm(initial=request.POST.dict()), lines


def _show(request: HttpRequest, saved: Order | None, form: forms.Form, lines: forms.BaseFormSet) -> HttpResponse:
    errors = list(_line_errors(lines)) if lines.is_bound else []
    context = {
        "form": form, "lines": lines, "saved": saved, "rows": list(zip(lines, _stock(lines), strict=True)),
        "line_errors": errors, "has_errors": bool(errors), "currency": _currency(request, saved),
    }  # fmt: skip
    return page_of_form(request, "dashboard/orders/new.html", context)


def _carry_out(
    verb: str, drafted: OrderDraft, saved: Order | None, form: forms.Form, lines: forms.BaseFormSet
) -> tuple[str, str]:
    """Where to go next, and what to say there. What a refusal says of a line goes beside that line."""
    try:
        if verb == "save":
            order = _keep(drafted, saved, form) if saved else save_draft(draft=drafted)
            return f"drafts/{order.id}/", _("Draft saved.")
        if saved:
            _keep(drafted, saved, form)
        outcome = place_draft_or_ask(order_id=saved.id) if saved else place_or_ask(draft=drafted)
    except OmsError as refusal:
        raise _without_lines(refusal, lines) from None
    if isinstance(outcome, Approval):
        return f"drafts/{outcome.params['order_id']}/", _("Its discount is above your limit: it waits for approval.")
    if outcome.short:
        waits = ngettext(
            "Order placed; %d unit waits for stock.", "Order placed; %d units wait for stock.", outcome.short
        )
        return f"{outcome.number}/", waits % outcome.short
    return f"{outcome.number}/", _("Order placed. Its stock is reserved.")


def _keep(drafted: OrderDraft, saved: Order, form: forms.Form) -> Order:
    return update_draft(order_id=saved.id, draft=drafted, version=form.cleaned_data["version"])


def _without_lines(refusal: OmsError, lines: forms.BaseFormSet) -> OmsError:
    """Put ``lines.N.sku`` and the like beside line N, and answer the refusal about the rest."""
    typed, rest = filled(lines), []
    for each in refusal.fields:
        head, _dot, path = each.field.partition(".")
        number, _dot, name = path.partition(".")
        if head == "lines" and number.isdecimal() and int(number) < len(typed):
            line = typed[int(number)]
            line.add_error(name if name in line.fields else "sku", _of_a_line(each))
        elif head == "tags":
            rest.append(FieldError("tags", each.code, each.message))
        else:
            rest.append(each)
    if refusal.fields:
        refusal.fields = tuple(rest) or (FieldError("", refusal.code, _("Nothing was placed. See the lines.")),)
    return refusal


def _of_a_line(problem: FieldError) -> str:
    """Without the remedy that only a program has."""
    if problem.code == "unknown_sku":
        return _("No item has this SKU or barcode. Correct it, or add the item first.")
    return problem.message


def _line_errors(lines: forms.BaseFormSet):
    """Each problem of a line with the id of its field, for the summary."""
    for number, line in enumerate(lines, start=1):
        for name, problems in line.errors.items():
            for problem in problems:
                words = _("Line %(number)d: %(problem)s") % {"number": number, "problem": problem}
                yield line[name].id_for_label, words


def _stock(lines: forms.BaseFormSet) -> list[LineStock | None]:
    """What is available beside each line; None beside an empty one."""
    typed = [str(line["sku"].value() or "").strip() for line in lines]
    known = resolve_skus([text for text in typed if text]) if any(typed) else {}
    available: Mapping = available_by_item([item.id for item in known.values()]) if known else {}
    return [
        LineStock(item := known.get(text), available.get(item.id) if item else None) if text else None for text in typed
    ]


def _currency(request: HttpRequest, saved: Order | None) -> str:
    """A draft keeps its currency; a new order has the merchant's."""
    return saved.currency if saved else request.merchant.currency
