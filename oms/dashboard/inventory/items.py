"""Items: a new one, one as it is with all its stock, and changing it."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fulfillment.models import Backorder
from inventory.actions.items import create_item, update_item
from inventory.actions.kits.assembling import CAUSE
from inventory.models import Item, Reservation
from inventory.queries import available_by_item, balances_of, catalogue, counts, incoming, item_timeline
from inventory.queries.assembly import numbers_of_demands
from inventory.queries.bins import bins_of_item
from inventory.queries.serials import serials
from inventory.stock.kits import KIT
from oms.core.actors import require
from oms.core.countries import country_name
from oms.core.errors import NotFound
from oms.core.tenancy import unit
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.inventory.changes import change_forms
from oms.dashboard.inventory.history import on_hand_chart
from oms.dashboard.inventory.item_form import ItemForm, item_values, variant_values
from oms.dashboard.inventory.kits import kit_section
from oms.dashboard.inventory.lots import lots_of_item
from oms.dashboard.inventory.offering import offers_of
from oms.dashboard.inventory.stock import locations_in_order
from oms.dashboard.inventory.valuation import value_of_item
from oms.dashboard.lists import linked
from orders.queries import visible_orders

MOVEMENTS = 15
WAITING = 20
SERIALS = 10


@dataclass(frozen=True)
class Demand:
    """Units that one order, or one ``assembly`` order, holds; no number for one this person may not see."""

    reservation: Reservation
    number: int | None
    assembly: int | None = None


def item_by_id(item_id: UUID) -> Item:
    """Raises `NotFound`."""
    item = Item.objects.select_related("product").filter(id=item_id).first()
    if item is None:
        raise NotFound("There is no such item here. It may belong to another merchant.")
    return item


@require_http_methods(["GET", "POST"])
def item_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Make an item."""
    require(request.actor, "items.edit")
    form = ItemForm(posted(request), initial=variant_values(request.GET.get("product", "")))
    if request.method == "POST" and (
        done := attempt(form, lambda: create_item(draft=form.draft()), names=form.names())
    ):
        url = reverse("dashboard:item", args=[slug, done.value.id])
        return settled(request, url, _("Item %s added.") % done.value.sku)
    return page_of_form(request, "dashboard/inventory/item_form.html", {"form": form, "item": None})


@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    """Change an item; refused when somebody else changed it meanwhile."""
    require(request.actor, "items.edit")
    item = item_by_id(item_id)
    form = ItemForm(posted(request), initial=item_values(item))

    def save() -> Item:
        version = form.cleaned_data["version"]
        return update_item(item_id=item_id, changes=form.changes(item), expected_version=version)

    if request.method == "POST" and attempt(form, save, names=form.names()):
        return settled(request, reverse("dashboard:item", args=[slug, item_id]), _("Item saved."))
    return page_of_form(request, "dashboard/inventory/item_form.html", {"form": form, "item": item})


@require_safe
def item_page(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    """One item: what it is, where it lies, who waits for it, and how that came about."""
    require(request.actor, "stock.view")
    item = item_by_id(item_id)
    details = catalogue.details_of(item)
    stocks = available_by_item([item_id, *(UUID(each["id"]) for each in details.substitutes)])
    stock = stocks[item_id]
    timeline = item_timeline(item_id=item_id, size=MOVEMENTS, cursor=request.GET.get("cursor", ""))
    context = {
        "item": item,
        "details": details,
        "made_in": country_name(item.country_of_origin),
        "substitutes": [(each, stocks[UUID(each["id"])].available) for each in details.substitutes],
        "kit": kit_section(item),
        "stock": stock,
        "may_see_orders": request.actor.permits("purchasing.view"),
        "demands": _demands(timeline.reservations),
        "backorders": [] if item.kind == KIT else _backorders(item_id),
        "page": linked(request, timeline.movements),
        "may_edit": request.actor.permits("items.edit"),
        "may_reverse": request.actor.permits("stock.reverse"),
        "may_share_out": request.actor.permits("orders.allocate"),
    }
    if item.kind != KIT:
        context |= _on_shelves(request, item, stock.on_hand)
    return render(request, "dashboard/inventory/item.html", context)


@require_safe
def item_beside(request: HttpRequest, slug: str, item_id: UUID) -> HttpResponse:
    """What an item is worth and what channels are offered of it: loaded after the page, which needs neither first."""
    require(request.actor, "stock.view")
    item = item_by_id(item_id)
    context = {
        "item": item,
        "offers": offers_of(item_id, request.actor),
        "value": value_of_item(request, item) if item.kind != KIT else None,
    }
    whole = "item_beside" if request.htmx else "item_beside_page"
    return render(request, f"dashboard/inventory/{whole}.html", context)


def _on_shelves(request: HttpRequest, item: Item, on_hand: int) -> dict:
    """What is only of goods that lie somewhere: a kit does not."""
    balances = balances_of(item.id)
    return {
        "balances": balances,
        "counts": counts.counts_of_item(item.id),
        "may_count": request.actor.permits(counts.VERB),
        "incoming": incoming(item_ids=[item.id]),
        "chart": on_hand_chart(
            item_id=item.id,
            on_hand=on_hand,
            locations=request.actor.locations,
            zone=ZoneInfo(request.merchant.timezone),
            now=unit().now,
        ),
        "changes": change_forms(request.actor, item, locations_in_order(), request.merchant.timezone),
        "lots": lots_of_item(item, request.merchant.timezone),
        "bins": bins_of_item(item.id) if any(each.in_bins for each in balances) else [],
        "serials": serials(item_id=item.id).order_by("-id")[:SERIALS] if item.tracks_serials else [],
    }


def _demands(reservations: list[Reservation]) -> list[Demand]:
    lines = [each.demand_id for each in reservations if each.demand_kind == "order_line"]
    numbers = dict(visible_orders().filter(lines__id__in=lines).values_list("lines__id", "number")) if lines else {}
    built = [each.demand_id for each in reservations if each.demand_kind == CAUSE]
    built = numbers_of_demands(built) if built else {}
    return [Demand(each, numbers.get(each.demand_id), built.get(each.demand_id)) for each in reservations]


def _backorders(item_id: UUID) -> list[Backorder]:
    """Orders that wait for this item, in the order in which they are served."""
    waiting = Backorder.objects.filter(item_id=item_id, waiting__gt=0, order__in=visible_orders())
    return list(waiting.select_related("order").order_by("placed_at", "id")[:WAITING])
