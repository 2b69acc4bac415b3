"""Purchase orders: what is on order, one with its lines, and writing it."""

from decimal import Decimal
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.actions.billing import EDIT as BILLING
from inventory.actions.billing import VIEW as SEE_BILLS
from inventory.actions.purchasing import EDIT, VIEW
from inventory.actions.purchasing.settings import LIMITS, set_replenishing
from inventory.actions.purchasing.write import (
    PurchaseDraft,
    PurchaseLineDraft,
    create_purchase_order,
    update_purchase_order,
)
from inventory.allowed import allowed_on_purchase_order
from inventory.models import Location, PurchaseOrder, Supplier
from inventory.printing import order_total
from inventory.queries import (
    awaited_approval,
    lines_of_purchase_order,
    notices_of_purchase_order,
    purchase_order_by_number,
    purchase_orders,
    replenishing_settings,
    suppliers,
)
from inventory.queries.billing import bills_of_order
from inventory.replenishing.lifecycle import STATES
from oms.core.actors import require
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import LineForm, day_field
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
from oms.dashboard.inventory.stock import locations_in_order
from oms.dashboard.inventory.transfers import state_views
from oms.dashboard.lists import list_page
from oms.dashboard.orders.timeline import timeline_of

NAMES = {"supplier_id": "supplier", "location_id": "location"}
SUPPLIERS_MAX = 500


class PurchaseForm(PlainForm):
    """Of whom, to where, and by when."""

    supplier = forms.TypedChoiceField(label=gettext_lazy("Supplier"), coerce=UUID)
    location = forms.TypedChoiceField(label=gettext_lazy("Deliver to"), coerce=UUID)
    expected_on = day_field(
        gettext_lazy("Expected on"), help_text=gettext_lazy("Empty: after the supplier's lead time.")
    )
    note = forms.CharField(label=gettext_lazy("Note to the supplier"), required=False, max_length=500)

    def __init__(self, *args, locations: list[Location], sellers: list[Supplier], **options) -> None:
        super().__init__(*args, **options)
        self.fields["supplier"].choices = [(each.id, each.name) for each in sellers]
        self.fields["location"].choices = [(each.id, each.name) for each in locations if each.active]


class PurchaseLineForm(LineForm):
    """One line; an empty price is that of the catalogue."""

    unit_cost = forms.DecimalField(
        label=gettext_lazy("Price of one"), required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Enter an amount like 12.50.")},
    )  # fmt: skip


class SettingsForm(PlainForm):
    over_percent = forms.IntegerField(
        label=gettext_lazy("Take in so many percent more than ordered"), min_value=0, max_value=100
    )
    under_percent = forms.IntegerField(
        label=gettext_lazy("Call a line complete with so many percent less"), min_value=0, max_value=100
    )
    service_percent = forms.IntegerField(
        label=gettext_lazy("Stock lasts until the next delivery in so many percent of cases"),
        min_value=LIMITS["service_percent"][0], max_value=LIMITS["service_percent"][1],
    )  # fmt: skip
    cover_days = forms.IntegerField(
        label=gettext_lazy("What is ordered lasts so many days beyond the delivery"), min_value=1, max_value=365
    )


Lines = sheet_of(PurchaseLineForm)


@require_safe
def order_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest first, in all or of one state."""
    require(request.actor, VIEW)
    state = request.GET.get("state", "")
    context = {
        "page": list_page(request, purchase_orders(state=state), order=("-id",)),
        "views": state_views(state),
        "filtered": state in STATES,
        "may_edit": request.actor.permits(EDIT),
    }
    return render(request, "dashboard/inventory/purchase_orders.html", context)


@require_safe
def order_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What was ordered, at what price, and what has come."""
    require(request.actor, VIEW)
    return render_order(request, purchase_order_by_number(number))


