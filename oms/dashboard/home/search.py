"""One search box for everything: an exact hit opens at once, anything else becomes a list."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from fulfillment.floor.queries import visible_work
from inventory.items import sku_key
from inventory.models import Lot
from inventory.queries import resolve_skus
from inventory.queries.serials import serials
from oms.core.actors import require
from orders.queries import visible_orders
from shipping.queries import shipments

# Longer than any number or code of ours; what is longer goes to the list, which says so.
EXACT_MAX = 200


@require_safe
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """Any number or code of ours, of an order, a parcel, an item, a unit or a lot; where a scanner's code arrives."""
    text = request.GET.get("q", "").replace("\0", "").strip()
    permits, exact = request.actor.permits, 0 < len(text) <= EXACT_MAX
    if exact and permits("orders.view"):
        number = _order_number(text)
        if number is not None:
            return redirect("dashboard:order", slug=slug, number=number)
    if exact and (found := _on_the_floor(request, text)):
        return redirect(found)
    if exact and permits("stock.view"):
        item = resolve_skus([text], packs=True).get(text)
        if item is not None:
            return redirect("dashboard:item", slug=slug, item_id=item.id)
        if found := _traced(request, text):
            return redirect(found)
    if not permits("orders.view"):
        require(request.actor, "stock.view")
        return redirect(f"{reverse('dashboard:stock', args=[slug])}?{urlencode({'q': text})}")
    return redirect(f"{reverse('dashboard:orders', args=[slug])}?{urlencode({'q': text})}")


def _on_the_floor(request: HttpRequest, text: str) -> str:
    """The address of the work (``F1001``) or the shipment (its tracking number) that this names, or nothing."""
    slug, digits = request.merchant.slug, text[1:]
    named = text[:1] in "Ff" and digits.isdecimal() and len(digits) < 16
    if named and request.actor.permits("fulfillment.view") and visible_work().filter(number=int(digits)).exists():
        return reverse("dashboard:work", args=[slug, int(digits)])
    if request.actor.permits("shipments.view"):
        found = list(shipments(tracking_number=text).values_list("id", flat=True)[:2])
        if len(found) == 1:
            return reverse("dashboard:shipment", args=[slug, found[0]])
    return ""


def _traced(request: HttpRequest, text: str) -> str:
    """The address of the unit with this serial number, or of the lot with this code; of several, their list."""
    slug = request.merchant.slug
    units = list(serials(text=text).filter(code_key=sku_key(text)).values_list("id", flat=True)[:2])
    if units:
        many = f"{reverse('dashboard:serials', args=[slug])}?{urlencode({'q': text})}"
        return reverse("dashboard:serial", args=[slug, units[0]]) if len(units) == 1 else many
    found = list(Lot.objects.filter(code_key=sku_key(text)).values_list("id", flat=True)[:2])
    if found:
        many = f"{reverse('dashboard:lots', args=[slug])}?{urlencode({'q': text})}"
        return reverse("dashboard:lot", args=[slug, found[0]]) if len(found) == 1 else many
    return ""


def _order_number(text: str) -> int | None:
    """The one order this names, by our number or by its channel's."""
    orders = visible_orders().filter(number__isnull=False)
    bare = text.lstrip("#")
    if bare.isdecimal() and len(bare) < 16:
        found = orders.filter(number=int(bare)).values_list("number", flat=True).first()
        if found is not None:
            return found
    # Two hits (two channels may use one number) are a list, not a guess.
    found = list(orders.filter(external_id__in={text, bare}).values_list("number", flat=True)[:2])
    return found[0] if len(found) == 1 else None
