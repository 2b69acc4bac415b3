"""Receive a delivery of many lines: typed, pasted one by one, or scanned."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from inventory.actions.receive import Receipt, receive_stock
from inventory.models import SELLABLE
from inventory.queries import ItemRef, resolve_skus
from oms.core.actors import require
from oms.core.errors import FieldError, OmsError
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import DeliveryForm, DeliveryLineForm
from oms.dashboard.inventory.stock import locations_in_order

FIRST_LINES, MORE_LINES, LINES_MAX = 8, 8, 1_000
Lines = forms.formset_factory(DeliveryLineForm, extra=0, max_num=LINES_MAX, absolute_max=LINES_MAX)


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, slug: str) -> HttpResponse:
    """All lines of a delivery at once, or none of them; ``more`` only adds empty lines."""
    require(request.actor, "stock.receive")
    given = {"locations": locations_in_order(), "zone": request.merchant.timezone}
    form = DeliveryForm(posted(request), **given)
    if request.method == "GET":
        return _page(request, form, Lines(initial=[{}] * FIRST_LINES))
    if "more" in request.POST:
        return _page(request, DeliveryForm(initial=request.POST, **given), _with_more(request))
    lines = Lines(request.POST)
    done = attempt(form, lambda: _book(form, lines)) if form.is_valid() and _valid(form, lines) else None
    if done is None:
        return _page(request, form, lines)
    units = sum(each.received for each in done.value)
    message = ngettext("%d unit received.", "%d units received.", units) % units
    return settled(request, reverse("dashboard:stock", args=[slug]), message)


def _page(request: HttpRequest, form: DeliveryForm, lines: forms.BaseFormSet) -> HttpResponse:
    errors = [] if not lines.is_bound else list(_errors(lines))
    context = {"form": form, "lines": lines, "line_errors": errors, "has_errors": bool(errors)}
    return page_of_form(request, "dashboard/inventory/receive.html", context)


def _errors(lines: forms.BaseFormSet):
    """Every line's problems with the id of the field to go to."""
    for number, line in enumerate(lines, start=1):
        for name, problems in line.errors.items():
            for problem in problems:
                yield (
                    line[name].id_for_label,
                    _("Line %(number)d: %(problem)s")
                    % {
                        "number": number,
                        "problem": problem,
                    },
                )


def _with_more(request: HttpRequest) -> forms.BaseFormSet:
    """The lines as they were typed, unjudged, and some empty ones below."""
    given = Lines(request.POST)
    typed = [{name: line[name].value() for name in line.fields} for line in given]
    return Lines(initial=[*typed, *[{}] * MORE_LINES][:LINES_MAX])


def _valid(form: DeliveryForm, lines: forms.BaseFormSet) -> bool:
    """Are the lines readable, is there one, and does each name an item?"""
    if not lines.is_valid():
        return False
    filled = _filled(lines)
    if not filled:
        form.add_error(None, _("Scan or type at least one item."))
        return False
    items = _items(lines)
    for line in filled:
        if line.cleaned_data["code"] not in items:
            line.add_error("code", _("No item has this SKU or barcode. Check it, or add the item first."))
    return all(not line.errors for line in filled)


def _filled(lines: forms.BaseFormSet) -> list[forms.Form]:
    return [line for line in lines if line.cleaned_data.get("code")]


def _items(lines: forms.BaseFormSet) -> dict[str, ItemRef]:
    return resolve_skus([line.cleaned_data["code"] for line in _filled(lines)])


def _book(form: DeliveryForm, lines: forms.BaseFormSet) -> list:
    filled, items, location = _filled(lines), _items(lines), form.cleaned_data["location"]
    receipts = [_receipt(line, items, location) for line in filled]
    try:
        return receive_stock(
            receipts=receipts, reason=form.cleaned_data["reason"], happened_at=form.cleaned_data["happened_at"]
        )
    except OmsError as refusal:
        raise type(refusal)(refusal.message, fields=_beside_lines(refusal, filled)) from refusal


def _receipt(line: forms.Form, items: dict[str, ItemRef], location: UUID) -> Receipt:
    given = line.cleaned_data
    return Receipt(items[given["code"]].id, location, given["quantity"], state=given["state"] or SELLABLE)


def _beside_lines(refusal: OmsError, filled: list[forms.Form]) -> list[FieldError]:
    """Put what a refusal says about ``lines.N.quantity`` beside that line; returns what is about no line."""
    rest = []
    for each in refusal.fields:
        _list, _dot, path = each.field.partition(".")
        number, _dot, name = path.partition(".")
        if number.isdecimal() and int(number) < len(filled) and name != "location_id":
            line = filled[int(number)]
            line.add_error(name if name in line.fields else "code", each.message)
        else:
            rest.append(each)
    return rest
