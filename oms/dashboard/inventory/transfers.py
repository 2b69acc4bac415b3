"""Transfers: which are on their way, one with its lines, and drafting it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.actions.transfers import VERB
from inventory.actions.transfers.prepare import TransferLineDraft, create_transfer, update_transfer
from inventory.allowed import allowed_on_transfer
from inventory.models import Location, Transfer
from inventory.queries import lines_of_transfer, transfer_by_number, transfers
from inventory.replenishing.lifecycle import STATES
from oms.core.actors import require
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import LineForm, day_field
from oms.dashboard.inventory.lines import (
    empty_sheet,
    filled_lines,
    items_of,
    line_errors,
    readable,
    refusals_beside,
    sheet_of,
    with_more,
)
from oms.dashboard.inventory.stock import locations_in_order
from oms.dashboard.lists import list_page
from oms.dashboard.orders.timeline import timeline_of
from oms.dashboard.vocabulary import REPLENISHMENT

Lines = sheet_of(LineForm)
NAMES = {"origin_id": "origin", "destination_id": "destination"}


class TransferForm(PlainForm):
    """From where to where, and when it should be there."""

    origin = forms.ChoiceField(label=gettext_lazy("From"))
    destination = forms.ChoiceField(label=gettext_lazy("To"))
    expected_on = day_field(gettext_lazy("Expected on"))
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)

    def __init__(self, *args, locations: list[Location], **options) -> None:
        super().__init__(*args, **options)
        choices = [(str(each.id), each.name) for each in locations if each.active]
        self.fields["origin"].choices = self.fields["destination"].choices = choices


@require_safe
def transfer_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest first, in all or of one state."""
    require(request.actor, "stock.view")
    state = request.GET.get("state", "")
    context = {
        "page": list_page(request, transfers(state=state), order=("-id",)),
        "views": state_views(state),
        "filtered": state in STATES,
        "may_transfer": request.actor.permits(VERB),
    }
    return render(request, "dashboard/inventory/transfers.html", context)


def state_views(current: str) -> list[dict]:
    """A tab for all and one for each state."""
    every = {"url": "?", "name": _("All"), "current": current not in STATES}
    return [
        every,
        *({"url": f"?state={code}", "name": REPLENISHMENT[code].word, "current": code == current} for code in STATES),
    ]


@require_safe
def transfer_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What was sent, what has arrived, and what is still on its way."""
    require(request.actor, "stock.view")
    return render_transfer(request, transfer_by_number(number))


def render_transfer(request: HttpRequest, found: Transfer, *, status: int = 200, **extra: object) -> HttpResponse:
    """The page of one transfer; ``extra`` is what a refused step leaves to show."""
    context = {
        "found": found,
        "lines": lines_of_transfer(found.id),
        "allowed": allowed_on_transfer(found, request.actor),
        "timeline": timeline_of(request, ("transfer", found.id), personal=False),
    }
    return render(request, "dashboard/inventory/transfer.html", context | extra, status=status)


@require_http_methods(["GET", "POST"])
def transfer_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft one; nothing moves before it is sent."""
    require(request.actor, VERB)
    return _drafting(request, None)


@require_http_methods(["GET", "POST"])
def transfer_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change a draft."""
    require(request.actor, VERB)
    return _drafting(request, transfer_by_number(number))


def _drafting(request: HttpRequest, found: Transfer | None) -> HttpResponse:
    locations = locations_in_order()
    if request.method == "GET":
        form = TransferForm(initial=_values(found), locations=locations)
        return _page(request, found, form, empty_sheet(Lines, begun=_begun(found)))
    if "more" in request.POST:
        form = TransferForm(initial=request.POST, locations=locations)
        return _page(request, found, form, with_more(Lines, request))
    form, lines = TransferForm(posted(request), locations=locations), Lines(request.POST)
    done = form.is_valid() and readable(form, lines) and attempt(form, lambda: _save(found, form, lines), names=NAMES)
    if not done:
        return _page(request, found, form, lines)
    url = reverse("dashboard:transfer", args=[request.merchant.slug, done.value.number])
    return settled(request, url, _("Transfer saved. Nothing moves before you send it."))


def _page(request: HttpRequest, found: Transfer | None, form: forms.Form, lines: forms.BaseFormSet) -> HttpResponse:
    errors = line_errors(lines)
    context = {"found": found, "form": form, "lines": lines, "line_errors": errors, "has_errors": bool(errors)}
    return page_of_form(request, "dashboard/inventory/transfer_form.html", context)


def _values(found: Transfer | None) -> dict:
    if found is None:
        return {}
    return {
        "origin": str(found.origin_id), "destination": str(found.destination_id), "note": found.note,
        "expected_on": found.expected_on,
    }  # fmt: skip


def _begun(found: Transfer | None) -> list[dict]:
    lines = [] if found is None else lines_of_transfer(found.id)
    return [{"code": each.item.sku, "quantity": each.quantity} for each in lines]


def _save(found: Transfer | None, form: TransferForm, lines: forms.BaseFormSet) -> Transfer:
    given, items = form.cleaned_data, items_of(lines)
    draft = {
        "origin_id": forms.UUIDField().to_python(given["origin"]),
        "destination_id": forms.UUIDField().to_python(given["destination"]),
        "lines": [
            TransferLineDraft(items[line.cleaned_data["code"]].id, line.cleaned_data["quantity"])
            for line in filled_lines(lines)
        ],
        "note": given["note"],
        "expected_on": given["expected_on"],
    }
    with refusals_beside(lines):
        return update_transfer(transfer_id=found.id, **draft) if found else create_transfer(**draft)
