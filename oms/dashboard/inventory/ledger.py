"""The ledger: every movement behind every number, never changed, only followed by another."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from inventory.queries import ledger, resolve_skus
from inventory.queries.ledger import ORDER
from oms.core.actors import require
from oms.dashboard.forms import PlainForm, page_of_form
from oms.dashboard.inventory.stock import addresses_without, chosen_location, locations_in_order
from oms.dashboard.lists import ListPage, list_page
from oms.dashboard.templatetags.stock import CAUSES

ANY_CAUSE = ("", _("Any cause"))
DAY = {"invalid": _("Enter a day like 2026-11-24.")}


class LedgerFilter(PlainForm):
    q = forms.CharField(label=_("SKU or barcode"), required=False, max_length=100)
    cause = forms.ChoiceField(label=_("Cause"), choices=[ANY_CAUSE, *CAUSES.items()], required=False)
    since = forms.DateField(
        label=_("From"), required=False, error_messages=DAY, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, error_messages=DAY, widget=forms.DateInput(attrs={"type": "date"})
    )


@require_safe
def ledger_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Movements, newest first, narrowed by item, location, cause and days of the merchant's calendar."""
    require(request.actor, "stock.view")
    locations = locations_in_order()
    location, form = chosen_location(request, locations), LedgerFilter(request.GET)
    page, item = ListPage([], "", ""), None
    if form.is_valid():
        item = _item(form)
        if item or not form.cleaned_data["q"]:
            wanted = _bounds(form.cleaned_data, ZoneInfo(request.merchant.timezone))
            rows = ledger(
                item_id=item and item.id,
                location_id=location and location.id,
                cause_kind=form.cleaned_data["cause"],
                **wanted,
            )
            page = list_page(request, rows, order=ORDER)
    context = {
        "page": page,
        "form": form,
        "item": item,
        "locations": locations,
        "location": location,
        "filtered": any(request.GET.get(name) for name in ("q", "location", "cause", "since", "until")),
        "without": addresses_without(request, ("q", "location", "cause", "since", "until")),
        "cause_words": CAUSES.get(form.cleaned_data.get("cause", "")) if form.is_valid() else "",
    }
    return page_of_form(request, "dashboard/inventory/ledger.html", context)


def _item(form: LedgerFilter):
    text = form.cleaned_data["q"]
    return resolve_skus([text]).get(text) if text else None


def _bounds(given: dict, zone: ZoneInfo) -> dict[str, datetime | None]:
    """Whole days of the merchant: the last one included."""
    since, until = given["since"], given["until"]
    return {
        "since": since and datetime.combine(since, time.min, tzinfo=zone),
        "until": until and datetime.combine(until + timedelta(days=1), time.min, tzinfo=zone),
    }
