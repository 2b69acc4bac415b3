"""Suppliers' bills: the list, one against its orders and receipts, entering one, and what was not billed yet."""

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.actions.billing import APPROVE, EDIT, VIEW
from inventory.actions.billing.enter import enter_bill
from inventory.actions.billing.settings import set_billing_tolerances
from inventory.actions.valuing.decide import require_whole, today
from inventory.allowed import allowed_on_bill
from inventory.billing.lifecycle import POSTED, STATES
from inventory.models import SupplierBill
from inventory.queries import billing as queries
from inventory.queries import suppliers
from oms.core.actors import require
from oms.dashboard.downloads import csv_download
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.bill_forms import BillForm, BillLineForm, draft_of
from oms.dashboard.inventory.lines import (
    empty_sheet,
    filled_lines,
    line_errors,
    readable,
    refusals_beside,
    sheet_of,
    with_more,
)
from oms.dashboard.inventory.purchasing import SUPPLIERS_MAX
from oms.dashboard.lists import list_page
from oms.dashboard.orders.timeline import timeline_of
from oms.dashboard.vocabulary import BILL

NAMES = {"supplier_id": "supplier", "lines": "orders"}
Lines = sheet_of(BillLineForm)


class ToleranceForm(PlainForm):
    price_percent = forms.DecimalField(label=gettext_lazy("A price may be off by so many percent"), min_value=0)
    price_absolute = forms.DecimalField(label=gettext_lazy("Or by so much, if that is more"), min_value=0)
    units = forms.IntegerField(label=gettext_lazy("So many units more than came may be billed"), min_value=0)


@require_safe
def bill_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest first, in all or of one state."""
    require(request.actor, VIEW)
    state = request.GET.get("state", "")
    views = [("", _("All")), *((code, BILL[code].word) for code in STATES)]
    context = {
        "page": list_page(request, queries.bills(state=state), order=("-id",)),
        "views": [{"url": f"?state={code}" if code else "?", "name": name, "current": code == state}
                  for code, name in views],
        "filtered": state in STATES,
        "may_edit": request.actor.permits(EDIT) and request.actor.locations is None,
    }  # fmt: skip
    return render(request, "dashboard/inventory/bills.html", context)


@require_safe
def bill_page(request: HttpRequest, slug: str, supplierbill_id) -> HttpResponse:
    """What it asks, against what was ordered and what came."""
    require(request.actor, VIEW)
    return render_bill(request, queries.bill_by_id(supplierbill_id))


def render_bill(request: HttpRequest, found: SupplierBill, *, status: int = 200, **extra: object) -> HttpResponse:
    """The page of one bill; ``extra`` is what a refused step leaves to show."""
    lines = queries.lines_of_bill(found.id)
    context = {
        "found": found,
        "goods": [each for each in lines if each.item_id],
        "charges": [each for each in lines if each.charge],
        "before": queries.billed_before([each.order_line_id for each in lines if each.order_line_id]),
        "allowed": allowed_on_bill(found, request.actor),
        "timeline": timeline_of(request, ("supplier_bill", found.id), personal=False),
    }
    return render(request, "dashboard/inventory/bill.html", context | extra, status=status)


@require_http_methods(["GET", "POST"])
def bill_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter one; begun from an order, its lines are what came and was not billed yet."""
    require_whole(EDIT)
    sellers = list(suppliers(active=True).order_by("name")[:SUPPLIERS_MAX])
    if request.method == "GET":
        initial, begun = _begun(request)
        return _page(request, BillForm(initial=initial, sellers=sellers), empty_sheet(Lines, begun=begun))
    if "more" in request.POST:
        return _page(request, BillForm(initial=request.POST, sellers=sellers), with_more(Lines, request))
    form, lines = BillForm(posted(request), sellers=sellers), Lines(request.POST)
    right = form.is_valid() and lines.is_valid() and (not filled_lines(lines) or readable(form, lines))
    done = attempt(form, lambda: _enter(form, lines), names=NAMES) if right else None
    if not done:
        return _page(request, form, lines)
    message = _("Posted: it matches.") if done.value.state == POSTED else _("Entered. It does not match: see below.")
    return settled(request, reverse("dashboard:bill", args=[slug, done.value.id]), message)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """How far a bill may be off and still match."""
    require(request.actor, APPROVE if request.method == "POST" else VIEW)
    now = queries.billing_tolerances()
    form = ToleranceForm(posted(request), initial={name: getattr(now, name) for name in ToleranceForm.base_fields})
    if request.method == "POST" and attempt(form, lambda: set_billing_tolerances(**form.cleaned_data)):
        return settled(request, reverse("dashboard:billing_settings", args=[slug]), _("Settings saved."))
    context = {"form": form, "may_edit": request.actor.permits(APPROVE)}
    return page_of_form(request, "dashboard/inventory/billing_settings.html", context)


@require_safe
def not_billed(request: HttpRequest, slug: str) -> HttpResponse:
    """What came and was not billed yet, by supplier and order, with how long it has waited."""
    require(request.actor, VIEW)
    found = queries.not_billed()
    context = {"suppliers": found, "total": sum(each.value for each in found),
               "may_edit": request.actor.permits(EDIT) and request.actor.locations is None}  # fmt: skip
    return render(request, "dashboard/inventory/not_billed.html", context)


@require_safe
def not_billed_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The same as a file."""
    require(request.actor, VIEW)
    rows = [
        (supplier.supplier.code, supplier.supplier.name, f"PO{each.order.number}", each.units, each.value,
         request.merchant.currency, each.since, each.days)
        for supplier in queries.not_billed()
        for each in supplier.orders
    ]  # fmt: skip
    head = ["supplier", "name", "order", "units", "value", "currency", "since", "days"]
    return csv_download("received-not-billed.csv", head, rows)


def _begun(request: HttpRequest) -> tuple[dict, list[dict]]:
    initial = {"billed_on": today(), "currency": request.merchant.currency}
    number = request.GET.get("order", "")
    order = (
        queries.orders_by_number([int(number)]).get(int(number)) if number.isdecimal() and len(number) < 13 else None
    )
    if order is None:
        return initial, []
    lines = [
        {"code": line.item.sku, "quantity": units, "unit_price": f"{line.unit_cost.normalize():f}"}
        for line, units in queries.to_bill(order)
    ]
    return {**initial, "supplier": order.supplier_id, "currency": order.currency, "orders": f"PO{order.number}"}, lines


def _page(request: HttpRequest, form: forms.Form, lines: forms.BaseFormSet) -> HttpResponse:
    errors = line_errors(lines)
    context = {"form": form, "lines": lines, "line_errors": errors, "has_errors": bool(errors)}
    return page_of_form(request, "dashboard/inventory/bill_form.html", context)


def _enter(form: BillForm, lines: forms.BaseFormSet) -> SupplierBill:
    with refusals_beside(lines):
        return enter_bill(draft=draft_of(form, lines))
