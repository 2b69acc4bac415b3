"""What is packed and waits to leave: labels for many, hand-over of many."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from fulfillment.actions.dispatch import dispatch_parcels
from fulfillment.actions.label import request_labels
from fulfillment.floor.queries import waiting_parcels
from fulfillment.floor.views import HAND_OVER, LABEL
from oms.core.actors import require
from oms.core.errors import OmsError
from oms.dashboard.fulfilment.queue import PAGE, location_of
from oms.dashboard.inventory.stock import locations_in_order
from oms.dashboard.lists import list_page
from shipping.models import LabelPurchase
from shipping.queries import newest_purchases

ACTS = {"labels": (LABEL, request_labels), "hand_over": (HAND_OVER, dispatch_parcels)}
REFUSALS_SHOWN = 5


@require_http_methods(["GET", "POST"])
def ship(request: HttpRequest, slug: str) -> HttpResponse:
    """Parcels that are packed; a page of them at most is labelled or handed over at once."""
    require(request.actor, "fulfillment.view")
    if request.method == "POST":
        _act(request)
        return redirect("dashboard:floor_ship", slug=slug)
    locations = locations_in_order()
    location = location_of(request, locations)
    page = list_page(
        request, waiting_parcels(location_id=location and location.id), order=("packed_at", "id"), size=PAGE
    )
    purchases = newest_purchases([each.shipment_id for each in page.rows if each.shipment_id])
    context = {
        "page": page,
        "rows": [_row(parcel, purchases.get(parcel.shipment_id)) for parcel in page.rows],
        "locations": locations,
        "location": location,
        "may_label": request.actor.permits(LABEL),
        "may_hand_over": request.actor.permits(HAND_OVER),
    }
    return render(request, "dashboard/fulfilment/ship.html", context)


def _row(parcel, purchase: LabelPurchase | None) -> dict:
    failed = purchase is not None and purchase.state == LabelPurchase.FAILED
    return {"parcel": parcel, "shipment": parcel.shipment, "error": purchase.error if failed else ""}


def _act(request: HttpRequest) -> None:
    verb = request.POST.get("verb", "")
    if verb not in ACTS:
        return
    permission, act = ACTS[verb]
    require(request.actor, permission)
    chosen = [each for text in request.POST.getlist("parcel")[:PAGE] if (each := _uuid(text))]
    if not chosen:
        messages.warning(request, _("Choose at least one parcel."))
        return
    answers = act(parcel_ids=chosen)
    refused = [answer.message for answer in answers.values() if isinstance(answer, OmsError)]
    done = len(answers) - len(refused)
    if done and verb == "labels":
        messages.success(request, ngettext("%d label is being bought.", "%d labels are being bought.", done) % done)
    elif done:
        messages.success(request, ngettext("%d parcel handed over.", "%d parcels handed over.", done) % done)
    for sentence in list(dict.fromkeys(refused))[:REFUSALS_SHOWN]:
        messages.warning(request, sentence)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
