"""Units known by their own numbers: found by a scan, and one with its whole life."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory.actions.tracing import VERB
from inventory.actions.tracing.blocking import block_serials, release_serial
from inventory.models import Item, SerialMove
from inventory.queries.serials import NEWEST, life_of, serial_by_id, serials
from oms.core.actors import require
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.inventory.items import item_by_id
from oms.dashboard.inventory.lots import ReasonForm
from oms.dashboard.lists import list_page
from orders.queries import visible_orders


@require_safe
def serial_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest first; of one item, or by the beginning of a number."""
    require(request.actor, "stock.view")
    text, item = request.GET.get("q", "").strip(), _item(request)
    page = list_page(request, serials(text=text, item_id=item and item.id), order=NEWEST)
    context = {"page": page, "query": text, "item": item}
    return render(request, "dashboard/inventory/serials.html", context)


@require_safe
def serial_page(request: HttpRequest, slug: str, serial_id: UUID) -> HttpResponse:
    """One unit: where it is, and every place it came to."""
    require(request.actor, "stock.view")
    found = serial_by_id(serial_id)
    context = {
        "serial": found,
        "life": _with_orders(request, life_of(found)),
        "may_recall": request.actor.permits(VERB),
    }
    return render(request, "dashboard/inventory/serial.html", context)


@require_http_methods(["GET", "POST"])
def serial_block(request: HttpRequest, slug: str, serial_id: UUID) -> HttpResponse:
    """Keep this unit off sale, with a reason."""
    return _with_reason(
        request, serial_id, _("Block unit"),
        lambda reason: block_serials(serial_ids=[serial_id], reason=reason), _("Blocked. It is kept off sale."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def serial_release(request: HttpRequest, slug: str, serial_id: UUID) -> HttpResponse:
    return _with_reason(
        request, serial_id, _("Release unit"), lambda reason: release_serial(serial_id=serial_id, reason=reason),
        _("Released. In quarantine it stays until you put it back on sale."),
    )  # fmt: skip


def _with_reason(
    request: HttpRequest, serial_id: UUID, title: str, act: Callable[[str], object], done: str
) -> HttpResponse:
    require(request.actor, VERB)
    found, form = serial_by_id(serial_id), ReasonForm(posted(request))
    url = reverse("dashboard:serial", args=[request.merchant.slug, serial_id])
    if request.method == "POST" and attempt(form, lambda: act(form.cleaned_data["reason"])):
        return settled(request, url, done)
    context = {"form": form, "item": found.item, "code": found.code, "back": url, "title": title}
    return page_of_form(request, "dashboard/inventory/block.html", context)


def _item(request: HttpRequest) -> Item | None:
    try:
        return item_by_id(UUID(request.GET["item"])) if request.GET.get("item") else None
    except ValueError:
        return None


def _with_orders(request: HttpRequest, life: list[SerialMove]) -> list[tuple[SerialMove, int | None]]:
    """Each with the number of the order it went to, where this person may see it."""
    lines = {each.demand_id for each in life if each.demand_id}
    numbers: dict = {}
    if lines and request.actor.permits("orders.view"):
        numbers = dict(visible_orders().filter(lines__id__in=lines).values_list("lines__id", "number"))
    return [(each, numbers.get(each.demand_id)) for each in life]
