"""Home: what needs me now. Counted links, worst first; no chart wall."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from inventory.models import Item
from inventory.queries import visible_locations
from oms.accounts.models import Approval, SalesChannel
from oms.core.models import Delivery, Job, Tenant
from oms.core.paging import capped_count
from oms.core.tenancy import unit
from oms.dashboard.charts import bar_chart
from oms.dashboard.formatting import Formats, day_text
from oms.dashboard.vocabulary import HOLD
from oms.webhooks.models import Message
from orders.filtering import apply_query
from orders.models import Order
from orders.queries import overview

DAYS, WEEK = 14, 7
Permits = Callable[[str], bool]


@dataclass(frozen=True)
class Attention:
    """One line of the list: how many, of what, and the page that shows exactly those."""

    count: int
    words: str
    url: str
    tone: str = "warning"
    icon: str = "triangle-alert"


@dataclass(frozen=True)
class SetUp:
    """One step towards the first order; ``done`` is worked out, never ticked."""

    words: str
    why: str
    url: str
    done: bool


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole page; asked by htmx, only the counts, and nothing while they are the same."""
    permits = request.actor.permits
    attention = [each for each in _attention(permits, request.merchant.slug) if each.count]
    seen = ".".join(str(each.count) for each in attention)
    context: dict = {"attention": attention, "seen": seen, "home_url": request.path}
    if request.htmx:
        if request.GET.get("seen") == seen:
            return HttpResponse(status=204)
        return render(request, "dashboard/home/home.html#attention", context)
    context["empty"] = not Order.objects.exists()
    if context["empty"]:
        context["steps"] = _steps(request)
    elif permits("orders.view"):
        context |= _today(request.merchant)
    return render(request, "dashboard/home/home.html", context)


def _attention(permits: Permits, slug: str) -> list[Attention]:
    """Worst first: what is late or blocked, then what waits, then our own machinery."""
    found = _orders_first(reverse("dashboard:orders", args=[slug])) if permits("orders.view") else []
    return found + _machinery(permits)


def _orders_first(orders: str) -> list[Attention]:
    """Each count is of the very list its link opens."""
    found = [_listed(orders, "is:late", _late, "critical", "circle-alert")]
    for kind, count in overview.open_holds_by_kind().items():
        words = ngettext("hold: %(kind)s", "holds: %(kind)s", count) % {
            "kind": HOLD[kind].word if kind in HOLD else kind
        }
        icon = HOLD[kind].icon if kind in HOLD else "circle-pause"
        found.append(Attention(count, words, f"{orders}exceptions/?{urlencode({'kind': kind})}", icon=icon))
    return [
        *found,
        _listed(orders, "is:open fulfillment:not_allocated -is:held", _not_allocated, icon="split"),
        _listed(orders, "is:open fulfillment:backordered", _backordered, icon="hourglass"),
        _listed(orders, "is:open fulfillment:part_allocated", _part_allocated, icon="hourglass"),
    ]


def _listed(orders: str, query: str, words: Callable[[int], str], tone: str = "warning", icon: str = "") -> Attention:
    count = capped_count(apply_query(query))
    return Attention(count, words(count), f"{orders}?{urlencode({'q': query})}", tone, icon)


def _late(count: int) -> str:
    return ngettext("order is past its ship-by time", "orders are past their ship-by time", count)


def _not_allocated(count: int) -> str:
    return ngettext("order has no location yet", "orders have no location yet", count)


def _backordered(count: int) -> str:
    return ngettext("order waits for stock", "orders wait for stock", count)


def _part_allocated(count: int) -> str:
    return ngettext("order waits for part of its stock", "orders wait for part of their stock", count)


def _machinery(permits: Permits) -> list[Attention]:
    found = []
    if permits("approvals.decide"):
        count = capped_count(Approval.objects.filter(state=Approval.WAITING))
        words = ngettext("approval waits for a decision", "approvals wait for a decision", count)
        found.append(Attention(count, words, "settings/approvals/", icon="stamp"))
    if permits("jobs.view"):
        since = unit().now - timedelta(days=WEEK)
        count = capped_count(Job.objects.filter(state=Job.FAILED, created_at__gte=since))
        words = ngettext("job gave up in the last week", "jobs gave up in the last week", count)
        found.append(Attention(count, words, "jobs/?view=failed", icon="list-checks"))
    if permits("events.view"):
        count = capped_count(Delivery.objects.filter(state=Delivery.PARKED))
        words = ngettext("event is parked", "events are parked", count)
        found.append(Attention(count, words, "settings/events/", icon="circle-pause"))
    if permits("webhooks.edit"):
        count = capped_count(Message.objects.filter(state=Message.FAILED))
        words = ngettext("webhook could not be delivered", "webhooks could not be delivered", count)
        found.append(Attention(count, words, "settings/webhooks/", icon="webhook"))
    return found


def _today(merchant: Tenant) -> dict:
    """What leaves today, and how many orders came in."""
    zone, now = ZoneInfo(merchant.timezone), unit().now
    today = now.astimezone(zone).date()
    midnight = datetime.combine(today + timedelta(days=1), time.min, zone)
    names = dict(visible_locations().values_list("code", "name"))
    days = overview.orders_by_day(days=DAYS, until=now, zone=merchant.timezone)
    formats = Formats.of(merchant)
    week, before = sum(each.orders for each in days[WEEK:]), sum(each.orders for each in days[:WEEK])
    summary = _("%(week)s orders in the last 7 days, %(before)s in the 7 days before.") % {
        "week": week,
        "before": before,
    }
    bars = [(day_text(each.day, today, formats), each.orders) for each in days]
    return {
        "chart": bar_chart(bars, summary=summary, last_is_unfinished=True),
        "due": [(names.get(each.location, each.location or _("No location yet")), each) for each in overview.due_by_location(midnight)],
        "placed_today": days[-1].orders, "placed_then": days[-1 - WEEK].orders,
        "ready": capped_count(apply_query("is:open fulfillment:allocated -is:held")),
        "week": week, "before": before, "cap": overview.CAP, "now": now,
    }  # fmt: skip


def _steps(request: HttpRequest) -> list[SetUp]:
    """What a merchant without orders does next; only what this person may do."""
    permits, slug = request.actor.permits, request.merchant.slug
    orders = reverse("dashboard:orders", args=[slug])
    steps = [
        ("settings.edit", _("Name a sales channel"), _("Where your orders come from: your shop, a marketplace, the phone."),
         reverse("dashboard:channels", args=[slug]), lambda: SalesChannel.objects.exists()),
        ("locations.edit", _("Add a location"), _("Where your stock lies and ships from, with its cut-off time."),
         reverse("dashboard:locations", args=[slug]), lambda: visible_locations().exists()),
        ("items.edit", _("Add items and their stock"), _("Or let the import create them from your order file."),
         reverse("dashboard:stock", args=[slug]), lambda: Item.objects.exists()),
        ("orders.import", _("Import your orders"), _("A CSV file or a workbook: you see what will happen before it does."),
         f"{orders}import/", lambda: False),
        ("orders.place", _("Or type in one order"), _("By phone or by mail: stock is reserved at once."), f"{orders}new/", lambda: False),
    ]  # fmt: skip
    return [SetUp(words, why, url, done()) for verb, words, why, url, done in steps if permits(verb)]
