"""One step of a purchase order each, and its papers."""

from collections.abc import Callable

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.actions.purchasing import EDIT, RECEIVE, SEND, VIEW
from inventory.actions.purchasing.receive import Delivered, receive_purchase_order
from inventory.actions.purchasing.send import close_purchase_order, send_purchase_order
from inventory.actions.purchasing.write import cancel_purchase_order
from inventory.models import SELLABLE, DeliveryNotice, PurchaseOrder
from inventory.printing import CSV_HEADER, csv_rows, purchase_order_pdf
from inventory.queries import lines_of_purchase_order, notices_of_purchase_order, purchase_order_by_number
from inventory.replenishing.lifecycle import ANNOUNCED
from oms.accounts.models import Approval
from oms.core.actors import require
from oms.core.db.keys import uuid7
from oms.core.errors import OmsError
from oms.dashboard.downloads import csv_download
from oms.dashboard.forms import attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import DeliveryLineForm, lot_draft
from oms.dashboard.inventory.lines import (
    delivery_sheet,
    empty_sheet,
    filled_lines,
    items_of,
    line_errors,
    readable,
    refusals_beside,
    with_more,
)
from oms.dashboard.inventory.purchasing import render_order
from oms.dashboard.inventory.transfer_steps import ReceiptForm

PACK = "pack"


class PurchaseReceiptForm(ReceiptForm):
    notice = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reference = forms.CharField(
        label=gettext_lazy("Reference"), required=False, max_length=200,
        help_text=gettext_lazy("Like the number of the delivery note."),
    )  # fmt: skip


class DeliveredLineForm(DeliveryLineForm):
    counted_in = forms.ChoiceField(
        label=gettext_lazy("Counted in"), required=False,
        choices=[("unit", gettext_lazy("Units")), (PACK, gettext_lazy("Packs"))],
    )  # fmt: skip


@require_POST
def send(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """By mail, or only written down where a person sends it."""
    mail = "by_hand" not in request.POST
    sent = _("Ordered. The mail is on its way.") if mail else _("Ordered. Now send it to the supplier.")

    def done(outcome: object) -> str:
        waits = _("This is above what you may order alone. It waits for a second person; nothing was ordered yet.")
        return waits if isinstance(outcome, Approval) else sent

    return step(request, number, lambda found: send_purchase_order(purchase_order_id=found.id, mail=mail), done, SEND)


@require_POST
def close(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return step(request, number, lambda found: close_purchase_order(purchase_order_id=found.id), _("Order closed."))


@require_POST
def cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return step(request, number, lambda found: cancel_purchase_order(purchase_order_id=found.id), _("Order canceled."))


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Scan or type what arrived; a code that is not on the order is refused beside its line."""
    require(request.actor, RECEIVE)
    found = purchase_order_by_number(number)
    sheet = delivery_sheet(DeliveredLineForm)
    if request.method == "GET":
        notice = _notice(request, found)
        begun = [{"code": line.item.sku, "quantity": line.quantity} for line in notice.lines.all()] if notice else []
        form = PurchaseReceiptForm(initial={"receipt": uuid7(), "notice": notice and notice.id})
        return _receive_page(request, found, form, empty_sheet(sheet, begun=begun))
    if "more" in request.POST:
        return _receive_page(request, found, PurchaseReceiptForm(initial=request.POST), with_more(sheet, request))
    form, lines = PurchaseReceiptForm(posted(request)), sheet(request.POST)
    done = form.is_valid() and readable(form, lines) and attempt(form, lambda: _receive(found, form, lines))
    if not done:
        return _receive_page(request, found, form, lines)
    count = len(filled_lines(lines))
    message = ngettext("%d line received.", "%d lines received.", count) % count
    return settled(request, order_url(request, number), message)


@require_safe
def pdf(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """As the supplier gets it."""
    require(request.actor, VIEW)
    found = purchase_order_by_number(number)
    content = purchase_order_pdf(found, lines_of_purchase_order(found.id), request.merchant)
    name = f'inline; filename="PO{number}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


@require_safe
def csv(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """For a supplier who reads spreadsheets."""
    require(request.actor, VIEW)
    found = purchase_order_by_number(number)
    return csv_download(f"PO{number}.csv", CSV_HEADER, csv_rows(found, lines_of_purchase_order(found.id)))


def _notice(request: HttpRequest, found: PurchaseOrder) -> DeliveryNotice | None:
    """The announced delivery that the link names."""
    wanted = request.GET.get("notice", "")
    awaited = [each for each in notices_of_purchase_order(found.id) if each.state == ANNOUNCED]
    return next((each for each in awaited if str(each.id) == wanted), None)


def _receive_page(
    request: HttpRequest, found: PurchaseOrder, form: forms.Form, lines: forms.BaseFormSet
) -> HttpResponse:
    errors = line_errors(lines)
    context = {
        "found": found, "form": form, "lines": lines, "line_errors": errors, "has_errors": bool(errors),
        "expected": [each for each in lines_of_purchase_order(found.id) if each.awaited],
        "url": order_url(request, found.number), "title": f"PO{found.number}",
    }  # fmt: skip
    return page_of_form(request, "dashboard/inventory/receive_expected.html", context)


def _receive(found: PurchaseOrder, form: PurchaseReceiptForm, lines: forms.BaseFormSet) -> PurchaseOrder:
    items = items_of(lines)
    delivered = [
        Delivered(
            items[given["code"]].id, given["quantity"], given["state"] or SELLABLE, given["counted_in"] == PACK,
            lot_draft(given), tuple(given.get("serials", ())),
        )
        for given in (line.cleaned_data for line in filled_lines(lines))
    ]  # fmt: skip
    receipt, reference = form.cleaned_data["receipt"], form.cleaned_data["reference"]
    with refusals_beside(lines):
        return receive_purchase_order(
            purchase_order_id=found.id, receipt_id=receipt, delivered=delivered, reference=reference,
            notice_id=form.cleaned_data["notice"],
        )  # fmt: skip


def step(
    request: HttpRequest,
    number: int,
    act: Callable[[PurchaseOrder], object],
    done: str | Callable[[object], str],
    verb: str = EDIT,
) -> HttpResponse:
    """Take one step and go back to the order; ``done`` is what is said then, or finds it from what came of it."""
    require(request.actor, verb)
    found = purchase_order_by_number(number)
    try:
        with transaction.atomic():
            outcome = act(found)
    except OmsError as refusal:
        problem = refusal.fields[0].message if refusal.fields else refusal.message
        return render_order(request, purchase_order_by_number(number), status=refusal.status, problem=problem)
    return settled(request, order_url(request, number), done(outcome) if callable(done) else done)


def order_url(request: HttpRequest, number: int) -> str:
    return reverse("dashboard:purchase_order", args=[request.merchant.slug, number])
