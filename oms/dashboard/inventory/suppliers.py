"""Suppliers: who they are, what they sell us and at what price."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.actions.purchasing import EDIT, VIEW
from inventory.actions.purchasing.suppliers import (
    create_supplier,
    remove_supplier_item,
    set_supplier_item,
    update_supplier,
)
from inventory.models import Supplier, SupplierItem
from inventory.queries import (
    catalogue_of,
    measured_lead_times,
    punctuality_of,
    purchase_orders,
    resolve_skus,
    supplier_by_id,
    suppliers,
)
from inventory.replenishing.buying import Break, read_breaks
from oms.core.actors import require
from oms.core.errors import Invalid
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.lists import list_page

NEWEST_ORDERS = 10


class SupplierForm(PlainForm):
    """A supplier: new, or as it is."""

    name = forms.CharField(label=gettext_lazy("Name"))
    code = forms.CharField(label=gettext_lazy("Code"), help_text=gettext_lazy("Short, for files, like POTTERY."))
    email = forms.CharField(
        label=gettext_lazy("E-mail"), required=False, help_text=gettext_lazy("Purchase orders are sent there.")
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), help_text=gettext_lazy("Like EUR."))
    lead_time_days = forms.IntegerField(label=gettext_lazy("Days from order to arrival"), min_value=0, initial=14)
    active = forms.BooleanField(label=gettext_lazy("We buy from them"), required=False, initial=True)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CatalogueForm(PlainForm):
    """One item of a supplier's catalogue; saying it again replaces it."""

    sku = forms.CharField(
        label=gettext_lazy("Item"), max_length=100, help_text=gettext_lazy("SKU or barcode."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    code = forms.CharField(label=gettext_lazy("Their code"), required=False)
    prices = forms.CharField(
        label=gettext_lazy("Prices"), required=False, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One per line: from how many units, and what one costs, like 1: 4.10 and 100: 3.80."),
    )  # fmt: skip
    minimum = forms.IntegerField(label=gettext_lazy("Least they sell, in units"), min_value=1, initial=1)
    pack_size = forms.IntegerField(label=gettext_lazy("Units in a pack"), min_value=1, initial=1)
    lead_time_days = forms.IntegerField(
        label=gettext_lazy("Days from order to arrival"), required=False, min_value=0,
        help_text=gettext_lazy("Empty: as the supplier's."),
    )  # fmt: skip
    rank = forms.IntegerField(
        label=gettext_lazy("Rank"), min_value=0, initial=100,
        help_text=gettext_lazy("Of several suppliers of an item, the lowest is asked first."),
    )  # fmt: skip

    def clean_prices(self) -> list[Break]:
        try:
            return read_breaks(self.cleaned_data["prices"])
        except ValueError as wrong:
            raise forms.ValidationError(_("“%s” is no price. Write it like 1: 4.10.") % str(wrong)[:40]) from wrong


@require_safe
def supplier_list(request: HttpRequest, slug: str) -> HttpResponse:
    """By their codes."""
    require(request.actor, VIEW)
    context = {
        "page": list_page(request, suppliers(), order=("code", "id")),
        "may_edit": request.actor.permits(EDIT),
    }
    return render(request, "dashboard/inventory/suppliers.html", context)


@require_http_methods(["GET", "POST"])
def supplier_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add one; it begins with the business's own currency."""
    require(request.actor, EDIT)
    form = SupplierForm(posted(request), initial={"currency": request.merchant.currency})
    if request.method == "POST" and (done := attempt(form, lambda: create_supplier(**_given(form)))):
        url = reverse("dashboard:supplier", args=[slug, done.value.id])
        return settled(request, url, _("%s added. Now say what they sell you.") % done.value.name)
    return page_of_form(request, "dashboard/inventory/supplier_form.html", {"form": form, "supplier": None})


@require_http_methods(["GET", "POST"])
def supplier_edit(request: HttpRequest, slug: str, supplier_id: UUID) -> HttpResponse:
    """Change one; refused when somebody else changed it meanwhile."""
    require(request.actor, EDIT)
    found = supplier_by_id(supplier_id)
    names = ("name", "code", "email", "currency", "lead_time_days", "active", "version")
    form = SupplierForm(posted(request), initial={name: getattr(found, name) for name in names})

    def save() -> Supplier:
        version = form.cleaned_data["version"]
        return update_supplier(supplier_id=supplier_id, changes=_given(form), expected_version=version)

    if request.method == "POST" and attempt(form, save):
        return settled(request, reverse("dashboard:supplier", args=[slug, supplier_id]), _("Supplier saved."))
    return page_of_form(request, "dashboard/inventory/supplier_form.html", {"form": form, "supplier": found})


@require_http_methods(["GET", "POST"])
def supplier_page(request: HttpRequest, slug: str, supplier_id: UUID) -> HttpResponse:
    """A supplier with their catalogue, its form, and the newest orders."""
    require(request.actor, EDIT if request.method == "POST" else VIEW)
    found, form = supplier_by_id(supplier_id), CatalogueForm(posted(request))
    if request.method == "POST" and attempt(form, lambda: _set_item(found, form)):
        return settled(request, reverse("dashboard:supplier", args=[slug, supplier_id]), _("Catalogue saved."))
    page = list_page(request, catalogue_of(supplier_id), order=("-id",))
    took = measured_lead_times([each.item_id for each in page.rows])
    for each in page.rows:
        each.took = took.get((supplier_id, each.item_id))
    context = {
        "supplier": found,
        "punctual": punctuality_of([supplier_id]).get(supplier_id),
        "form": form,
        "page": page,
        "orders": purchase_orders(supplier_id=supplier_id).order_by("-id")[:NEWEST_ORDERS],
        "may_edit": request.actor.permits(EDIT),
    }
    return page_of_form(request, "dashboard/inventory/supplier.html", context)


@require_POST
def item_remove(request: HttpRequest, slug: str, supplieritem_id: UUID) -> HttpResponse:
    """Out of the catalogue."""
    require(request.actor, EDIT)
    row = SupplierItem.objects.filter(id=supplieritem_id).first()
    remove_supplier_item(supplieritem_id=supplieritem_id)
    url = reverse("dashboard:supplier", args=[slug, row.supplier_id])
    return settled(request, url, _("Removed from the catalogue."))


def _given(form: SupplierForm) -> dict:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


def _set_item(supplier: Supplier, form: CatalogueForm) -> SupplierItem:
    given = dict(form.cleaned_data)
    sku = given.pop("sku")
    item = resolve_skus([sku]).get(sku)
    if item is None:
        raise Invalid.field("sku", _("No item is called “%s”.") % sku, "unknown_item")
    return set_supplier_item(supplier_id=supplier.id, item_id=item.id, **given)
