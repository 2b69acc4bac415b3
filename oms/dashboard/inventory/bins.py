"""Bins: those of a location, one with what is in it, and putting goods away by scan."""

from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from inventory.actions.bins import EDIT, VERB, create_bins, delete_bin, put_away, update_bin
from inventory.models import Bin, Location
from inventory.queries import resolve_skus
from inventory.queries.bins import (
    WALK,
    bin_by_code,
    bin_by_id,
    bins_of,
    contents_of_bin,
    locations_with_bins,
    to_put_away,
)
from inventory.queries.lookup import visible_locations
from inventory.stock.bins import BULK, CODE_MAX, PICK, RECEIVING
from oms.core.actors import require
from oms.core.errors import Invalid, NotFound, OmsError
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import LinesField
from oms.dashboard.lists import list_page

KINDS = [
    (PICK, gettext_lazy("Picked from")), (BULK, gettext_lazy("Bulk")), (RECEIVING, gettext_lazy("Receiving")),
]  # fmt: skip


class NewBinsForm(PlainForm):
    codes = LinesField(
        label=gettext_lazy("Bins"), help_text=gettext_lazy("One code per line, in the order of the walk, like A-01-3.")
    )
    kind = forms.ChoiceField(label=gettext_lazy("What for"), choices=KINDS)


class BinForm(PlainForm):
    kind = forms.ChoiceField(label=gettext_lazy("What for"), choices=KINDS)
    place = forms.IntegerField(
        label=gettext_lazy("Place in the walk"), min_value=0, help_text=gettext_lazy("The lowest comes first.")
    )


def _scanned(label: str, **options) -> forms.CharField:
    """Takes the scan itself, instead of searching for it."""
    attrs = {"autocomplete": "off", "spellcheck": "false", "data-scan": "field"}
    return forms.CharField(label=label, max_length=100, widget=forms.TextInput(attrs=attrs), **options)


class PutAwayForm(PlainForm):
    """Scan the item, scan the bin."""

    location = forms.TypedChoiceField(label=gettext_lazy("Location"), coerce=UUID)
    item = _scanned(gettext_lazy("Item"), help_text=gettext_lazy("Scan the item, then the bin."))
    bin = _scanned(gettext_lazy("Bin"))
    quantity = forms.IntegerField(label=gettext_lazy("Units"), min_value=1, initial=1)
    from_bin = _scanned(
        gettext_lazy("Out of bin"), required=False, help_text=gettext_lazy("Empty: what lies in no bin yet.")
    )

    def __init__(self, *args, locations: list[Location], **options) -> None:
        super().__init__(*args, **options)
        self.fields["item"].widget.attrs["data-focus-on-load"] = ""
        self.fields["location"].choices = [(each.id, each.name) for each in locations]

    def move(self) -> tuple[str, Bin]:
        """Carry it out; returns the item's SKU and the bin. Raises what stands against it."""
        given = self.cleaned_data
        item = resolve_skus([given["item"]]).get(given["item"])
        if item is None:
            raise Invalid.field("item", _("No item has this SKU or barcode."), "unknown_item")
        target, source = self._bin("bin"), self._bin("from_bin") if given["from_bin"] else None
        put_away(item_id=item.id, bin_id=target.id, quantity=given["quantity"], from_bin_id=source and source.id)
        return item.sku, target

    def _bin(self, field: str) -> Bin:
        found = bin_by_code(self.cleaned_data["location"], self.cleaned_data[field][:CODE_MAX])
        if found is None:
            raise Invalid.field(field, _("This location has no such bin."), "unknown_bin")
        return found


@require_http_methods(["GET", "POST"])
def bin_list(request: HttpRequest, slug: str, location_id: UUID) -> HttpResponse:
    """A location's bins in the order of its walk, and a form for more."""
    require(request.actor, EDIT if request.method == "POST" else "stock.view")
    place = visible_locations().filter(id=location_id).first()
    if place is None:
        raise NotFound("There is no such location.")
    form = NewBinsForm(posted(request))
    if request.method == "POST" and attempt(form, lambda: create_bins(location_id=location_id, **form.cleaned_data)):
        return settled(request, request.path, _("Bins added."))
    page = list_page(request, bins_of(location_id), order=WALK)
    context = {"place": place, "page": page, "form": form, "may_edit": request.actor.permits(EDIT)}
    return page_of_form(request, "dashboard/inventory/bins.html", context)


@require_http_methods(["GET", "POST"])
def bin_page(request: HttpRequest, slug: str, bin_id: UUID) -> HttpResponse:
    """What is in it, and what it is for."""
    require(request.actor, EDIT if request.method == "POST" else "stock.view")
    found = bin_by_id(bin_id)
    form = BinForm(posted(request), initial={"kind": found.kind, "place": found.place})
    if request.method == "POST" and attempt(form, lambda: update_bin(bin_id=bin_id, **form.cleaned_data)):
        return settled(request, request.path, _("Bin saved."))
    return _page(request, found, form)


@require_POST
def bin_remove(request: HttpRequest, slug: str, bin_id: UUID) -> HttpResponse:
    """Only an empty one."""
    require(request.actor, EDIT)
    found = bin_by_id(bin_id)
    try:
        with transaction.atomic():
            delete_bin(bin_id=bin_id)
    except OmsError as refusal:
        form = BinForm(initial={"kind": found.kind, "place": found.place})
        return _page(request, found, form, problem=refusal.message, status=refusal.status)
    return settled(request, reverse("dashboard:bins", args=[slug, found.location_id]), _("Bin removed."))


@require_http_methods(["GET", "POST"])
def put_away_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Scan item, scan bin; below stands what lies in no bin yet."""
    require(request.actor, VERB)
    locations = locations_with_bins()
    form = PutAwayForm(posted(request), locations=locations, initial={"location": request.GET.get("location", "")})
    names = {"item_id": "item", "from_bin_id": "from_bin"}
    if request.method == "POST" and (done := attempt(form, form.move, names=names)):
        sku, target = done.value
        url = f"{reverse('dashboard:put_away', args=[slug])}?location={target.location_id}"
        message = _("%(units)s × %(sku)s in bin %(bin)s.")
        message %= {"units": form.cleaned_data["quantity"], "sku": sku, "bin": target.code}
        return settled(request, url, message)
    chosen = request.POST.get("location") or request.GET.get("location", "")
    place = next((each for each in locations if str(each.id) == chosen), locations[0] if locations else None)
    context = {"form": form, "place": place, "waiting": to_put_away(place.id) if place else []}
    return page_of_form(request, "dashboard/inventory/put_away.html", context)


def _page(request: HttpRequest, found: Bin, form: BinForm, *, problem: str = "", status: int = 0) -> HttpResponse:
    context = {
        "bin": found, "form": form, "contents": contents_of_bin(found.id), "problem": problem,
        "may_edit": request.actor.permits(EDIT),
    }  # fmt: skip
    answer = page_of_form(request, "dashboard/inventory/bin.html", context)
    answer.status_code = status or answer.status_code
    return answer
