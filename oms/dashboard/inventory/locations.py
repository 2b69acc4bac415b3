"""Locations: where stock is kept and orders ship from, and which comes first."""

from uuid import UUID

from django import forms
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.actions.locations import create_location, reorder_locations, update_location
from inventory.models import IN_TRANSIT, Balance, Location
from inventory.places import KINDS
from inventory.queries import visible_locations
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import ADDRESS_FIELDS, LocationForm, location_values
from oms.dashboard.inventory.stock import locations_in_order

ADDRESS_NAMES = {f"address.{name}": name for name in ADDRESS_FIELDS}


class MoveForm(PlainForm):
    direction = forms.ChoiceField(choices=[("up", gettext_lazy("Up")), ("down", gettext_lazy("Down"))])


@require_safe
def location_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The locations in the order in which routing prefers them."""
    require(request.actor, "locations.view")
    locations = locations_in_order()
    units = dict(
        Balance.objects.filter(location_id__in=[each.id for each in locations])
        .exclude(state=IN_TRANSIT)
        .values("location_id")
        .annotate(units=Sum("on_hand"))
        .values_list("location_id", "units")
    )
    context = {
        "locations": [(each, KINDS[each.kind], units.get(each.id, 0)) for each in locations],
        "may_edit": request.actor.permits("locations.edit"),
    }
    return page_of_form(request, "dashboard/inventory/locations.html", context)


@require_http_methods(["GET", "POST"])
def location_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a location; it begins with the business's own country and time zone."""
    require(request.actor, "locations.edit")
    initial = {"timezone": request.merchant.timezone, "country": request.merchant.country}
    form = LocationForm(posted(request), initial=initial)
    if request.method == "POST":
        done = attempt(form, lambda: create_location(**form.values({})), names=ADDRESS_NAMES)
        if done:
            return settled(request, reverse("dashboard:locations", args=[slug]), _("%s added.") % done.value.name)
    return page_of_form(request, "dashboard/inventory/location_form.html", {"form": form, "location": None})


@require_http_methods(["GET", "POST"])
def location_edit(request: HttpRequest, slug: str, location_id: UUID) -> HttpResponse:
    """Change a location; refused when somebody else changed it meanwhile."""
    location = _location(location_id)
    require(request.actor, "locations.edit", location_id=location_id)
    form = LocationForm(posted(request), initial=location_values(location))

    def save() -> Location:
        return update_location(
            location_id=location_id,
            changes=form.values(location.address),
            expected_version=form.cleaned_data["version"],
        )

    if request.method == "POST" and attempt(form, save, names=ADDRESS_NAMES):
        return settled(request, reverse("dashboard:locations", args=[slug]), _("%s saved.") % location.name)
    return page_of_form(request, "dashboard/inventory/location_form.html", {"form": form, "location": location})


@require_POST
def location_move(request: HttpRequest, slug: str, location_id: UUID) -> HttpResponse:
    """One place up or down among all locations; at an end nothing moves."""
    require(request.actor, "locations.edit", location_id=location_id)
    location, form = _location(location_id), MoveForm(request.POST)
    if form.is_valid():
        every = list(Location.objects.order_by("priority", "id").values_list("id", flat=True))
        reorder_locations(location_ids=_moved(every, location_id, form.cleaned_data["direction"]))
    message = _("Order of locations saved: %s moved.") % location.name
    return settled(request, reverse("dashboard:locations", args=[slug]), message)


def _moved(ids: list[UUID], chosen: UUID, direction: str) -> list[UUID]:
    at = ids.index(chosen)
    to = max(0, at - 1) if direction == "up" else min(len(ids) - 1, at + 1)
    ids[at], ids[to] = ids[to], ids[at]
    return ids


def _location(location_id: UUID) -> Location:
    location = visible_locations().filter(id=location_id).first()
    if location is None:
        raise NotFound("There is no such location here.")
    return location
