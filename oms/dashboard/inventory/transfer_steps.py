"""One step of a transfer each: a button that is carried out, or the page again with the reason why not."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from inventory.actions.transfers import VERB
from inventory.actions.transfers.close import close_transfer
from inventory.actions.transfers.prepare import cancel_transfer
from inventory.actions.transfers.receive import Arrived, receive_transfer
from inventory.actions.transfers.send import send_transfer
from inventory.models import SELLABLE, Transfer, TransferLine
from inventory.queries import lines_of_transfer, transfer_by_number
from inventory.replenishing.transfers import AWAITED, FOUND_AT_SENDER, LOST
from oms.core.actors import require
from oms.core.db.keys import uuid7
from oms.core.errors import OmsError
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import DeliveryLineForm
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
from oms.dashboard.inventory.transfers import render_transfer

Lines = sheet_of(DeliveryLineForm)
ANSWERS = [
    (LOST, gettext_lazy("Lost on the way")), (FOUND_AT_SENDER, gettext_lazy("Found at the sender")),
    (AWAITED, gettext_lazy("Still awaited")),
]  # fmt: skip


class ReceiptForm(PlainForm):
    """The receipt's own id is made with the form: sent twice, it counts once."""

    receipt = forms.UUIDField(widget=forms.HiddenInput)


class CloseForm(PlainForm):
    """One answer for each line of which units are missing."""

    def __init__(self, *args, missing: list[TransferLine], **options) -> None:
        super().__init__(*args, **options)
        for each in missing:
            label = ngettext("%(n)d × %(sku)s is missing", "%(n)d × %(sku)s are missing", each.awaited)
            self.fields[str(each.id)] = forms.ChoiceField(
                label=label % {"n": each.awaited, "sku": each.item.sku}, choices=ANSWERS, widget=forms.RadioSelect,
                error_messages={"required": _("Say what became of them.")},
            )  # fmt: skip


@require_POST
def send(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _step(
        request, number, lambda found: send_transfer(transfer_id=found.id), _("Sent. The goods are on their way.")
    )


@require_POST
def cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _step(request, number, lambda found: cancel_transfer(transfer_id=found.id), _("Transfer canceled."))


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Scan or type what arrived; a code that is not on the transfer is refused beside its line."""
    require(request.actor, VERB)
    found = transfer_by_number(number)
    if request.method == "GET":
        return _receive_page(request, found, ReceiptForm(initial={"receipt": uuid7()}), empty_sheet(Lines))
    if "more" in request.POST:
        return _receive_page(request, found, ReceiptForm(initial=request.POST), with_more(Lines, request))
    form, lines = ReceiptForm(posted(request)), Lines(request.POST)
    done = form.is_valid() and readable(form, lines) and attempt(form, lambda: _receive(found, form, lines))
    if not done:
        return _receive_page(request, found, form, lines)
    units = sum(line.cleaned_data["quantity"] for line in filled_lines(lines))
    message = ngettext("%d unit received.", "%d units received.", units) % units
    return settled(request, _url(request, number), message)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What became of what has not arrived?"""
    require(request.actor, VERB)
    found = transfer_by_number(number)
    missing = [each for each in lines_of_transfer(found.id) if each.awaited]
    form = CloseForm(posted(request), missing=missing)

    def act() -> Transfer:
        answers = {UUID(line_id): answer for line_id, answer in form.cleaned_data.items()}
        return close_transfer(transfer_id=found.id, resolutions=answers)

    if request.method == "POST" and (done := attempt(form, act)):
        closed = _("Transfer closed.") if done.value.closed_at else _("Saved. The transfer stays open for the rest.")
        return settled(request, _url(request, number), closed)
    context = {"form": form, "found": found, "missing": missing}
    return page_of_form(request, "dashboard/inventory/transfer_close.html", context)


def _receive_page(request: HttpRequest, found: Transfer, form: forms.Form, lines: forms.BaseFormSet) -> HttpResponse:
    errors = line_errors(lines)
    context = {
        "found": found, "form": form, "lines": lines, "line_errors": errors, "has_errors": bool(errors),
        "expected": [each for each in lines_of_transfer(found.id) if each.awaited],
        "url": _url(request, found.number), "title": f"T{found.number}",
    }  # fmt: skip
    return page_of_form(request, "dashboard/inventory/receive_expected.html", context)


def _receive(found: Transfer, form: ReceiptForm, lines: forms.BaseFormSet) -> Transfer:
    items = items_of(lines)
    arrived = [
        Arrived(items[given["code"]].id, given["quantity"], given["state"] or SELLABLE)
        for given in (line.cleaned_data for line in filled_lines(lines))
    ]
    with refusals_beside(lines):
        return receive_transfer(transfer_id=found.id, receipt_id=form.cleaned_data["receipt"], arrived=arrived)


def _step(request: HttpRequest, number: int, act: Callable[[Transfer], object], done: str) -> HttpResponse:
    require(request.actor, VERB)
    found = transfer_by_number(number)
    try:
        with transaction.atomic():
            act(found)
    except OmsError as refusal:
        return render_transfer(request, transfer_by_number(number), status=refusal.status, problem=refusal)
    return settled(request, _url(request, number), done)


def _url(request: HttpRequest, number: int) -> str:
    return reverse("dashboard:transfer", args=[request.merchant.slug, number])
