"""The ledger: every movement behind every number, never changed, only followed by another."""

from datetime import datetime, time, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from inventory.actions.reverse import REASON_MAX, reverse_movement
from inventory.queries import ledger, resolve_skus
from inventory.queries.ledger import ORDER
from oms.accounts.models import Approval
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import day_field
from oms.dashboard.inventory.stock import addresses_without, chosen_location, locations_in_order
from oms.dashboard.lists import ListPage, list_page
from oms.dashboard.templatetags.stock import CAUSES

ANY_CAUSE = ("", _("Any cause"))


class LedgerFilter(PlainForm):
    q = forms.CharField(label=_("SKU or barcode"), required=False, max_length=100)
    cause = forms.ChoiceField(label=_("Cause"), choices=[ANY_CAUSE, *CAUSES.items()], required=False)
    since = day_field(_("From"))
    until = day_field(_("To"))


class ReverseForm(PlainForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_MAX, help_text=_("Like: booked at the wrong location.")
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
        "may_close": request.actor.permits("stock.audit"),
        "may_reverse": request.actor.permits("stock.reverse"),
        "cause_words": CAUSES.get(form.cleaned_data.get("cause", "")) if form.is_valid() else "",
    }
    return page_of_form(request, "dashboard/inventory/ledger.html", context)


def _item(form: LedgerFilter):
    text = form.cleaned_data["q"]
    return resolve_skus([text], packs=True).get(text) if text else None


def _bounds(given: dict, zone: ZoneInfo) -> dict[str, datetime | None]:
    """Whole days of the merchant: the last one included."""
    since, until = given["since"], given["until"]
    return {
        "since": since and datetime.combine(since, time.min, tzinfo=zone),
        "until": until and datetime.combine(until + timedelta(days=1), time.min, tzinfo=zone),
    }


@require_http_methods(["GET", "POST"])
def movement_reverse(request: HttpRequest, slug: str, movement_id: int) -> HttpResponse:
    """Take one entry back: what it is, and why."""
    require(request.actor, "stock.reverse")
    movement = ledger().filter(id=movement_id).first()
    if movement is None:
        raise NotFound("There is no such entry in the ledger, or it concerns a location that is not yours.")
    form = ReverseForm(posted(request))
    done = None
    if request.method == "POST":
        done = attempt(form, lambda: reverse_movement(movement_id=movement_id, reason=form.cleaned_data["reason"]))
    if done is None:
        return page_of_form(request, "dashboard/inventory/reverse.html", {"form": form, "movement": movement})
    return _told(request, f"{reverse('dashboard:ledger', args=[slug])}?q={quote(movement.item.sku)}", done.value)


def _told(request: HttpRequest, url: str, outcome: object) -> HttpResponse:
    """Say what came of it, above all when it was more, or less, than was asked for."""
    if isinstance(outcome, Approval):
        message = gettext("This is above your limit, so nothing has changed yet. A second person must approve it.")
        return settled(request, url, message, level=messages.WARNING)
    if outcome.lost or outcome.unexplained:
        message = gettext("Taken back. The shelf was short of it: %(units)d units are unexplained now, %(orders)d "
                          "reservations are lost and looked at again.")  # fmt: skip
        numbers = {"units": outcome.unexplained, "orders": len(outcome.lost)}
        return settled(request, url, message % numbers, level=messages.WARNING)
    return settled(request, url, gettext("The entry was taken back by another one."))
