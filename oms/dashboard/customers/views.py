"""Who is this, and what have they been through?"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oms.core.actors import require
from oms.core.errors import Invalid
from oms.dashboard.lists import list_page
from oms.desk.customer_story import customer_story
from oms.desk.privacy import CUSTOMERS
from orders.models import Customer
from orders.queries.customers import bought_by, customers


@require_safe
def customer_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest first; a search finds them by their orders: name, e-mail, phone, number, what they bought."""
    require(request.actor, CUSTOMERS)
    text = request.GET.get("q", "").replace("\0", "").strip()
    try:
        rows, problem = customers(text=text), ""
    except Invalid as error:
        rows, problem = Customer.objects.none(), error.fields[0].message
    page = list_page(request, rows, order=("-created_at", "-id"))
    bought = bought_by([each.id for each in page.rows])
    context = {
        "page": page,
        "rows": [{"customer": each, "bought": bought.get(each.id, [])} for each in page.rows],
        "query": text,
        "problem": problem,
    }
    return render(request, "dashboard/customers/list.html", context)


@require_safe
def customer_page(request: HttpRequest, slug: str, customer_id: UUID) -> HttpResponse:
    """The whole story with one person."""
    require(request.actor, CUSTOMERS)
    require(request.actor, "orders.view")
    story = customer_story(customer_id)
    numbers = {order.id: order.number for order in story.orders}
    context = {
        "story": story,
        "customer": story.customer,
        "parcels": [{"shipment": each, "number": numbers.get(each.subject_id)} for each in story.parcels],
        "sees_returns": request.actor.permits("returns.view"),
        "sees_messages": request.actor.permits("messages.view"),
        "may_place": request.actor.permits("orders.place"),
    }
    return render(request, "dashboard/customers/customer.html", context)
