"""Exceptions: what stopped, why, and the page that fixes it, oldest cause first on its own tab."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oms.core.actors import require
from oms.dashboard.lists import list_page
from oms.dashboard.vocabulary import HOLD
from orders.models import Hold
from orders.queries import visible_orders
from orders.queries.overview import open_holds_by_kind


def exceptions(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.actor, "orders.view")
    kind = request.GET.get("kind", "")
    held = Hold.objects.filter(lifted_at__isnull=True)
    if kind in HOLD:
        held = held.filter(kind=kind)
    page = list_page(request, held, order=("-set_at", "-id"))
    orders = {each.id: each for each in visible_orders().filter(id__in=[hold.order_id for hold in page.rows])}
    rows = [(hold, orders[hold.order_id]) for hold in page.rows if hold.order_id in orders]
    counts = open_holds_by_kind()
    tabs = [(code, status.word, counts.get(code, 0), code == kind) for code, status in HOLD.items() if counts.get(code)]
    return render(
        request,
        "dashboard/orders/exceptions.html",
        {"page": page, "rows": rows, "tabs": tabs, "kind": kind, "total": sum(counts.values())},
    )
