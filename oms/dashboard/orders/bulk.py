"""Bulk verbs: a check page that says what will happen, then a job. Nothing runs on the first click."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oms.core.actors import require
from oms.core.errors import Invalid
from oms.dashboard.forms import attempt, page_of_form, settled
from oms.dashboard.orders.forms import BulkForm
from oms.desk.bulk import PERMISSIONS, TITLES, start_bulk
from orders.queries import visible_orders

SHOWN = 10


@require_POST
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which orders, how many, and ask what the verb needs to know."""
    verb = _verb(request)
    return _page(request, verb, BulkForm(verb=verb))


@require_POST
def run(request: HttpRequest, slug: str) -> HttpResponse:
    verb = _verb(request)
    form = BulkForm(request.POST, verb=verb)
    done = attempt(form, lambda: start_bulk(verb=verb, order_ids=_chosen(request), **form.cleaned_data))
    if not done:
        return _page(request, verb, form)
    return settled(request, f"/m/{slug}/jobs/{done.value.id}/", _("Started. You can leave this page."))


def _page(request: HttpRequest, verb: str, form: BulkForm) -> HttpResponse:
    chosen = _chosen(request)
    orders = visible_orders().filter(id__in=chosen).order_by("-placed_at", "-id")
    context = {
        "verb": verb, "title": _(TITLES[verb]), "form": form, "chosen": chosen, "count": len(chosen),
        "shown": orders[:SHOWN], "more": max(len(chosen) - SHOWN, 0),
        "cannot_be_undone": verb == "cancel",
    }  # fmt: skip
    return page_of_form(request, "dashboard/orders/bulk.html", context)


def _verb(request: HttpRequest) -> str:
    verb = request.POST.get("verb", "")
    if verb not in TITLES:
        raise Invalid.field("verb", _("Choose what to do with the orders."), "unknown_choice")
    require(request.actor, PERMISSIONS[verb])
    return verb


def _chosen(request: HttpRequest) -> list[UUID]:
    try:
        chosen = list(dict.fromkeys(UUID(each) for each in request.POST.getlist("orders")))
    except ValueError:
        raise Invalid.field("orders", _("Choose the orders from the list again."), "invalid") from None
    if not chosen:
        raise Invalid.field("orders", _("Tick at least one order first."), "required")
    return chosen
