"""Receive a delivery of many lines: typed, pasted one by one, or scanned."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from inventory.actions.receive import Receipt, receive_stock
from inventory.models import SELLABLE
from inventory.queries import ItemRef
from oms.core.actors import require
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import DeliveryForm, DeliveryLineForm, lot_draft
from oms.dashboard.inventory.lines import (
    delivery_sheet,
    empty_sheet,
    filled_lines,
    items_of,
    line_errors,
    readable,
    refusals_beside,
    with_more,
)
from oms.dashboard.inventory.stock import locations_in_order


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, slug: str) -> HttpResponse:
    """All lines of a delivery at once, or none of them; ``more`` only adds empty lines."""
    require(request.actor, "stock.receive")
    given = {"locations": locations_in_order(), "zone": request.merchant.timezone}
    form, sheet = DeliveryForm(posted(request), **given), delivery_sheet(DeliveryLineForm)
    if request.method == "GET":
        return _page(request, form, empty_sheet(sheet))
    if "more" in request.POST:
        return _page(request, DeliveryForm(initial=request.POST, **given), with_more(sheet, request))
    lines = sheet(request.POST)
    done = attempt(form, lambda: _book(form, lines)) if form.is_valid() and readable(form, lines) else None
    if done is None:
        return _page(request, form, lines)
    units = sum(each.received for each in done.value)
    message = ngettext("%d unit received.", "%d units received.", units) % units
    return settled(request, reverse("dashboard:stock", args=[slug]), message)


def _page(request: HttpRequest, form: DeliveryForm, lines: forms.BaseFormSet) -> HttpResponse:
    errors = line_errors(lines)
    context = {"form": form, "lines": lines, "line_errors": errors, "has_errors": bool(errors)}
    return page_of_form(request, "dashboard/inventory/receive.html", context)


def _book(form: DeliveryForm, lines: forms.BaseFormSet) -> list:
    items, location = items_of(lines), form.cleaned_data["location"]
    receipts = [_receipt(line, items, location) for line in filled_lines(lines)]
    with refusals_beside(lines):
        return receive_stock(
            receipts=receipts, reason=form.cleaned_data["reason"], happened_at=form.cleaned_data["happened_at"]
        )


def _receipt(line: forms.Form, items: dict[str, ItemRef], location: UUID) -> Receipt:
    given = line.cleaned_data
    item_id, state = items[given["code"]].id, given["state"] or SELLABLE
    return Receipt(item_id, location, given["quantity"], state=state, lot=lot_draft(given),
                   serials=tuple(given.get("serials", ())))  # fmt: skip
