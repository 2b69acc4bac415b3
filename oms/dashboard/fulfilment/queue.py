"""What must leave this building, in what order; pick lists on paper; and what could not be picked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fulfillment import lifecycle
from fulfillment.floor.queries import QUEUE_ORDER, short_picks, work_queue
from fulfillment.printing import pick_list_pdf
from inventory.models import Location
from oms.core.actors import require
from oms.core.errors import Invalid
from oms.core.paging import capped_count
from oms.core.tenancy import unit
from oms.dashboard.fulfilment.forms import SHORT_WORDS
from oms.dashboard.inventory.stock import locations_in_order
from oms.dashboard.lists import list_page

PAGE = 25
COOKIE = "floor-location"
STAGES = {
    "": lifecycle.OPEN,
    "to_pick": (lifecycle.RELEASED,),
    "picking": (lifecycle.PICKING,),
    "to_pack": (lifecycle.PICKED, lifecycle.PACKING),
    "packed": (lifecycle.PACKED,),
}


@require_safe
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The work queue of one location, or of all: the most pressing first."""
    require(request.actor, "fulfillment.view")
    locations = locations_in_order()
    location = location_of(request, locations)
    stage = request.GET.get("stage", "") if request.GET.get("stage", "") in STAGES else ""
    mine = "mine" in request.GET
    rows = work_queue(
        location_id=location and location.id, states=STAGES[stage], picker_id=request.actor.id if mine else ""
    )
    context = {
        "page": list_page(request, rows, order=QUEUE_ORDER, size=PAGE),
        "count": capped_count(rows.select_related(None)),
        "views": _views(stage, mine),
        "locations": locations,
        "location": location,
        "stage": stage,
        "mine": mine,
        "now": unit().now,
    }
    response = render(request, "dashboard/fulfilment/queue.html", context)
    if "location" in request.GET:
        response.set_cookie(COOKIE, str(location.id) if location else "", max_age=31_536_000, samesite="Lax")
    return response


def location_of(request: HttpRequest, locations: list[Location]) -> Location | None:
    """The location this person works at: what the address says, else what they chose last."""
    wanted = request.GET.get("location", request.COOKIES.get(COOKIE, ""))
    return next((each for each in locations if str(each.id) == wanted), None)


def _views(stage: str, mine: bool) -> list[dict]:
    words = {
        "": _("All"), "to_pick": _("To pick"), "picking": _("Picking"), "to_pack": _("To pack"), "packed": _("Packed"),
    }  # fmt: skip
    views = [
        {"url": f"?stage={name}", "name": word, "current": name == stage and not mine} for name, word in words.items()
    ]
    return [*views, {"url": "?mine=1", "name": _("Mine"), "current": mine}]


@require_safe
def pick_lists(request: HttpRequest, slug: str) -> HttpResponse:
    """The pick lists of the work that was chosen, on paper."""
    require(request.actor, "fulfillment.view")
    numbers = [int(each) for each in request.GET.getlist("work")[:PAGE] if each.isdecimal() and len(each) < 16]
    works = list(work_queue().filter(number__in=numbers).order_by(*QUEUE_ORDER))
    if not works:
        raise Invalid.field("work", _("Choose at least one piece of work that is still here."), "required")
    response = HttpResponse(pick_list_pdf(works), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="pick-list.pdf"'
    return response


@require_safe
def shorts(request: HttpRequest, slug: str) -> HttpResponse:
    """What was not where the book has it, and what became of the orders."""
    require(request.actor, "fulfillment.view")
    page = list_page(request, short_picks(), order=("-id",), size=PAGE)
    for each in page.rows:
        each.words = SHORT_WORDS[each.reason]
    context = {"page": page}
    return render(request, "dashboard/fulfilment/shorts.html", context)
