"""Where the parcels are, and which are in trouble."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from oms.core.actors import require
from oms.core.files import signed_link
from oms.dashboard.forms import settled
from oms.dashboard.lists import list_page
from orders.models import Order
from orders.queries import visible_orders
from shipping import queries
from shipping.actions.label import void_label
from shipping.lifecycle import DRAFT, LABELLED
from shipping.models import Shipment

EVENTS_SHOWN = 100


@require_safe
def shipment_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Shipments, the newest first; a tracking number finds its own."""
    require(request.actor, "shipments.view")
    view = request.GET.get("view", "") if request.GET.get("view", "") in queries.VIEWS else ""
    text = request.GET.get("q", "").replace("\0", "").strip()
    rows = queries.shipments(view=view, tracking_number=text)
    page = list_page(request, rows, order=("-created_at", "-id"))
    orders = _orders(page.rows)
    context = {
        "page": page,
        "rows": [{"shipment": each, "order": orders.get(each.subject_id)} for each in page.rows],
        "query": text,
        "view": view,
        "views": _views(view),
        "filtered": bool(text or view),
    }
    return render(request, "dashboard/shipping/list.html", context)


@require_safe
def shipment_page(request: HttpRequest, slug: str, shipment_id: UUID) -> HttpResponse:
    """One parcel's journey."""
    require(request.actor, "shipments.view")
    shipment = queries.shipment(shipment_id)
    purchase = queries.newest_purchases([shipment.id]).get(shipment.id)
    context = {
        "shipment": shipment,
        "order": _orders([shipment]).get(shipment.subject_id),
        "personal": request.actor.permits("customers.view"),
        "events": list(queries.events_of(shipment.id).order_by("-occurred_at", "-id")[:EVENTS_SHOWN]),
        "purchase": purchase,
        "pdf": signed_link(shipment.label_pdf_id) if shipment.label_pdf_id else "",
        "zpl": signed_link(shipment.label_zpl_id) if shipment.label_zpl_id else "",
        "may_void": request.actor.permits("shipments.label") and shipment.state in (DRAFT, LABELLED),
    }
    return render(request, "dashboard/shipping/shipment.html", context)


@require_POST
def void(request: HttpRequest, slug: str, shipment_id: UUID) -> HttpResponse:
    """Give the label back; a refusal is shown as the page says it."""
    require(request.actor, "shipments.label")
    void_label(shipment_id=shipment_id, reason=request.POST.get("reason", ""))
    url = reverse("dashboard:shipment", args=[slug, shipment_id])
    return settled(request, url, _("The label is being given back."), level=messages.SUCCESS)


def _views(current: str) -> list[dict]:
    words = {
        "": _("All"), "exceptions": _("Exceptions"), "late": _("Late"), "no_scan": _("No scan for 24 hours"),
        "under_way": _("Under way"),
    }  # fmt: skip
    return [{"url": f"?view={name}", "name": word, "current": name == current} for name, word in words.items()]


def _orders(shipments: list[Shipment]) -> dict[UUID, Order]:
    """The orders these parcels were made for, as far as this person may see them."""
    ids = {each.subject_id for each in shipments if each.subject_kind == "order"}
    return {order.id: order for order in visible_orders().filter(id__in=ids)} if ids else {}
