"""One search box for everything: an exact hit opens at once, anything else becomes a list."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from inventory.queries import resolve_skus
from oms.core.actors import require
from orders.queries import visible_orders


def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Order number, channel's number, SKU or barcode; also where a scanner's code arrives."""
    text = request.GET.get("q", "").strip()
    permits = request.actor.permits
    if permits("orders.view"):
        number = _order_number(text)
        if number is not None:
            return redirect("dashboard:order", slug=slug, number=number)
    if permits("stock.view") and text:
        item = resolve_skus([text]).get(text)
        if item is not None:
            return redirect("dashboard:item", slug=slug, item_id=item.id)
    require(request.actor, "orders.view")
    return redirect(f"/m/{slug}/orders/?{urlencode({'q': text})}")


def _order_number(text: str) -> int | None:
    bare = text.lstrip("#")
    if not bare:
        return None
    orders = visible_orders().filter(number__isnull=False)
    if bare.isdecimal() and len(bare) < 16:
        found = orders.filter(number=int(bare)).values_list("number", flat=True).first()
        if found is not None:
            return found
    # Two hits (two channels may use one number) are a list, not a guess.
    found = list(orders.filter(external_id=text).values_list("number", flat=True)[:2])
    return found[0] if len(found) == 1 else None
