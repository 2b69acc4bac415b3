"""Goods sent back to suppliers: the list with what is awaited, one of them, and sending some back."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.actions.billing import VIEW as BILLING
from inventory.actions.purchasing import EDIT, VIEW
from inventory.actions.supplier_returns.send import SentBack, send_back
from inventory.actions.valuing.decide import today
from inventory.allowed import allowed_on_supplier_return
from inventory.billing.returning import AWAITED, STATES
from inventory.models import DAMAGED, Location, PurchaseOrder, Supplier, SupplierReturn
from inventory.queries import supplier_returns as queries
from inventory.queries import suppliers, visible_purchase_orders
from oms.core.actors import require
from oms.core.db.keys import uuid7
from oms.core.money import rounded
from oms.core.tenancy import unit
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import DeliveryLineForm, day_field
from oms.dashboard.inventory.lines import (
    empty_sheet,
    filled_lines,
    items_of,
    line_errors,
    readable,
    refusals_beside,
    sheet_of,
    with_more,
)
from oms.dashboard.inventory.purchasing import SUPPLIERS_MAX
from oms.dashboard.inventory.stock import locations_in_order
from oms.dashboard.lists import list_page
from oms.dashboard.orders.timeline import timeline_of
from oms.dashboard.vocabulary import SUPPLIER_RETURN

OVERDUE = "overdue"
NAMES = {"supplier_id": "supplier", "location_id": "location", "purchase_order_id": "order"}


class ReturnForm(PlainForm):
    """To whom, from where, and of which order."""

    receipt = forms.UUIDField(widget=forms.HiddenInput)
    supplier = forms.TypedChoiceField(label=gettext_lazy("Supplier"), coerce=UUID)
    location = forms.TypedChoiceField(label=gettext_lazy("From"), coerce=UUID)
    order = forms.RegexField(
        r"^\s*(?:PO)?([0-9]{1,12})\s*$", label=gettext_lazy("Purchase order"), required=False,
        help_text=gettext_lazy("Like PO1001, if they all came on one."),
        error_messages={"invalid": gettext_lazy("Write it like PO1001.")},
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)
    mail = forms.BooleanField(label=gettext_lazy("Ask for the credit note by mail at once"), required=False)

    def __init__(self, *args, locations: list[Location], sellers: list[Supplier], **options) -> None:
        super().__init__(*args, **options)
        self.fields["supplier"].choices = [(each.id, each.name) for each in sellers]
        self.fields["location"].choices = [(each.id, each.name) for each in locations]

    def clean_order(self) -> PurchaseOrder | None:
        typed = self.cleaned_data["order"].strip().removeprefix("PO")
        if not typed:
            return None
        found = visible_purchase_orders().filter(number=int(typed)).first()
        if found is None:
            raise forms.ValidationError(_("There is no such order."))
        return found


class SentBackLineForm(DeliveryLineForm):
    how_many = gettext_lazy("Say how many go back.")


Lines = sheet_of(SentBackLineForm)


class CreditForm(PlainForm):
    """A credit note."""

    number = forms.CharField(label=gettext_lazy("Number of the credit note"))
    credited_on = day_field(gettext_lazy("Its date"), required=True)
    amount = forms.DecimalField(label=gettext_lazy("Amount without tax"), widget=forms.TextInput(
        attrs={"inputmode": "decimal"}))  # fmt: skip
    currency = forms.CharField(label=gettext_lazy("Currency"))
    rate = forms.DecimalField(
        label=gettext_lazy("Rate"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("Only for another currency than yours."),
    )  # fmt: skip


@require_safe
def return_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest first, with how long each has waited, and what for."""
    require(request.actor, VIEW)
    state = request.GET.get("state", "")
    found = queries.credit_overdue() if state == OVERDUE else queries.supplier_returns(state=state)
    page = list_page(request, found, order=("-id",))
    sees = request.actor.permits(BILLING)
    worth = queries.credit_awaited([each.id for each in page.rows if each.state == AWAITED]) if sees else {}
    views = [("", _("All")), (OVERDUE, _("Overdue")), *((code, SUPPLIER_RETURN[code].word) for code in STATES)]
    context = {
        "page": page,
        "rows": [(each, worth.get(each.id), days_waited(each)) for each in page.rows],
        "views": [{"url": f"?state={code}" if code else "?", "name": name, "current": code == state}
                  for code, name in views],
        "filtered": state in (OVERDUE, *STATES),
        "patience": queries.PATIENCE.days,
        "may_edit": request.actor.permits(EDIT),
    }  # fmt: skip
    return render(request, "dashboard/inventory/supplier_returns.html", context)


