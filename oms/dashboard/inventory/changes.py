"""What may be done to an item's stock from its page: receive, adjust, set aside. Each also has a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from inventory.actions.adjust import Adjusted, adjust_stock
from inventory.actions.move_state import move_state
from inventory.actions.receive import Receipt, receive_stock
from inventory.models import Item, Location
from inventory.queries.tracing import lots_by_code
from oms.accounts.models import Approval
from oms.core.actors import Actor, require
from oms.core.errors import Invalid, NotFound
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import LOT_FIELDS, SERIAL_FIELDS, AdjustForm, ReceiveForm, SetAsideForm, lot_draft
from oms.dashboard.inventory.stock import locations_in_order


@dataclass(frozen=True)
class StockChange:
    """One kind of change: its form, the verb it needs, what it calls, and where its errors belong."""

    code: str
    title: str | Promise
    button: str | Promise
    verb: str
    form: type[forms.Form]
    act: Callable[[UUID, dict], object]
    names: dict[str, str]

    def fresh(self, item: Item, locations: list[Location], zone: str, data: object = None) -> forms.Form:
        """The form, with ids of its own: several stand on one page."""
        form = self.form(data, locations=locations, zone=zone, auto_id=f"{self.code}_%s")
        unasked = (frozenset() if item.tracks_lots else LOT_FIELDS) | (
            frozenset() if item.tracks_serials else SERIAL_FIELDS
        )
        for name in unasked & form.fields.keys():
            del form.fields[name]
        return form


@dataclass(frozen=True)
class Offer:
    """A change with its empty form, for a dialog on the item's page."""

    change: StockChange
    form: forms.Form


def _receive(item_id: UUID, given: dict) -> object:
    receipt = Receipt(item_id, given["location"], given["quantity"], state=given["state"], lot=lot_draft(given),
                      serials=tuple(given.get("serials", ())))  # fmt: skip
    return receive_stock(receipts=[receipt], reason=given["reason"], happened_at=given["happened_at"])


def _adjust(item_id: UUID, given: dict) -> Adjusted | Approval:
    return adjust_stock(
        item_id=item_id, location_id=given["location"], reason=given["reason"], note=given["note"],
        state=given["state"], happened_at=given["happened_at"], lot_id=_lot(item_id, given),
        **{given["how"]: given["quantity"]},
    )  # fmt: skip


def _set_aside(item_id: UUID, given: dict) -> None:
    move_state(
        item_id=item_id, location_id=given["location"], from_state=given["from_state"], to_state=given["to_state"],
        quantity=given["quantity"], reason=given["reason"], lot_id=_lot(item_id, given),
    )  # fmt: skip


def _lot(item_id: UUID, given: dict) -> UUID | None:
    """The lot whose code was typed. Raises `Invalid`."""
    code = given.get("lot", "")
    found = lots_by_code(code, [item_id]) if code else []
    if code and not found:
        raise Invalid.field("lot", _("This item has no lot “%s”.") % code, "unknown_lot")
    return found[0].id if found else None


RECEIVED = ("quantity", "state", "lot", "made_on", "expires_on", "serials")
CHANGES = {
    each.code: each
    for each in (
        StockChange(
            "receive", gettext_lazy("Receive stock"), gettext_lazy("Receive"), "stock.receive", ReceiveForm, _receive,
            {"lines.0.location_id": "location", **{f"lines.0.{name}": name for name in RECEIVED}},
        ),
        StockChange(
            "adjust", gettext_lazy("Adjust stock"), gettext_lazy("Adjust"), "stock.adjust", AdjustForm, _adjust,
            {"location_id": "location", "counted": "quantity", "change": "quantity", "lot_id": "lot"},
        ),
        StockChange(
            "set-aside", gettext_lazy("Set stock aside"), gettext_lazy("Set aside"), "stock.adjust", SetAsideForm,
            _set_aside, {"location_id": "location"},
        ),
    )
}  # fmt: skip


def change_forms(actor: Actor, item: Item, locations: list[Location], zone: str) -> list[Offer]:
    """The changes this person may make, each with an empty form."""
    if not locations:
        return []
    return [Offer(each, each.fresh(item, locations, zone)) for each in CHANGES.values() if actor.permits(each.verb)]


@require_http_methods(["GET", "POST"])
def stock_change(request: HttpRequest, slug: str, item_id: UUID, code: str) -> HttpResponse:
    """One change: its form on a page of its own, which is also where a refused one is shown."""
    change = CHANGES.get(code)
    if change is None:
        raise Http404
    require(request.actor, change.verb)
    item = Item.objects.filter(id=item_id).first()
    if item is None:
        raise NotFound("There is no such item here. It may belong to another merchant.")
    form = change.fresh(item, locations_in_order(), request.merchant.timezone, posted(request))
    done = None
    if request.method == "POST":
        done = attempt(form, lambda: change.act(item_id, form.cleaned_data), names=change.names)
    if done is None:
        context = {"form": form, "item": item, "change": change}
        return page_of_form(request, "dashboard/inventory/stock_change.html", context)
    return _told(request, reverse("dashboard:item", args=[slug, item_id]), done.value)


def _told(request: HttpRequest, url: str, outcome: object) -> HttpResponse:
    """Say what happened, above all when it was not what was asked for."""
    if isinstance(outcome, Approval):
        message = _("This is above your limit, so nothing has changed yet. It waits for a second person to approve it.")
        return settled(request, url, message, level=messages.WARNING)
    if isinstance(outcome, Adjusted) and outcome.lost:
        orders = len(outcome.lost)
        text = ngettext(
            "Stock adjusted. The shelf no longer covers %d reservation; that order is looked at again.",
            "Stock adjusted. The shelf no longer covers %d reservations; those orders are looked at again.",
            orders,
        )
        return settled(request, url, text % orders, level=messages.WARNING)
    return settled(request, url, _("Stock changed."))
