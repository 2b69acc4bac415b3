"""Bulk verbs: a check page that says what will happen, then a job. Nothing runs on the first click."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from oms.core.actors import require
from oms.core.errors import Invalid
from oms.core.tenancy import unit
from oms.dashboard.forms import attempt, page_of_form, settled
from oms.dashboard.orders.forms import BulkForm
from oms.desk.bulk import COUNT_MAX, PERMISSIONS, TITLES, Chosen, foresee, start_bulk

# Above so many, the count is typed before anything starts.
CONFIRMED_ABOVE = 500


@require_POST
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which orders, how many of them the verb fits, and ask what it needs to know."""
    return _page(request, run=False)


@require_POST
def run(request: HttpRequest, slug: str) -> HttpResponse:
    """Start the job, or show the check again with what is missing."""
    return _page(request, run=True)


def _page(request: HttpRequest, *, run: bool) -> HttpResponse:
    verb, chosen = _verb(request), _chosen(request)
    foreseen = foresee(verb=verb, chosen=chosen)
    if not foreseen.count:
        raise Invalid.field("orders", _("None of these orders is there any more. Go back to the list."), "required")
    confirm = min(foreseen.count, COUNT_MAX) if foreseen.count > CONFIRMED_ABOVE else None
    form = BulkForm(request.POST if run else None, verb=verb, confirm=confirm)
    if run and (done := attempt(form, lambda: start_bulk(verb=verb, chosen=chosen, **form.wanted()))):
        url = reverse("dashboard:job", args=[request.merchant.slug, done.value.id])
        return settled(request, url, _("Started. You can leave this page; the job goes on."))
    context = {
        "verb": verb, "title": _(TITLES[verb]), "form": form, "chosen": chosen, "foreseen": foreseen,
        "cap": COUNT_MAX, "more": max(min(foreseen.count, COUNT_MAX) - len(foreseen.sample), 0),
        "cannot_be_undone": verb == "cancel", "button": _button(verb, min(foreseen.count, COUNT_MAX)),
    }  # fmt: skip
    return page_of_form(request, "dashboard/orders/bulk.html", context)


def _button(verb: str, count: int) -> str:
    """Verb, number and noun: what pressing it does."""
    return {
        "hold": ngettext("Hold %d order", "Hold %d orders", count),
        "tag": ngettext("Tag %d order", "Tag %d orders", count),
        "allocate": ngettext("Allocate %d order", "Allocate %d orders", count),
        "cancel": ngettext("Cancel %d order", "Cancel %d orders", count),
    }[verb] % count


def _verb(request: HttpRequest) -> str:
    verb = request.POST.get("verb", "")
    if verb not in TITLES:
        raise Invalid.field("verb", _("Choose what to do with the orders."), "unknown_choice")
    require(request.actor, PERMISSIONS[verb])
    return verb


def _chosen(request: HttpRequest) -> Chosen:
    """The orders ticked, or with ``everything`` the query as it is now (or was on the check page)."""
    if request.POST.get("everything"):
        return Chosen(query=request.POST.get("query", ""), at=_frozen_at(request.POST.get("at", "")))
    try:
        ids = tuple(dict.fromkeys(UUID(each) for each in request.POST.getlist("orders")))
    except ValueError:
        raise Invalid.field("orders", _("Choose the orders from the list again."), "invalid") from None
    if not ids:
        raise Invalid.field("orders", _("Tick at least one order first."), "required")
    return Chosen(ids)


def _frozen_at(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if text else unit().now
    except ValueError:
        moment = unit().now
    return min(moment, unit().now) if moment.tzinfo else unit().now
