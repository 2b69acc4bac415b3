"""What stock is worth: in all, by item and location, over the months; and the files for the books of account."""

from datetime import date
from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.actions.valuing import EDIT, VIEW
from inventory.models import Item
from inventory.queries import valuation as queries
from inventory.valuing.pool import per_unit
from oms.core.actors import require
from oms.core.paging import Page, keyset_page
from oms.dashboard.downloads import csv_download
from oms.dashboard.forms import PlainForm
from oms.dashboard.inventory.forms import DAY
from oms.dashboard.inventory.stock import addresses_without, chosen_location, locations_in_order
from oms.dashboard.lists import SIZE, linked
from oms.dashboard.plots import columns_by_month

UNPRICED_MAX = 100
LAYERS_SHOWN = 20


class DaysForm(PlainForm):
    """From a day to a day, or only the second."""

    since = forms.DateField(required=False, error_messages=DAY)
    until = forms.DateField(required=False, error_messages=DAY)

    def day(self, name: str) -> date | None:
        """None where none was asked for, or nobody can read it."""
        return self.cleaned_data.get(name) if self.is_valid() else None


@require_safe
def value_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The sum, where it lies, how it went over the months, and each item."""
    require(request.actor, VIEW)
    text, locations = request.GET.get("q", "").strip(), locations_in_order()
    location = chosen_location(request, locations)
    items = keyset_page(
        queries.items_with_value(text=text, location_id=location and location.id),
        order=queries.BY_SKU, size=SIZE, cursor=request.GET.get("cursor", ""),
    )  # fmt: skip
    worth = queries.worth_of(items.items, location_id=location and location.id)
    places = queries.worth_by_location()
    context = {
        "page": linked(request, Page(worth, items.next, items.previous)),
        "query": text, "locations": locations, "location": location,
        "without": addresses_without(request, ("q", "location")),
        "places": places,
        "total": sum((each.value for each in places), Decimal(0)),
        "state": queries.valuation(),
        "unpriced": queries.unpriced()[:UNPRICED_MAX].count(),
        "may_edit": request.actor.permits(EDIT) and queries.sees_all(),
        **(_whole_company() if queries.sees_all() else {}),
    }  # fmt: skip
    return render(request, "dashboard/inventory/value.html", context)


def _whole_company() -> dict:
    """What only who sees all locations is shown."""
    months = queries.months()
    return {
        "total": queries.stock_value(),
        "months": months[::-1],
        "value_chart": _chart([(each.first, each.value) for each in months], _("Value at the month's end")),
        "sales_chart": _chart([(each.first, each.cost_of_sales) for each in months], _("Cost of sales")),
    }


def _chart(rows: list[tuple[date, Decimal]], unit: str) -> SafeString:
    given = [{"month": first.isoformat(), "amount": float(amount)} for first, amount in rows]
    return columns_by_month(given, x="month", y="amount", unit=unit)


@require_safe
def value_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Each item's units and value, now or by what took effect up to a day."""
    require(request.actor, VIEW)
    until = DaysForm(request.GET).day("until")
    if until is not None:
        rows = [(sku, name, units, per_unit(value, units), value) for sku, name, units, value in
                queries.worth_as_of(until)]  # fmt: skip
    else:
        worth = queries.worth_of(list(queries.items_with_value().order_by(*queries.BY_SKU)))
        rows = [(each.item.sku, each.item.name, each.units, each.unit_cost, each.value) for each in worth if each.units]
    name = f"stock-value-{until or 'now'}.csv"
    return csv_download(name, ["sku", "name", "units", "unit_cost", "value"], rows)


@require_safe
def value_days_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Postings by day, from one account to another, as the books of account want them."""
    require(request.actor, VIEW)
    form = DaysForm(request.GET)
    found = list(queries.account_days(since=form.day("since"), until=form.day("until")))
    rows = [(each.day, each.debit, each.credit, each.amount, request.merchant.currency) for each in found]
    return csv_download("stock-postings.csv", ["day", "debit", "credit", "amount", "currency"], rows)


def value_of_item(request: HttpRequest, item: Item) -> dict | None:
    """What the item's own page shows of it; None for who may not see it."""
    if not request.actor.permits(VIEW):
        return None
    (worth,) = queries.worth_of([item])
    return {
        "worth": worth,
        "layers": list(queries.open_layers(item_id=item.id).order_by("movement_id")[:LAYERS_SHOWN]),
    }
