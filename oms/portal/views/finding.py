"""Into the order: by what is in the confirmation mail, or by the link in it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oms.core.errors import NotFound
from oms.core.links import LinkRefused, order_of_token
from oms.portal.door import order_of_visit, shop_page
from oms.portal.finding import any_spelling, find_order
from oms.portal.limits import check_limits, forgive
from oms.portal.places import place_of
from oms.portal.session import Visit, remember
from oms.portal.views.order import order_response
from orders.queries import order_by_id


class LookupForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Order number"), max_length=80,
        help_text=gettext_lazy("In your confirmation mail, like #10482."),
        error_messages={"required": gettext_lazy("Enter the order number from your confirmation mail.")},
    )  # fmt: skip
    contact = forms.CharField(
        label=gettext_lazy("E-mail address, phone or postcode of the order"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Enter the e-mail address, phone or postcode from the order.")},
    )  # fmt: skip


@shop_page
@require_http_methods(["GET", "POST"])
def lookup(request: HttpRequest, slug: str) -> HttpResponse:
    """One answer for every mismatch, whatever it was."""
    form = LookupForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        known = order_of_visit(request) if request.method == "GET" else None
        context = {"form": form, "known": known}
        return render(request, "portal/lookup.html", context, status=422 if form.errors else 200)
    given = form.cleaned_data
    tried = {
        "place": place_of(request), "number": any_spelling(given["number"]), "contact": any_spelling(given["contact"]),
    }  # fmt: skip
    check_limits(request.merchant.id, tried)
    found = find_order(number=given["number"], contact=given["contact"])
    if found is None:
        return render(request, "portal/lookup.html", {"form": form, "missed": True}, status=422)
    forgive(request.merchant.id, tried)
    response = redirect("portal:order", slug=slug)
    visit = Visit(found.order.id, knows=found.proves_contact)
    remember(response, visit, slug=slug, tenant_public_id=request.merchant.public_id)
    return response


@shop_page
@require_safe
def by_link(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The link from a mail shows the order at once; what is personal, or changes it, asks for a code."""
    tried = {"place": place_of(request)}
    check_limits(request.merchant.id, tried)
    order_id = order_of_token(request.merchant, token)
    try:
        order = order_by_id(order_id)
    except NotFound:
        raise LinkRefused(_("This link does not work. Look your order up by its number.")) from None
    forgive(request.merchant.id, tried)
    same = request.visit is not None and request.visit.order_id == order.id
    visit = Visit(order.id, proved=same and request.visit.proved)
    request.visit = visit
    response = order_response(request, order)
    remember(response, visit, slug=slug, tenant_public_id=request.merchant.public_id)
    return response
