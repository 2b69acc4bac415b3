"""A code by mail, once, before anything personal is shown or changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oms.core.errors import Invalid
from oms.portal.door import order_page, refused_words
from oms.portal.limits import check_limits, forgive
from oms.portal.places import place_of
from oms.portal.session import Visit, remember
from oms.portal.verifying import check_code, masked, send_code
from orders.models import Order


@order_page
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """GET asks whether to send a code; a POST without a code sends it, one with it checks it."""
    onward = _onward(request, slug)
    context = {"order": order, "masked": masked(order.email) if order.email else "", "next": onward}
    if request.method == "GET":
        return render(request, "portal/verify.html", context)
    if "code" not in request.POST:
        check_limits(request.merchant.id, _tried(request, order))
        send_code(order=order)
        return render(request, "portal/verify.html", context | {"sent": True})
    return _checked(request, slug, order, context | {"sent": True})


def _checked(request: HttpRequest, slug: str, order: Order, context: dict) -> HttpResponse:
    try:
        right = check_code(order=order, code=request.POST["code"])
    except Invalid as ended:
        return render(
            request, "portal/verify.html", context | {"error": refused_words(ended), "sent": False}, status=422
        )
    if not right:
        words = _("That is not the code we sent. Look at the newest mail, and type its six digits.")
        response = render(request, "portal/verify.html", context | {"error": words}, status=422)
        # The wrong try is counted, whatever the answer.
        response.keeps = True
        return response
    forgive(request.merchant.id, _tried(request, order))
    response = redirect(context["next"])
    visit = Visit(order.id, proved=True)
    remember(response, visit, slug=slug, tenant_public_id=request.merchant.public_id)
    return response


def _tried(request: HttpRequest, order: Order) -> dict[str, str]:
    """What sending a code counts as; the right code takes it back."""
    return {"code": str(order.id), "place": place_of(request)}


def _onward(request: HttpRequest, slug: str) -> str:
    """Where to go afterwards: only pages of this shop."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if wanted.startswith(f"/p/{slug}/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return f"/p/{slug}/order/"
