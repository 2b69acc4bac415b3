"""What a supplier says before the goods are here: their answer to an order, and deliveries they announce."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from inventory.actions.purchasing import EDIT
from inventory.actions.purchasing.acknowledge import Confirmed, acknowledge_purchase_order
from inventory.actions.purchasing.announce import Announced, announce_delivery, withdraw_delivery
from inventory.models import PurchaseOrder, PurchaseOrderLine
from inventory.queries import lines_of_purchase_order, purchase_order_by_number
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
from oms.dashboard.inventory.purchase_steps import order_url, step


class AnswerForm(PlainForm):
    reference = forms.CharField(label=gettext_lazy("Their number of it"), required=False, max_length=200)
    expected_on = day_field(gettext_lazy("Expected on"), help_text=gettext_lazy("Empty: the day stays as it is."))


class AnswerLineForm(LineForm):
    """Units that will come in all, none included."""

    how_many = gettext_lazy("Say how many will come, 0 if none.")

    quantity = forms.IntegerField(
        label=gettext_lazy("Will come in all"), required=False, min_value=0,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    expected_on = day_field(gettext_lazy("On a day of its own"))

    def clean(self) -> dict[str, object]:
        cleaned = PlainForm.clean(self)
        if cleaned.get("code") and cleaned.get("quantity") is None and "quantity" not in self.errors:
            self.add_error("quantity", self.how_many)
        return cleaned


class AnnounceForm(PlainForm):
    reference = forms.CharField(
        label=gettext_lazy("Number of the delivery"), max_length=200,
        help_text=gettext_lazy("Theirs, as it will stand on the delivery note."),
    )  # fmt: skip
    expected_on = day_field(gettext_lazy("Expected on"), required=True)
    carrier = forms.CharField(label=gettext_lazy("Carrier"), required=False, max_length=200)
    tracking_number = forms.CharField(label=gettext_lazy("Tracking number"), required=False, max_length=200)


AnswerLines, AnnouncedLines = sheet_of(AnswerLineForm), sheet_of(LineForm)


@require_http_methods(["GET", "POST"])
def acknowledge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Each line as it was ordered, to be corrected where the supplier says otherwise."""
    return _ask(
        request, number, AnswerForm, AnswerLines, _answered, _answer, title=_("What the supplier answered"),
        done=_("Answer saved. Promises stand on it now."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What is on the lorry; it begins with all that is still to come."""
    return _ask(
        request, number, AnnounceForm, AnnouncedLines, _awaited, _announce, title=_("Announce a delivery"),
        done=_("Delivery announced. Receive it with one step when it is here."),
    )  # fmt: skip


@require_POST
def withdraw(request: HttpRequest, slug: str, number: int, deliverynotice_id: UUID) -> HttpResponse:
    """It does not come."""
    return step(request, number, lambda found: withdraw_delivery(notice_id=deliverynotice_id), _("Delivery taken off."))


def _ask(request, number, form_class, sheet, begin, act, *, title: str, done: str) -> HttpResponse:
    require(request.actor, EDIT)
    found = purchase_order_by_number(number)
    if request.method == "GET":
        begun = [begin(each) for each in lines_of_purchase_order(found.id)]
        initial = {"reference": found.reference} if form_class is AnswerForm else {}
        return _page(
            request, found, title, form_class(initial=initial), empty_sheet(sheet, begun=list(filter(None, begun)))
        )
    if "more" in request.POST:
        return _page(request, found, title, form_class(initial=request.POST), with_more(sheet, request))
    form, lines = form_class(posted(request)), sheet(request.POST)
    if form.is_valid() and readable(form, lines) and attempt(form, lambda: act(found, form, lines)):
        return settled(request, order_url(request, number), done)
    return _page(request, found, title, form, lines)


def _page(request, found: PurchaseOrder, title: str, form: forms.Form, lines: forms.BaseFormSet) -> HttpResponse:
    errors = line_errors(lines)
    context = {
        "found": found, "title": title, "form": form, "lines": lines, "line_errors": errors,
        "has_errors": bool(errors), "url": order_url(request, found.number),
    }  # fmt: skip
    return page_of_form(request, "dashboard/inventory/purchase_answer.html", context)


def _answered(line: PurchaseOrderLine) -> dict:
    return {"code": line.item.sku, "quantity": line.due, "expected_on": line.expected_on}


def _awaited(line: PurchaseOrderLine) -> dict | None:
    return {"code": line.item.sku, "quantity": line.awaited} if line.awaited else None


def _answer(found: PurchaseOrder, form: forms.Form, lines: forms.BaseFormSet) -> PurchaseOrder:
    items = items_of(lines)
    confirmed = [
        Confirmed(items[given["code"]].id, given["quantity"], given["expected_on"])
        for given in (line.cleaned_data for line in filled_lines(lines))
    ]
    with refusals_beside(lines):
        return acknowledge_purchase_order(purchase_order_id=found.id, lines=confirmed, **form.cleaned_data)


def _announce(found: PurchaseOrder, form: forms.Form, lines: forms.BaseFormSet) -> object:
    items = items_of(lines)
    units = [
        (items[given["code"]].id, given["quantity"]) for given in (each.cleaned_data for each in filled_lines(lines))
    ]
    with refusals_beside(lines):
        return announce_delivery(purchase_order_id=found.id, delivery=Announced(lines=units, **form.cleaned_data))
