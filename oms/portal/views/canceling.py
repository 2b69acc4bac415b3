"""Cancel, while there is time; afterwards ask, with an honest answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oms.core.errors import OmsError
from oms.desk.canceling import cancel_or_ask
from oms.portal.door import proved_page, refused_words
from oms.portal.order_view import cancelable
from orders.models import Order, OrderLine
from orders.queries import lines_of
from orders.queries.money import money_of

REASON = "The customer changed their mind"


@proved_page
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    """All of it, or some units. When the time ended while typing, nothing is lost: it can be sent as a request."""
    lines = [line for line in lines_of([order.id]).get(order.id, []) if line.kind == "goods" and line.to_ship]
    until, why_not = cancelable(order, lines_of([order.id]).get(order.id, []), request.merchant)
    context = {
        "order": order, "lines": [(line, request.POST.get(f"units_{line.id}", "")) for line in lines], "until": until,
        "why_not": why_not, "reason": request.POST.get("reason", ""), "paid": money_of(order.id).paid,
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "portal/cancel.html", context)
    if until is None and "ask" not in request.POST:
        return render(request, "portal/cancel.html", context | {"late": True}, status=409)
    try:
        wanted = _units(request, lines)
        reason = request.POST.get("reason", "").strip()[:300] or REASON
        cancel_or_ask(order_id=order.id, reason=reason, lines=wanted, refund=True)
    except OmsError as refusal:
        return render(request, "portal/cancel.html", context | {"error": refused_words(refusal)}, status=refusal.status)
    except ValueError:
        words = _("Enter how many of each you want to cancel, as whole numbers.")
        return render(request, "portal/cancel.html", context | {"error": words}, status=422)
    return redirect("portal:order", slug=slug)


def _units(request: HttpRequest, lines: list[OrderLine]) -> dict | None:
    """None for everything. Raises `ValueError` for what is no number."""
    if request.POST.get("what", "all") == "all":
        return None
    wanted = {line.id: int(request.POST.get(f"units_{line.id}", "0") or 0) for line in lines}
    chosen = {line_id: units for line_id, units in wanted.items() if units}
    if not chosen or any(units < 0 for units in chosen.values()):
        raise ValueError(wanted)
    return chosen
