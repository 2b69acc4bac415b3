"""Where is it, when does it come, and what can I do now?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from oms.portal.door import order_page, shop_page
from oms.portal.order_view import view_of
from oms.portal.session import forget
from oms.portal.telling import STEP_WORDS, STEPS
from oms.portal.verifying import masked
from orders.models import Order


@order_page
@require_safe
def show(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    return order_response(request, order)


@shop_page
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """On a borrowed phone: forget which order was looked at."""
    response = redirect("portal:lookup", slug=slug)
    forget(response, slug=slug)
    return response


def order_response(request: HttpRequest, order: Order, *, status: int = 200, **extra: object) -> HttpResponse:
    """The page of one order; ``extra`` is what a refused step leaves to show."""
    view = view_of(order, request.merchant)
    at = STEPS.index(view.told.step) if view.told.step else -1
    context = {
        "view": view,
        "order": order,
        "proved": request.visit is not None and request.visit.proved,
        "knows": request.visit is not None and request.visit.knows,
        "masked": masked(order.email) if order.email else "",
        "steps": [(STEP_WORDS[step], place < at, place == at) for place, step in enumerate(STEPS)],
        "boxes": [(each, STEP_WORDS[each.step]) for each in view.boxes],
        "may_rate": view.may_rate and request.visit is not None and request.visit.knows,
        "scores": range(5, 0, -1),
    }
    return render(request, "portal/order.html", context | extra, status=status)
