"""Closed days: no entry takes effect in them any more."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from inventory.actions.close_period import NOTE_MAX, close_period, reopen_period
from inventory.models import StockPeriod
from inventory.queries.periods import NEWEST, closing_in_force, periods
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.lists import list_page

VERB = "stock.audit"


class CloseForm(PlainForm):
    until = forms.DateField(
        label=_("Close all days up to"), widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Enter a day like 2026-11-24.")},
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, max_length=NOTE_MAX)


class ReopenForm(PlainForm):
    reason = forms.CharField(label=_("Reason"), max_length=NOTE_MAX)


@require_http_methods(["GET", "POST"])
def period_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What was closed, by whom, and the form that closes more."""
    require(request.actor, VERB)
    form = CloseForm(posted(request))
    if request.method == "POST" and (done := attempt(form, lambda: close_period(**form.cleaned_data))):
        message = gettext("All days up to %s are closed.") % done.value.closed_until
        return settled(request, reverse("dashboard:periods", args=[slug]), message)
    context = {"form": form, "page": list_page(request, periods(), order=NEWEST), "current": closing_in_force()}
    return page_of_form(request, "dashboard/inventory/periods.html", context)


@require_http_methods(["GET", "POST"])
def period_reopen(request: HttpRequest, slug: str, stock_period_id: UUID) -> HttpResponse:
    """Take the latest closing back; a reason is needed."""
    require(request.actor, VERB)
    period = StockPeriod.objects.filter(id=stock_period_id).first()
    if period is None:
        raise NotFound("There is no such closing.")
    form = ReopenForm(posted(request))

    def reopen() -> StockPeriod:
        return reopen_period(period_id=stock_period_id, reason=form.cleaned_data["reason"])

    if request.method == "POST" and attempt(form, reopen):
        return settled(request, reverse("dashboard:periods", args=[slug]), gettext("Those days are open again."))
    return page_of_form(request, "dashboard/inventory/period_reopen.html", {"form": form, "period": period})
