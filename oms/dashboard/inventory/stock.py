"""The stock list: what can be sold, and where it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.models import Location
from inventory.queries import catalogue, stock_rows, visible_locations
from oms.core.actors import require
from oms.dashboard.lists import SIZE, linked


@require_safe
def stock_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Items by SKU with what is available, on hand and reserved, in all and per location."""
    require(request.actor, "stock.view")
    text, origin = request.GET.get("q", "").strip(), request.GET.get("origin", "")
    origin = origin if origin == "import" else ""
    locations = locations_in_order()
    location = chosen_location(request, locations)
    page = stock_rows(
        text=text,
        location_id=location and location.id,
        origin=origin,
        size=SIZE,
        cursor=request.GET.get("cursor", ""),
    )
    page = linked(request, page)
    thumbs = catalogue.thumbnails_of([row.item.id for row in page.rows])
    context = {
        "page": page,
        "rows": [(row, thumbs.get(row.item.id, "")) for row in page.rows],
        "query": text,
        "locations": locations,
        "location": location,
        "origin": origin,
        "filtered": bool(text or location or origin),
        "without": addresses_without(request, ("q", "location", "origin")),
        "views": [
            {"url": "?", "name": _("All items"), "current": not origin},
            {"url": "?origin=import", "name": _("Named by a file first"), "current": bool(origin)},
        ],
        "may_receive": request.actor.permits("stock.receive"),
        "may_edit": request.actor.permits("items.edit"),
    }
    return render(request, "dashboard/inventory/stock.html", context)


def locations_in_order() -> list[Location]:
    """The locations this person may see, the preferred first."""
    return list(visible_locations().order_by("priority", "id"))


def chosen_location(request: HttpRequest, locations: list[Location]) -> Location | None:
    """The location that the address narrows to; anything else narrows to none."""
    wanted = request.GET.get("location", "")
    return next((each for each in locations if str(each.id) == wanted), None)


def addresses_without(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    """For each filter, this page without it: what its chip's cross leads to."""
    found = {}
    for name in names:
        parameters = request.GET.copy()
        for gone in (name, "cursor"):
            parameters.pop(gone, None)
        found[name] = f"?{parameters.urlencode()}"
    return found
