"""Parked events: what a part of the product could not take in, why, and trying it again."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from oms.core.actors import require
from oms.core.events.delivery import replay
from oms.core.models import Delivery, Fact
from oms.dashboard.forms import settled
from oms.dashboard.lists import list_page

REPLAYED_AT_ONCE = 500


@dataclass(frozen=True)
class Parked:
    """A parked delivery with the fact that it is about."""

    delivery: Delivery
    fact: Fact | None


@require_safe
def event_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything parked, newest first, each with its last error."""
    require(request.actor, "events.view")
    page = list_page(request, Delivery.objects.filter(state=Delivery.PARKED), order=("-id",))
    context = {
        "page": page,
        "parked": _with_facts(request.merchant.id, page.rows),
        "may_replay": request.actor.permits("events.replay"),
    }
    return render(request, "dashboard/settings/events.html", context)


def _with_facts(tenant_id: int, deliveries: list[Delivery]) -> list[Parked]:
    """Facts live in monthly partitions: naming their times keeps the look-up to the right ones."""
    if not deliveries:
        return []
    facts = Fact.objects.filter(
        tenant_id=tenant_id,
        id__in=[each.fact_id for each in deliveries],
        occurred_at__in={each.fact_at for each in deliveries},
    )
    by_id = {fact.id: fact for fact in facts}
    return [Parked(each, by_id.get(each.fact_id)) for each in deliveries]


@require_POST
def event_replay(request: HttpRequest, slug: str) -> HttpResponse:
    """Try the chosen deliveries again, or the oldest few hundred when none is named."""
    require(request.actor, "events.replay")
    ids = [int(given) for given in request.POST.getlist("events") if given.isdecimal() and len(given) < 19]
    if "all" in request.POST:
        parked = Delivery.objects.filter(state=Delivery.PARKED).order_by("id")
        ids = list(parked.values_list("id", flat=True)[:REPLAYED_AT_ONCE])
    count = replay(delivery_ids=ids)
    message = ngettext("%d event is tried again.", "%d events are tried again.", count) % count
    if count == 0:
        message = _("Nothing to try again: choose an event that is still parked.")
    return settled(request, reverse("dashboard:events", args=[slug]), message)
