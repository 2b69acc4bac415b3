"""The settings page: each part of the set-up as one sentence that says how it is now."""

from dataclasses import dataclass

from babel import Locale
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from oms.accounts.models import ApiKey, Approval, SalesChannel
from oms.core.actors import Actor, require
from oms.core.formatting import Formats, count_text
from oms.core.models import Delivery, Tenant
from oms.core.paging import capped_count
from oms.core.tenancy import unit
from oms.demo.sandbox import has_sample_data
from oms.webhooks.models import Endpoint


@dataclass(frozen=True)
class Card:
    """One part: how it is now, and where it is changed. ``worry`` marks what needs a person."""

    title: str
    sentence: str
    url: str
    act: str
    worry: bool = False


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Every part of the set-up that this person may open."""
    require(request.actor, "settings.view")
    cards = [
        _business(request.merchant),
        _channels(slug),
        _sample(request.merchant),
        *_for(request.actor, "team.view", _team, slug),
        _approvals(request.merchant, slug),
        *_for(request.actor, "keys.edit", _keys, slug),
        *_for(request.actor, "webhooks.edit", _webhooks, slug),
        *_for(request.actor, "events.view", _events, request.merchant, slug),
        *_for(request.actor, "audit.view", _activity, slug),
    ]
    return render(request, "dashboard/settings/overview.html", {"cards": cards})


def _for(actor: Actor, verb: str, card, *args) -> list[Card]:
    return [card(*args)] if actor.permits(verb) else []


def _business(merchant: Tenant) -> Card:
    country = Locale("en").territories.get(merchant.country, merchant.country)
    sentence = _("%(name)s trades from %(country)s in %(currency)s, on %(zone)s time.") % {
        "name": merchant.name,
        "country": country,
        "currency": merchant.currency,
        "zone": merchant.timezone.replace("_", " "),
    }
    return Card(_("Business"), sentence, reverse("dashboard:business", args=[merchant.slug]), _("Change business"))


def _sample(merchant: Tenant) -> Card:
    filled = has_sample_data(merchant)
    sentence = _("Made-up trade is here to try things on.") if filled else _("There is no made-up trade here.")
    return Card(_("Sample data"), sentence, reverse("dashboard:sample", args=[merchant.slug]), _("Open sample data"))


def _channels(slug: str) -> Card:
    names = list(SalesChannel.objects.filter(active=True).order_by("name").values_list("name", flat=True)[:4])
    sentence = _("Orders come from %s.") % _listed(names) if names else _("No sales channel yet.")
    return Card(_("Sales channels"), sentence, reverse("dashboard:channels", args=[slug]), _("Open sales channels"))


def _listed(names: list[str]) -> str:
    """Up to three names in words, then "and more"."""
    if len(names) > 3:
        return _("%s and more") % ", ".join(names[:3])
    if len(names) == 1:
        return names[0]
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def _team(slug: str) -> Card:
    opened = unit()
    open_ones = Q(invitation__accepted_at=None, invitation__expires_at__gt=opened.now)
    counts = Tenant.objects.filter(id=opened.tenant_id).aggregate(
        people=Count("memberships", distinct=True),
        waiting=Count("invitation", filter=open_ones, distinct=True),
    )
    people, waiting = counts["people"], counts["waiting"]
    sentence = ngettext("%d person belongs to the team.", "%d people belong to the team.", people) % people
    if waiting:
        sentence += " " + ngettext("%d invitation waits.", "%d invitations wait.", waiting) % waiting
    return Card(_("Team and roles"), sentence, reverse("dashboard:team", args=[slug]), _("Open team"))


def _approvals(merchant: Tenant, slug: str) -> Card:
    waiting = capped_count(Approval.objects.filter(state=Approval.WAITING))
    shown = count_text(waiting, Formats.of(merchant))
    sentence = _("Nothing waits for a decision.")
    if waiting:
        sentence = ngettext("%s change waits for a second person.", "%s changes wait for a second person.", waiting)
        sentence %= shown
    return Card(_("Approvals"), sentence, reverse("dashboard:approvals", args=[slug]), _("Open approvals"), waiting > 0)


def _keys(slug: str) -> Card:
    opened = unit()
    usable = Q(expires_at=None) | Q(expires_at__gt=opened.now)
    count = ApiKey.objects.filter(usable, tenant_id=opened.tenant_id, revoked_at=None).count()
    sentence = ngettext("%d key works.", "%d keys work.", count) % count if count else _("No program has a key.")
    return Card(_("API keys"), sentence, reverse("dashboard:keys", args=[slug]), _("Open API keys"))


def _webhooks(slug: str) -> Card:
    counts = Endpoint.objects.aggregate(on=Count("id", filter=Q(active=True)), off=Count("id", filter=Q(active=False)))
    sentence = _("No program is told about events.")
    if counts["on"]:
        told = ngettext("%d endpoint is told about events.", "%d endpoints are told about events.", counts["on"])
        sentence = told % counts["on"]
    if counts["off"]:
        sentence += " " + ngettext("%d is switched off.", "%d are switched off.", counts["off"]) % counts["off"]
    return Card(
        _("Webhooks"), sentence, reverse("dashboard:webhooks", args=[slug]), _("Open webhooks"), counts["off"] > 0
    )


def _events(merchant: Tenant, slug: str) -> Card:
    parked = capped_count(Delivery.objects.filter(state=Delivery.PARKED))
    sentence = _("Everything that happened has been taken in.")
    if parked:
        sentence = ngettext("%s event could not be taken in.", "%s events could not be taken in.", parked)
        sentence %= count_text(parked, Formats.of(merchant))
    return Card(_("Parked events"), sentence, reverse("dashboard:events", args=[slug]), _("Open events"), parked > 0)


def _activity(slug: str) -> Card:
    sentence = _("Who changed what, and what it was before.")
    return Card(_("Activity"), sentence, reverse("dashboard:activity", args=[slug]), _("Open activity"))
