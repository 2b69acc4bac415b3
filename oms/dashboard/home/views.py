"""Home: what needs me now, and what leaves today. No chart wall."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inventory.queries import visible_locations
from inventory.queries.audits import broken_now
from oms.core.formatting import Formats, count_text, day_text
from oms.core.models import Tenant
from oms.core.paging import capped_count
from oms.core.tenancy import unit
from oms.dashboard.charts import BarChart, bar_chart
from oms.dashboard.home.attention import attention_of
from oms.dashboard.home.starting import steps_to_the_first_order
from orders.filtering import apply_query
from orders.models import Order
from orders.queries import overview

DAYS, WEEK = 14, 7


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole page; asked by htmx, only the counts, and nothing while they are the same."""
    attention = attention_of(request.actor.permits, slug)
    seen = ".".join(f"{each.words}{each.count}" for each in attention)
    context: dict = {"attention": attention, "seen": seen, "home_url": request.path}
    if request.htmx and not request.htmx.history_restore_request:
        if request.GET.get("seen") == seen:
            return HttpResponse(status=204)
        return render(request, "dashboard/home/home.html#attention", context)
    if request.actor.permits("stock.audit"):
        context["broken_audit"] = broken_now()
    context["empty"] = not Order.objects.exists()
    if context["empty"]:
        context["steps"] = steps_to_the_first_order(request)
    elif request.actor.permits("orders.view"):
        context |= _today(request.merchant)
    return render(request, "dashboard/home/home.html", context)


def _today(merchant: Tenant) -> dict:
    """What leaves today, and how many orders came in."""
    zone, now = ZoneInfo(merchant.timezone), unit().now
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time.min, zone)
    days = overview.orders_by_day(days=DAYS, until=now, zone=merchant.timezone)
    return {
        "chart": _chart(days, Formats.of(merchant)),
        "due": _due(midnight),
        "placed_today": days[-1].orders,
        "placed_then": days[-1 - WEEK].orders,
        "ready": capped_count(apply_query("is:open fulfillment:allocated -is:held")),
        "cap": overview.CAP,
        "now": now,
    }


def _chart(days: list[overview.DayCount], formats: Formats) -> BarChart:
    week, before = sum(each.orders for each in days[WEEK:]), sum(each.orders for each in days[:WEEK])
    most = max(each.orders for each in days)
    words = _("%(week)s orders in the last 7 days, %(before)s in the 7 days before. The most in a day: %(most)s.")
    summary = words % {
        "week": count_text(week, formats, overview.CAP), "before": count_text(before, formats, overview.CAP),
        "most": count_text(most, formats, overview.CAP),
    }  # fmt: skip
    bars = [(day_text(each.day, days[-1].day, formats), each.orders) for each in days]
    return bar_chart(bars, summary=summary, last_is_unfinished=True)


def _due(midnight: datetime) -> list[tuple[str, overview.DueAt]]:
    """Orders to leave before midnight, by the location's name."""
    names = dict(visible_locations().values_list("code", "name"))
    return [
        (names.get(each.location, each.location) or _("No location yet"), each)
        for each in overview.due_by_location(midnight)
    ]