def days_waited(found: SupplierReturn) -> int | None:
    """Since they left; None once the wait is over."""
    return (unit().now - found.sent_at).days if found.state == AWAITED else None


@require_safe
def return_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What went back, and what is awaited for it."""
    require(request.actor, VIEW)
    return render_return(request, queries.supplier_return_by_number(number))


def render_return(request: HttpRequest, found: SupplierReturn, *, status: int = 200, **extra: object) -> HttpResponse:
    """The page of one return; ``extra`` is what a refused step leaves to show."""
    worth = queries.credit_awaited([found.id])[found.id] if request.actor.permits(BILLING) else None
    currency = request.merchant.currency
    begun = {"credited_on": today(), "currency": currency, "amount": worth and rounded(worth, currency)}
    context = {
        "found": found,
        "lines": queries.lines_of_supplier_return(found.id),
        "worth": worth,
        "days": days_waited(found),
        "form": CreditForm(initial=begun),
        "allowed": allowed_on_supplier_return(found, request.actor),
        "timeline": timeline_of(request, ("supplier_return", found.id), personal=False),
    }
    return render(request, "dashboard/inventory/supplier_return.html", context | extra, status=status)


@require_http_methods(["GET", "POST"])
def return_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Scan or type what goes back."""
    require(request.actor, EDIT)
    choices = {"locations": locations_in_order(), "sellers": list(suppliers().order_by("name")[:SUPPLIERS_MAX])}
    if request.method == "GET":
        initial = {"receipt": uuid7(), "order": request.GET.get("order", ""),
                   "supplier": request.GET.get("supplier", "")}  # fmt: skip
        return _page(request, ReturnForm(initial=initial, **choices), empty_sheet(Lines))
    if "more" in request.POST:
        return _page(request, ReturnForm(initial=request.POST, **choices), with_more(Lines, request))
    form, lines = ReturnForm(posted(request), **choices), Lines(request.POST)
    right = form.is_valid() and readable(form, lines)
    done = attempt(form, lambda: _send(form, lines), names=NAMES) if right else None
    if not done:
        return _page(request, form, lines)
    url = reverse("dashboard:supplier_return", args=[slug, done.value.number])
    return settled(request, url, _("Sent back. Its credit note is awaited."))


def _page(request: HttpRequest, form: forms.Form, lines: forms.BaseFormSet) -> HttpResponse:
    errors = line_errors(lines)
    context = {"form": form, "lines": lines, "line_errors": errors, "has_errors": bool(errors)}
    return page_of_form(request, "dashboard/inventory/supplier_return_form.html", context)


def _send(form: ReturnForm, lines: forms.BaseFormSet) -> SupplierReturn:
    items, given = items_of(lines), form.cleaned_data
    sent = [
        SentBack(items[each["code"]].id, each["quantity"], each["state"] or DAMAGED)
        for each in (line.cleaned_data for line in filled_lines(lines))
    ]
    with refusals_beside(lines):
        return send_back(
            return_id=given["receipt"], supplier_id=given["supplier"], location_id=given["location"], lines=sent,
            purchase_order_id=given["order"] and given["order"].id, note=given["note"], mail=given["mail"],
        )  # fmt: skip
