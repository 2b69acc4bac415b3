"""One question after the delivery."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from oms.core.errors import OmsError
from oms.portal.door import order_page, refused_words
from oms.portal.views.order import order_response
from orders.actions.rate import rate_order
from orders.models import Order


@order_page
@require_POST
def rate(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """Kept once; a second answer is thanked for and changes nothing."""
    if not request.visit.knows:
        return redirect("portal:order", slug=slug)
    score = request.POST.get("score", "")
    try:
        rate_order(
            order_id=order.id, score=int(score) if score.isdecimal() and len(score) == 1 else 0,
            comment=request.POST.get("comment", ""),
        )  # fmt: skip
    except OmsError as refusal:
        return order_response(request, order, status=refusal.status, rate_error=refused_words(refusal))
    return redirect("portal:order", slug=slug)
