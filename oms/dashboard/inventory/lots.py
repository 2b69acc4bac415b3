"""Lots: those that expire first, one with where it lies and where it went, and what may be done about it."""

from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.recalled import who_got
from inventory.actions.tracing import VERB
from inventory.actions.tracing.blocking import REASON_MAX, block_lots, release_lot
from inventory.actions.tracing.lots import name_lot, update_lot
from inventory.models import Item, Lot
from inventory.queries import ledger
from inventory.queries.ledger import ORDER
from inventory.queries.tracing import (
    BLOCKED,
    EXPIRED,
    EXPIRING,
    VIEWS,
    lot_by_id,
    lots,
    quants_of_item,
    quants_of_lot,
    today,
)
from oms.core.actors import require
from oms.core.errors import OmsError
from oms.core.tenancy import unit
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import day_field
from oms.dashboard.lists import list_page

MOVEMENTS, ORDERS = 15, 20
VIEW_NAMES = (
    ("", gettext_lazy("All lots")), (EXPIRING, gettext_lazy("Expiring")), (EXPIRED, gettext_lazy("Expired")),
    (BLOCKED, gettext_lazy("Blocked")),
)  # fmt: skip


class DatesForm(PlainForm):
    """A lot's dates."""

    made_on = day_field(gettext_lazy("Made on"))
    expires_on = day_field(gettext_lazy("Good until"))
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(PlainForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=REASON_MAX)


def lots_of_item(item: Item, zone: str) -> dict | None:
    """The item page's section: where its units lie, lot by lot. None for an item that is not tracked by lot."""
    if not item.tracks_lots:
        return None
    return {"quants": quants_of_item(item.id), "today": unit().now.astimezone(ZoneInfo(zone)).date()}


@require_safe
def lot_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Newest first; those with a date narrowed to what expires, the first first."""
    require(request.actor, "stock.view")
    view, text = request.GET.get("view", ""), request.GET.get("q", "").strip()
    view = view if view in VIEWS else ""
    rows, order = lots(text=text, view=view)
    context = {
        "page": list_page(request, rows, order=order),
        "query": text,
        "view": view,
        "today": today(),
        "views": [
            {"url": f"?view={code}" if code else "?", "name": name, "current": code == view}
            for code, name in VIEW_NAMES
        ],
        "may_recall": request.actor.permits(VERB),
    }
    return render(request, "dashboard/inventory/lots.html", context)


@require_safe
def lot_page(request: HttpRequest, slug: str, lot_id: UUID) -> HttpResponse:
    """One lot: where it lies, who got of it, and how that came about."""
    require(request.actor, "stock.view")
    return _page(request, lot_by_id(lot_id))


@require_http_methods(["GET", "POST"])
def lot_edit(request: HttpRequest, slug: str, lot_id: UUID) -> HttpResponse:
    """Put its dates right."""
    require(request.actor, "stock.adjust")
    found = lot_by_id(lot_id)
    initial = {"made_on": found.made_on, "expires_on": found.expires_on, "version": found.version}
    form = DatesForm(posted(request), initial=initial)

    def save() -> Lot:
        given = form.cleaned_data
        return update_lot(
            lot_id=lot_id, made_on=given["made_on"], expires_on=given["expires_on"], expected_version=given["version"]
        )

    if request.method == "POST" and attempt(form, save):
        return settled(request, _url(request, lot_id), _("Lot saved."))
    return page_of_form(request, "dashboard/inventory/lot_form.html", {"form": form, "lot": found})


@require_http_methods(["GET", "POST"])
def lot_block(request: HttpRequest, slug: str, lot_id: UUID) -> HttpResponse:
    """Take it off sale everywhere, with a reason."""
    return _with_reason(
        request, lot_id, _("Block lot"), lambda reason: block_lots(lot_ids=[lot_id], reason=reason),
        _("Blocked. It is off sale at every location."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def lot_release(request: HttpRequest, slug: str, lot_id: UUID) -> HttpResponse:
    return _with_reason(
        request, lot_id, _("Release lot"), lambda reason: release_lot(lot_id=lot_id, reason=reason),
        _("Released. What lies in quarantine stays there until you put it back on sale."),
    )  # fmt: skip


@require_POST
def lot_name(request: HttpRequest, slug: str, lot_id: UUID) -> HttpResponse:
    """All units of a shelf whose lot nobody knew are of this one."""
    require(request.actor, "stock.adjust")
    found = lot_by_id(lot_id)
    unknown = {str(each.id): each for each in _unknown(found)}
    chosen = unknown.get(request.POST.get("shelf", ""))
    if chosen is None:
        return settled(request, _url(request, lot_id), _("Nothing there is without a lot any more."))
    try:
        with transaction.atomic():
            name_lot(lot_id=lot_id, location_id=chosen.location_id, quantity=chosen.on_hand, state=chosen.state)
    except OmsError as refusal:
        return _page(request, found, problem=refusal.message, status=refusal.status)
    return settled(request, _url(request, lot_id), _("Written down."))


def _with_reason(
    request: HttpRequest, lot_id: UUID, title: str, act: Callable[[str], object], done: str
) -> HttpResponse:
    require(request.actor, VERB)
    found, form = lot_by_id(lot_id), ReasonForm(posted(request))
    if request.method == "POST" and attempt(form, lambda: act(form.cleaned_data["reason"])):
        return settled(request, _url(request, lot_id), done)
    url = _url(request, lot_id)
    context = {"form": form, "item": found.item, "code": found.code, "back": url, "title": title}
    return page_of_form(request, "dashboard/inventory/block.html", context)


def _page(request: HttpRequest, found: Lot, *, problem: str = "", status: int = 200) -> HttpResponse:
    actor = request.actor
    may_see_orders = actor.permits("orders.view")
    audience = who_got([found.id]) if may_see_orders else None
    context = {
        "lot": found,
        "today": today(),
        "quants": quants_of_lot(found.id),
        "unknown": _unknown(found) if actor.permits("stock.adjust") else [],
        "audience": audience,
        "got": audience.got[:ORDERS] if audience else [],
        "page": list_page(request, ledger(lot_id=found.id), order=ORDER, size=MOVEMENTS),
        "may_edit": actor.permits("stock.adjust"),
        "may_recall": actor.permits(VERB),
        "problem": problem,
    }
    return render(request, "dashboard/inventory/lot.html", context, status=status)


def _unknown(lot: Lot) -> list:
    return [each for each in quants_of_item(lot.item_id) if each.lot_id is None]


def _url(request: HttpRequest, lot_id: UUID) -> str:
    return reverse("dashboard:lot", args=[request.merchant.slug, lot_id])