def render_order(request: HttpRequest, found: PurchaseOrder, *, status: int = 200, **extra: object) -> HttpResponse:
    """The page of one order; ``extra`` is what a refused step leaves to show."""
    lines = lines_of_purchase_order(found.id)
    context = {
        "found": found,
        "lines": lines,
        "total": order_total(found, lines),
        "notices": notices_of_purchase_order(found.id),
        "awaited": awaited_approval(found),
        "receipts": found.receipts.order_by("-id")[:50],
        "allowed": allowed_on_purchase_order(found, request.actor),
        "timeline": timeline_of(request, ("purchase_order", found.id), personal=False),
        "bills": list(bills_of_order(found.id)[:20]) if request.actor.permits(SEE_BILLS) else [],
        "may_bill": request.actor.permits(BILLING) and request.actor.locations is None,
    }
    return render(request, "dashboard/inventory/purchase_order.html", context | extra, status=status)


@require_http_methods(["GET", "POST"])
def order_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write one; nothing is ordered before it is sent."""
    require(request.actor, EDIT)
    return _writing(request, None)


@require_http_methods(["GET", "POST"])
def order_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change a draft."""
    require(request.actor, EDIT)
    return _writing(request, purchase_order_by_number(number))


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Tolerances of deliveries, and how sure stock must last."""
    require(request.actor, EDIT if request.method == "POST" else VIEW)
    now = replenishing_settings()
    form = SettingsForm(posted(request), initial={name: getattr(now, name) for name in LIMITS})
    if request.method == "POST" and attempt(form, lambda: set_replenishing(**form.cleaned_data)):
        return settled(request, reverse("dashboard:replenishing_settings", args=[slug]), _("Settings saved."))
    context = {"form": form, "may_edit": request.actor.permits(EDIT)}
    return page_of_form(request, "dashboard/inventory/replenishing_settings.html", context)


def _writing(request: HttpRequest, found: PurchaseOrder | None) -> HttpResponse:
    choices = {
        "locations": locations_in_order(),
        "sellers": list(suppliers(active=True).order_by("name")[:SUPPLIERS_MAX]),
    }
    if request.method == "GET":
        form = PurchaseForm(initial=_values(request, found), **choices)
        return _page(request, found, form, empty_sheet(Lines, begun=_begun(found)))
    if "more" in request.POST:
        return _page(request, found, PurchaseForm(initial=request.POST, **choices), with_more(Lines, request))
    form, lines = PurchaseForm(posted(request), **choices), Lines(request.POST)
    done = form.is_valid() and readable(form, lines) and attempt(form, lambda: _save(found, form, lines), names=NAMES)
    if not done:
        return _page(request, found, form, lines)
    url = reverse("dashboard:purchase_order", args=[request.merchant.slug, done.value.number])
    return settled(request, url, _("Order saved. Nothing is ordered before you send it."))


def _page(
    request: HttpRequest, found: PurchaseOrder | None, form: forms.Form, lines: forms.BaseFormSet
) -> HttpResponse:
    errors = line_errors(lines)
    context = {"found": found, "form": form, "lines": lines, "line_errors": errors, "has_errors": bool(errors)}
    return page_of_form(request, "dashboard/inventory/purchase_order_form.html", context)


def _values(request: HttpRequest, found: PurchaseOrder | None) -> dict:
    if found is None:
        return {"supplier": request.GET.get("supplier", "")}
    return {
        "supplier": found.supplier_id, "location": found.location_id, "note": found.note,
        "expected_on": found.expected_on,
    }  # fmt: skip


def _begun(found: PurchaseOrder | None) -> list[dict]:
    lines = [] if found is None else lines_of_purchase_order(found.id)
    return [{"code": each.item.sku, "quantity": each.quantity, "unit_cost": _plain(each.unit_cost)} for each in lines]


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _save(found: PurchaseOrder | None, form: PurchaseForm, lines: forms.BaseFormSet) -> PurchaseOrder:
    given, items = form.cleaned_data, items_of(lines)
    drafts = [
        PurchaseLineDraft(items[line["code"]].id, line["quantity"], line["unit_cost"])
        for line in (each.cleaned_data for each in filled_lines(lines))
    ]
    draft = PurchaseDraft(given["supplier"], given["location"], drafts, given["note"], given["expected_on"])
    with refusals_beside(lines):
        if found:
            return update_purchase_order(purchase_order_id=found.id, draft=draft)
        return create_purchase_order(draft=draft)
