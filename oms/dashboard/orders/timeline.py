"""What happened to an order, the newest first, grouped by day; what names a customer is told only to who may know."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.core.models import AuditEntry
from oms.core.paging import keyset_page
from oms.dashboard.lists import ListPage, linked
from oms.desk.privacy import discreet
from orders.models import Order

SHOWN = 50
ICONS = {
    "orders.place": "inbox", "orders.draft": "pencil-line", "orders.screen": "shield-check",
    "orders.hold": "circle-pause", "orders.lift": "circle-play", "orders.cancel": "ban", "orders.allocate": "split",
    "orders.edit": "pencil", "orders.note": "message-square", "orders.match": "link",
    "orders.refund": "banknote-arrow-down", "orders.pay": "banknote-arrow-up", "messages.send": "mail",
    "messages.resend": "mail", "returns.request": "undo-2", "returns.receive": "package-search",
    "returns.inspect": "search-check",
}  # fmt: skip
FILTERS: dict[str, tuple[str | Promise, Q]] = {
    "all": (_("All"), Q()),
    "people": (_("People"), Q(actor_kind="user")),
    "stock": (_("Stock and routing"), Q(verb__in=("orders.allocate", "orders.place", "orders.match", "orders.cancel"))),
    "messages": (_("Customer messages"), Q(verb__startswith="messages.")),
    "money": (_("Money"), Q(verb__in=("orders.refund", "orders.pay"))),
    "parcels": (_("Parcels"), Q(verb__startswith="shipments.")),
    "checks": (_("Checks and holds"), Q(verb__in=("orders.screen", "orders.hold", "orders.lift"))),
}
WORDS = {
    "tags": _("Tags"), "customer_note": _("Note from the customer"), "ship_to": _("Ship to"),
    "fulfillment_state": _("Stock"), "locations": _("Locations"),
}  # fmt: skip


@dataclass(frozen=True)
class Happened:
    """One entry as it is shown."""

    entry: AuditEntry
    icon: str
    sentence: str | Promise
    changes: list[tuple[str | Promise, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """``days`` are (day, entries); ``filters`` are (address, words, current)."""

    days: list[tuple[date, list[Happened]]]
    filters: list[tuple[str, str | Promise, bool]]
    page: ListPage


def timeline(request: HttpRequest, order: Order, *, personal: bool) -> Timeline:
    """The part of an order's story that the address asks for (``show``, ``story``)."""
    return timeline_of(request, ("order", order.id), personal=personal)


def timeline_of(request: HttpRequest, subject: tuple[str, UUID], *, personal: bool) -> Timeline:
    """The same for any subject, as its kind and id."""
    kind, subject_id = subject
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in FILTERS else "all"
    entries = AuditEntry.objects.filter(FILTERS[chosen][1], subject_id=subject_id, subject_kind=kind)
    found = keyset_page(entries, order=("-id",), size=SHOWN, cursor=request.GET.get("story", ""))
    page = linked(request, found, name="story")
    zone = ZoneInfo(request.merchant.timezone)
    happened = [_shown(entry, personal) for entry in page.rows]
    days = [
        (day, list(of_day)) for day, of_day in groupby(happened, lambda each: each.entry.at.astimezone(zone).date())
    ]
    return Timeline(
        days, [_filter(request, name, words, name == chosen) for name, (words, _q) in FILTERS.items()], page
    )


def _filter(request: HttpRequest, name: str, words: str | Promise, current: bool) -> tuple[str, str | Promise, bool]:
    parameters = request.GET.copy()
    parameters.pop("story", None)
    parameters["show"] = name
    return f"?{parameters.urlencode()}#timeline", words, current


def _shown(entry: AuditEntry, personal: bool) -> Happened:
    icon = ICONS.get(entry.verb) or ICONS.get(".".join(entry.verb.split(".")[:2]), "circle-dot")
    if not personal:
        entry = discreet(entry)
    return Happened(entry, icon, entry.sentence, _changes(entry))


def _changes(entry: AuditEntry) -> list[tuple[str | Promise, str, str]]:
    """What was before and is now, for the entries that know both."""
    before, after = entry.before or {}, entry.after or {}
    return [
        (WORDS.get(name, name.replace("_", " ")), _text(before[name]), _text(after[name]))
        for name in before
        if name in after and before[name] != after[name]
    ]


def _text(value: object) -> str:
    if isinstance(value, dict):
        value = [part for part in value.values() if isinstance(part, str)]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(value).replace("_", " ") if value not in (None, "") else "–"
