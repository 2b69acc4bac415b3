"""Correct where it goes, until we begin on it. The country stays: tax and shipping were agreed for it."""

from dataclasses import replace

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from oms.core.addresses import LENGTH_MAX, Address, address_problems
from oms.core.errors import Conflict, Invalid, OmsError
from oms.core.formatting import Formats
from oms.portal.door import answered_once, proved_page, refused_words
from oms.portal.order_view import cancelable
from orders.actions.edit import edit_order
from orders.locks import lock_order
from orders.models import Order
from orders.queries import lines_of, order_by_id

# Changing these moves the place; what was known of its coordinates is then worth nothing.
PLACE = ("line1", "line2", "city", "region", "postcode")


def _part(label: str, complete: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LENGTH_MAX, widget=forms.TextInput(attrs={"autocomplete": complete}),
        error_messages={"required": gettext_lazy("Enter who it is for.")},
    )  # fmt: skip


class AddressForm(forms.Form):
    """Shape only: which parts a country needs is `address_problems`' to say."""

    name = _part(gettext_lazy("Name"), "name", required=True)
    company = _part(gettext_lazy("Company (optional)"), "organization")
    line1 = _part(gettext_lazy("Street and number"), "address-line1")
    line2 = _part(gettext_lazy("Floor, building or the like (optional)"), "address-line2")
    postcode = _part(gettext_lazy("Postcode"), "postal-code")
    city = _part(gettext_lazy("Town or city"), "address-level2")
    region = _part(gettext_lazy("State or region (where there is one)"), "address-level1")

    def address(self, before: Address) -> Address:
        """What was typed, with what is not asked for kept from ``before``. Raises `Invalid`, naming the fields."""
        typed = self.cleaned_data
        moved = any(typed[name] != getattr(before, name) for name in PLACE)
        address = replace(before, **typed, **({"latitude": None, "longitude": None} if moved else {}))
        if problems := address_problems(address):
            raise Invalid(problems[0].message, fields=problems)
        return address

    def refuse(self, refusal: OmsError) -> None:
        """Each problem beside its field; what is about no field here, above them all."""
        for problem in refusal.fields:
            field = problem.field.rpartition(".")[2]
            self.add_error(field if field in self.fields else None, problem.message)
        if not refusal.fields:
            self.add_error(None, refused_words(refusal))


@proved_page
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """The address as it is, to be corrected; saved by the same action as a colleague's edit."""
    if request.method == "POST":
        return answered_once(request, lambda: _saved(request, slug, order))
    known = Address.from_json(order.ship_to)
    form = AddressForm(initial={name: getattr(known, name) for name in AddressForm.base_fields})
    return _page(request, order, form)


def _saved(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, order, form, status=422)
    try:
        with transaction.atomic():
            _correct(request, order, form)
    except OmsError as refusal:
        form.refuse(refusal)
        return _page(request, order_by_id(order.id), form, status=refusal.status)
    return redirect("portal:order", slug=slug)


def _correct(request: HttpRequest, order: Order, form: AddressForm) -> None:
    """Under the order's lock, so that neither the floor nor a colleague comes in between."""
    fresh = lock_order(order.id)
    if not _in_time(request, fresh):
        raise Conflict(_("It is too late to change the address here. Nothing was changed. Please write to us."))
    if request.POST.get("version") != str(fresh.version):
        raise Conflict(_("Your order was changed meanwhile. Nothing was saved: look at it again, then save once more."))
    edit_order(order_id=order.id, ship_to=form.address(Address.from_json(fresh.ship_to)))


def _in_time(request: HttpRequest, order: Order) -> bool:
    until, _why_not = cancelable(order, lines_of([order.id]).get(order.id, []), request.merchant)
    return until is not None


def _page(request: HttpRequest, order: Order, form: AddressForm, *, status: int = 200) -> HttpResponse:
    code = order.ship_to.get("country", "")
    country = Formats.of(request.merchant).locale.territories.get(code, code)
    context = {"order": order, "form": form, "in_time": _in_time(request, order), "country": country}
    return render(request, "portal/address.html", context, status=status)
