"""Products: styles with their variants, each of which is an item."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.actions.catalogue.products import VERB, create_product, update_product
from inventory.models import Product
from inventory.queries import available_by_item, catalogue
from oms.core.actors import require
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import LinesField
from oms.dashboard.lists import list_page


class ProductForm(PlainForm):
    """A product: new, or as it is."""

    name = forms.CharField(label=gettext_lazy("Name"))
    options = LinesField(
        label=gettext_lazy("Options"), help_text=gettext_lazy("What its variants differ by: one per line, like Size.")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


@require_safe
def product_list(request: HttpRequest, slug: str) -> HttpResponse:
    """By name."""
    require(request.actor, "stock.view")
    context = {
        "page": list_page(request, catalogue.products(), order=("name_key", "id")),
        "may_edit": request.actor.permits(VERB),
    }
    return render(request, "dashboard/inventory/products.html", context)


@require_http_methods(["GET", "POST"])
def product_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A name and what its variants differ by; the variants come after."""
    require(request.actor, VERB)
    form = ProductForm(posted(request))

    def save() -> Product:
        return create_product(name=form.cleaned_data["name"], options=form.cleaned_data["options"])

    if request.method == "POST" and (made := attempt(form, save)):
        url = reverse("dashboard:product", args=[slug, made.value.id])
        return settled(request, url, _("%s added. Now add its variants.") % made.value.name)
    return page_of_form(request, "dashboard/inventory/product_form.html", {"form": form, "product": None})


@require_http_methods(["GET", "POST"])
def product_edit(request: HttpRequest, slug: str, product_id: UUID) -> HttpResponse:
    """Change one; refused when somebody else changed it meanwhile."""
    require(request.actor, VERB)
    found = catalogue.product_by_id(product_id)
    names = ("name", "options", "version")
    form = ProductForm(posted(request), initial={name: getattr(found, name) for name in names})

    def save() -> Product:
        given = form.cleaned_data
        return update_product(
            product_id=product_id, name=given["name"], options=given["options"], expected_version=given["version"]
        )

    if request.method == "POST" and attempt(form, save):
        return settled(request, reverse("dashboard:product", args=[slug, product_id]), _("Product saved."))
    return page_of_form(request, "dashboard/inventory/product_form.html", {"form": form, "product": found})


@require_safe
def product_page(request: HttpRequest, slug: str, product_id: UUID) -> HttpResponse:
    """Its variants, one row each, with a column for each option."""
    require(request.actor, "stock.view")
    found, variants = catalogue.product_by_id(product_id), catalogue.variants_of(product_id)
    stock = available_by_item([each.id for each in variants])
    thumbs = catalogue.thumbnails_of([each.id for each in variants])
    context = {
        "product": found,
        "variants": [(each, stock[each.id], thumbs.get(each.id, "")) for each in variants],
        "may_edit": request.actor.permits(VERB),
    }
    return render(request, "dashboard/inventory/product.html", context)
