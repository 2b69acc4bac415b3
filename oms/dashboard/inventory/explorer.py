"""Explore the ledger: stock as it was, what changed between two moments, and why a number is what it is."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from inventory import queries
from inventory.models import IN_TRANSIT, SELLABLE, STATES
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.core.paging import Page, keyset_page
from oms.core.tenancy import unit
from oms.dashboard.downloads import csv_download
from oms.dashboard.forms import PlainForm, page_of_form
from oms.dashboard.inventory.causes import causes_of
from oms.dashboard.inventory.forms import MomentField
from oms.dashboard.inventory.items import item_by_id
from oms.dashboard.inventory.stock import chosen_location, locations_in_order
from oms.dashboard.lists import linked

VERB = "stock.view"
SIZE = 50
BY_SKU = ("sku_key", "id")
BY_WORDS = [("recorded", _("by when it was recorded")), ("effective", _("by when it took effect"))]
DIFF_DAYS = timedelta(days=7)


class _LookForm(PlainForm):
    """Moments are typed in the merchant's own time."""

    by = forms.ChoiceField(label=_("Count"), choices=BY_WORDS, required=False)

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET)
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.zone = request.merchant.timezone

    def given(self) -> dict:
        """What was asked for, without what was left empty."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class AsOfForm(_LookForm):
    at = MomentField(label=_("At"))
    q = forms.CharField(label=_("Search items"), required=False, max_length=200)


class DiffForm(_LookForm):
    since = MomentField(label=_("From"))
    until = MomentField(label=_("To"))

    def given(self) -> dict:
        """The last days, unless others were asked for."""
        now = unit().now
        return {"since": now - DIFF_DAYS, "until": now, "by": "recorded", **super().given()}


@require_safe
def as_of(request: HttpRequest, slug: str) -> HttpResponse:
    """Every item with what it had at a moment, where and in which state."""
    require(request.actor, VERB)
    form, context = AsOfForm(request), _context(request, "as_of")
    if form.is_valid():
        asked = _as_of_asked(form)
        items = keyset_page(
            queries.find_items(text=form.cleaned_data["q"]),
            order=BY_SKU,
            size=SIZE,
            cursor=request.GET.get("cursor", ""),
        )
        accounts = queries.stock_as_of(**asked, **_scope(context), item_ids=[each.id for each in items.items])
        context |= {"at": asked["at"], "page": _page(request, items, accounts)}
    return page_of_form(request, "dashboard/inventory/as_of.html", {**context, "form": form})


@require_safe
def as_of_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The same for all items, as a file."""
    require(request.actor, VERB)
    form, context = AsOfForm(request), _context(request, "as_of")
    asked = _as_of_asked(form) if form.is_valid() else {"at": unit().now}
    rows = [
        (each.sku, each.location_name, each.state, each.units)
        for each in queries.stock_as_of(**asked, **_scope(context))
    ]
    return csv_download(f"stock-{asked['at']:%Y-%m-%dT%H%M}Z.csv", ["sku", "location", "state", "units"], rows)


@require_safe
def diff(request: HttpRequest, slug: str) -> HttpResponse:
    """Every account that something happened to between two moments."""
    require(request.actor, VERB)
    form, context = DiffForm(request), _context(request, "diff")
    if form.is_valid():
        span = form.given()
        changed = queries.items_changed(**span)
        items = keyset_page(changed, order=BY_SKU, size=SIZE, cursor=request.GET.get("cursor", ""))
        accounts = queries.stock_diff(**span, **_scope(context), item_ids=[each.id for each in items.items])
        context |= {"span": span, "page": _page(request, items, accounts)}
    return page_of_form(request, "dashboard/inventory/diff.html", {**context, "form": form})


@require_safe
def diff_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The same for all items, as a file."""
    require(request.actor, VERB)
    form, context = DiffForm(request), _context(request, "diff")
    now = unit().now
    span = form.given() if form.is_valid() else {"since": now - DIFF_DAYS, "until": now}
    rows = [
        (each.sku, each.location_name, each.state, each.before, each.came, each.left, each.after)
        for each in queries.stock_diff(**span, **_scope(context))
    ]
    head = ["sku", "location", "state", "before", "came", "left", "after"]
    return csv_download(f"stock-{span['since']:%Y-%m-%d}-{span['until']:%Y-%m-%d}.csv", head, rows)


@require_safe
def why(request: HttpRequest, slug: str) -> HttpResponse:
    """From one balance to its entries, each with what it left and what led to it."""
    require(request.actor, VERB)
    item, location = item_by_id(_id(request, "item")), chosen_location(request, locations_in_order())
    state = request.GET.get("state", SELLABLE)
    if location is None or state not in (*STATES, IN_TRANSIT):
        raise NotFound("There is no such account here. Open it from the item's page.")
    told = queries.explain_balance(
        item_id=item.id, location_id=location.id, state=state, cursor=request.GET.get("cursor", "")
    )
    context = {
        "item": item,
        "location": location,
        "state": state,
        "told": told,
        "page": linked(request, told.page),
        "causes": causes_of(told.page.items),
    }
    return page_of_form(request, "dashboard/inventory/why.html", context)


def _context(request: HttpRequest, view: str) -> dict:
    locations = locations_in_order()
    parameters = request.GET.copy()
    parameters.pop("cursor", None)
    return {
        "view": view, "locations": locations, "location": chosen_location(request, locations),
        "query": parameters.urlencode(), "page": None,
    }  # fmt: skip


def _as_of_asked(form: AsOfForm) -> dict:
    asked = {"at": unit().now, **form.given()}
    asked.pop("q", None)
    return asked


def _scope(context: dict) -> dict:
    return {"location_id": context["location"] and context["location"].id}


def _page(request: HttpRequest, items: Page, accounts: list):
    return linked(request, Page(queries.by_item(items.items, accounts), items.next, items.previous))


def _id(request: HttpRequest, name: str) -> UUID:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        raise NotFound("There is no such account here. Open it from the item's page.") from None
