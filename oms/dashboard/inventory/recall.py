"""Call lots back: which they are is shown before it is done, and after it everybody who got of them."""

from collections.abc import Iterator

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.recalled import Got, who_got, who_got_recalled
from inventory.actions.tracing import VERB
from inventory.actions.tracing.blocking import ADVICE_MAX, REASON_MAX, lots_named, recall_lots
from inventory.actions.tracing.units import serials_named
from inventory.models import Lot, Recall, Serial
from inventory.queries import resolve_skus
from inventory.queries.serials import serials_of_recall, tracks_any_serials
from inventory.queries.tracing import lots_of_recall, recall_by_number, recalls
from inventory.stock.serials import SERIAL_MAX
from oms.core.actors import require
from oms.core.errors import Invalid
from oms.dashboard.downloads import csv_download
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.forms import LinesField, day_field, lot_field
from oms.dashboard.lists import list_page
from oms.desk.privacy import may_know_customers
from oms.notifications.actions.recalling import notices_of, start_notice

SHOWN = 200
LOTS = ("codes", "first", "last", "expires_from", "expires_until")
SERIALS = ("serials", "first_serial", "last_serial")
CSV_HEADER = (
    "order", "channel", "sku", "code", "units", "returned", "sent_at", "tracking_number", "customer", "email",
)  # fmt: skip


class RecallForm(PlainForm):
    """Lots by code, or a range of codes or dates; ``confirmed`` once they were shown."""

    item = forms.CharField(
        label=gettext_lazy("Item"), max_length=100, help_text=gettext_lazy("SKU or barcode."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    codes = LinesField(label=gettext_lazy("Lots"), required=False, help_text=gettext_lazy("One per line."))
    first = lot_field(help_text=gettext_lazy("Or a range of codes: the first of it."))
    last = lot_field(help_text=gettext_lazy("The last of it."))
    expires_from = day_field(gettext_lazy("Good until, from"), help_text=gettext_lazy("Or a range of dates."))
    expires_until = day_field(gettext_lazy("Good until, to"))
    serials = LinesField(
        label=gettext_lazy("Serial numbers"), required=False, help_text=gettext_lazy("Or single units: one per line.")
    )
    first_serial = forms.CharField(label=gettext_lazy("From serial number"), required=False, max_length=SERIAL_MAX)
    last_serial = forms.CharField(label=gettext_lazy("To serial number"), required=False, max_length=SERIAL_MAX)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=REASON_MAX)
    advice = forms.CharField(
        label=gettext_lazy("What customers should do"), required=False, max_length=ADVICE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("Stands in the letter, if you send one."),
    )  # fmt: skip

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.fields["first"].label, self.fields["last"].label = _("From lot"), _("To lot")
        if not tracks_any_serials():
            for name in SERIALS:
                del self.fields[name]

    def meant(self) -> tuple[list[Lot], list[Serial]]:
        """The lots and units that are named. Raises `Invalid`."""
        given = self.cleaned_data
        item = resolve_skus([given["item"]]).get(given["item"])
        if item is None:
            raise Invalid.field("item", _("No item is called “%s”.") % given["item"], "unknown_item")
        units, of_lots = {name: given.get(name) for name in SERIALS}, {name: given[name] for name in LOTS}
        serials = []
        if any(units.values()):
            codes, first, last = units.values()
            serials = serials_named(item_id=item.id, codes=codes, first=first, last=last)
        lots = lots_named(item_id=item.id, **of_lots) if any(of_lots.values()) or not serials else []
        return lots, serials


@require_safe
def recall_list(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.actor, "stock.view")
    page = list_page(request, recalls(), order=("-id",))
    context = {"page": page, "may_recall": request.actor.permits(VERB)}
    return render(request, "dashboard/inventory/recalls.html", context)


@require_http_methods(["GET", "POST"])
def recall_new(request: HttpRequest, slug: str) -> HttpResponse:
    """First it is shown which lots are meant and who got of them; then it is done."""
    require(request.actor, VERB)
    form = RecallForm(
        posted(request), initial={"item": request.GET.get("item", ""), "codes": request.GET.getlist("lot")}
    )
    if request.method == "GET":
        return page_of_form(request, "dashboard/inventory/recall_form.html", {"form": form})
    if "confirmed" in request.POST:
        done = attempt(form, lambda: _recall(form))
        if done:
            url = reverse("dashboard:recall", args=[slug, done.value.number])
            return settled(request, url, _("Called back. These lots are off sale everywhere."))
    elif found := attempt(form, form.meant):
        lots, units = found.value
        audience = who_got([each.id for each in lots], [each.id for each in units])
        context = {"form": form, "meant": [*lots, *units], "audience": audience, "preview": True}
        return page_of_form(request, "dashboard/inventory/recall_form.html", context)
    return page_of_form(request, "dashboard/inventory/recall_form.html", {"form": form})


@require_safe
def recall_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One recall: its lots, and every order that got of them."""
    require(request.actor, "stock.view")
    recall = recall_by_number(number)
    lots = lots_of_recall(recall)
    audience = who_got_recalled(recall) if request.actor.permits("orders.view") else None
    context = {
        "recall": recall,
        "lots": lots,
        "units": serials_of_recall(recall),
        "audience": audience,
        "got": audience.got[:SHOWN] if audience else [],
        "customers": len(audience.by_customer()) if audience else 0,
        "letters": sum(notices_of(recall).values()),
        "may_recall": request.actor.permits(VERB),
        "may_know": may_know_customers(request.actor),
    }
    return render(request, "dashboard/inventory/recall.html", context)


@require_safe
def recall_file(request: HttpRequest, slug: str, number: int) -> StreamingHttpResponse:
    """Every order that got of it, for a spreadsheet."""
    require(request.actor, "orders.view")
    recall = recall_by_number(number)
    got = who_got_recalled(recall).got
    return csv_download(f"recall-{number}.csv", CSV_HEADER, _rows(got, may_know_customers(request.actor)))


@require_POST
def recall_notice(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Write to everybody who has some of it; who was written to is left out."""
    require(request.actor, VERB)
    start_notice(recall_id=recall_by_number(number).id)
    return settled(request, reverse("dashboard:recall", args=[slug, number]), _("The letters are being written."))


def _recall(form: RecallForm) -> Recall:
    lots, units = form.meant()
    return recall_lots(
        lot_ids=[each.id for each in lots], serial_ids=[each.id for each in units],
        reason=form.cleaned_data["reason"], advice=form.cleaned_data["advice"],
    )  # fmt: skip


def _rows(got: list[Got], named: bool) -> Iterator[tuple]:
    for each in got:
        order = each.order
        who = (order.customer_name, order.email) if named else ("", "")
        yield (
            order.number, order.channel.name, each.line.sku, each.name, each.units, each.returned,
            each.sent_at.isoformat(timespec="seconds"), each.tracking, *who,
        )  # fmt: skip
