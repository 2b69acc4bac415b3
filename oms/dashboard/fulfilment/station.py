"""Picking and packing by scan: one instruction at a time, and a verdict for every scan."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fulfillment import lifecycle
from fulfillment.actions.pack import UNVERIFIED
from fulfillment.actions.picking import undo_scan
from fulfillment.actions.scan import Verdict, record_scan
from fulfillment.floor.queries import work_by_number
from fulfillment.floor.shelf_life import good_until, lots_to_take
from fulfillment.floor.views import WORK, WorkView, allowed_on, view_of
from fulfillment.models import FulfillmentOrder
from inventory.queries.catalogue import thumbnails_of
from oms.core.actors import require
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, OmsError
from oms.core.files import signed_link
from oms.dashboard.fulfilment.forms import BoxForm
from orders.models import Order
from shipping.models import LabelPurchase

PICKING = (lifecycle.RELEASED, lifecycle.PICKING)
WAITING = (LabelPurchase.DUE, LabelPurchase.BUYING, LabelPurchase.UNKNOWN, LabelPurchase.VOIDING)


@require_safe
def pick(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Where next, what, how many? Work that is picked goes on to packing."""
    require(request.actor, "fulfillment.view")
    work = work_by_number(number)
    if work.state not in PICKING:
        return redirect("dashboard:work_pack", slug=slug, number=number)
    return show(request, work)


@require_safe
def pack_station(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Is everything right for this box and its label?"""
    require(request.actor, "fulfillment.view")
    work = work_by_number(number)
    if work.state in PICKING:
        return redirect("dashboard:work_pick", slug=slug, number=number)
    return show(request, work)


@require_POST
def scan(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Judge a scan. Sent twice (a reload), it counts once and looks the same."""
    require(request.actor, WORK)
    work = work_by_number(number)
    try:
        with transaction.atomic():
            verdict = record_scan(
                fulfillment_order_id=work.id, scan_id=_scan_id(request), code=request.POST.get("code", ""),
                typed="typed" in request.POST,
            )  # fmt: skip
    except OmsError as refusal:
        return show(request, work, problem=refusal)
    return show(request, work_by_number(number), verdict=verdict)


@require_POST
def undo(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    require(request.actor, WORK)
    work = work_by_number(number)
    try:
        with transaction.atomic():
            undo_scan(fulfillment_order_id=work.id)
    except OmsError as refusal:
        return show(request, work, problem=refusal)
    return show(request, work_by_number(number), undone=True)


@require_safe
def parcels(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The parcels and their labels, asked for again while a label is being bought."""
    require(request.actor, "fulfillment.view")
    view = view_of(work_by_number(number))
    seen = seen_of(view)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return render(request, "dashboard/fulfilment/parcels.html", context_of(request, view))


def show(
    request: HttpRequest,
    work: FulfillmentOrder,
    *,
    verdict: Verdict | None = None,
    problem: OmsError | None = None,
    undone: bool = False,
    form: BoxForm | None = None,
) -> HttpResponse:
    """The station, or for its own script only what changes on it."""
    context = context_of(request, view_of(work)) | {"verdict": verdict, "problem": problem, "undone": undone}
    if form is not None:
        context["form"] = form
    page = "station_body" if request.headers.get("X-Station") else "station"
    status = problem.status if problem else 422 if form is not None and form.errors else 200
    return render(request, f"dashboard/fulfilment/{page}.html", context, status=status)


def context_of(request: HttpRequest, view: WorkView) -> dict:
    work = view.work
    allowed = {each.verb: each for each in allowed_on(work, request.actor)}
    stops = view.picks if work.state in PICKING else view.packs
    return {
        "view": view,
        "thumb": thumbnails_of([view.stop.item_id]).get(view.stop.item_id, "") if view.stop else "",
        "work": work,
        "order": work.order,
        "stops": stops,
        "lots": _lots(view),
        "stage": "pick" if work.state in PICKING else "pack",
        "done": sum(stop.done for stop in stops),
        "wanted": sum(stop.wanted for stop in stops),
        "allowed": allowed,
        "scannable": work.state in (lifecycle.PICKING, lifecycle.PICKED, lifecycle.PACKING),
        "is_mine": work.picker_id == request.actor.id,
        "may_skip": request.actor.permits(UNVERIFIED, location_id=work.location_id),
        "next_scan_id": uuid7(),
        "form": BoxForm(initial={"weight_g": view.expected_g}),
        "boxes": [_box(view, parcel) for parcel in view.parcels],
        "held": _held(work.order),
        "seen": seen_of(view),
        "waiting": any(purchase.state in WAITING for purchase in view.purchases.values()),
    }


def _lots(view: WorkView) -> list[tuple]:
    """The lots to take next, where the item at hand is tracked by lot."""
    line = next((each for each in view.lines if view.stop and each.id == view.stop.line_id), None)
    if line is None or not line.item.tracks_lots or not line.to_pick:
        return []
    work, good_on = view.work, good_until([view.work.order])[view.work.order_id]
    return lots_to_take(item_id=line.item_id, location_id=work.location_id, units=line.to_pick, good_on=good_on)


def _box(view: WorkView, parcel) -> dict:
    shipment, purchase = parcel.shipment, view.purchases.get(parcel.shipment_id)
    pdf = shipment.label_pdf_id if shipment else None
    return {
        "parcel": parcel,
        "shipment": shipment,
        "error": purchase.error if purchase and purchase.state == LabelPurchase.FAILED else "",
        "waiting": bool(purchase and purchase.state in WAITING),
        "contents": view.contents.get(parcel.id, []),
        "label_url": signed_link(pdf) if pdf else "",
    }


def seen_of(view: WorkView) -> str:
    """Changes with everything the parcels' part shows."""
    labels = [view.purchases[each.shipment_id].state for each in view.parcels if each.shipment_id in view.purchases]
    return ".".join([str(view.work.version), *labels])


def _held(order: Order) -> bool:
    return order.open_holds > 0


def _scan_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("scan_id", ""))
    except ValueError:
        raise Invalid.field("scan_id", "This scan carries no id of its own. Load the page again.", "bad_id") from None
