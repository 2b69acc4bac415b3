"""The figures on one page: what they are, how they were before, and the orders behind each."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from analytics.figures import (
    DEFINITIONS,
    DayOfSales,
    Figures,
    Share,
    Span,
    figures_of,
    orders_behind,
    sales_of,
    stages_of,
)
from oms.accounts.models import SalesChannel
from oms.core.actors import require
from oms.core.formatting import Formats, money_text
from oms.core.tenancy import unit
from oms.dashboard.downloads import csv_download
from oms.dashboard.lists import list_page
from oms.dashboard.plots import range_bars, stacked_columns

VERB = "analytics.view"
RANGES = (7, 30, 90)
DAYS_MAX = 400
FIGURES = {
    "accuracy": gettext_lazy("Orders with a claim"), "on_time": gettext_lazy("Orders that came late"),
    "returns": gettext_lazy("Orders of which something came back"),
    "satisfaction": gettext_lazy("Orders whose customers answered"),
}  # fmt: skip


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Days and channel are in the address."""
    require(request.actor, VERB)
    span, channels = _span(request), list(SalesChannel.objects.order_by("name", "id"))
    now, before = figures_of(span), figures_of(span.before)
    sales, stages = sales_of(span), stages_of(span)
    context = {
        "span": span,
        "channels": [(each, each.id == span.channel_id) for each in channels],
        "ranges": [(days, span.days == days) for days in RANGES],
        "cards": _cards(now, before),
        "caught": now.caught,
        "backordered": now.backordered,
        "sums": _sums(sales, Formats.of(request.merchant)),
        "sales": sales,
        "sales_chart": _sales_chart(sales) if sales else "",
        "sales_title": _sales_title(sales),
        "stages": stages,
        "stages_chart": _stages_chart(stages) if stages else "",
        "stages_title": _stages_title(stages),
        "definitions": DEFINITIONS,
        "query": request.GET.urlencode(),
        "nothing": not sales and not stages,
    }
    return render(request, "dashboard/analytics/overview.html", context)


@require_safe
def orders(request: HttpRequest, slug: str) -> HttpResponse:
    """The orders that a figure was made of."""
    require(request.actor, VERB)
    require(request.actor, "orders.view")
    figure = request.GET.get("figure", "")
    figure = figure if figure in FIGURES else "accuracy"
    span = _span(request)
    page = list_page(request, orders_behind(figure, span), order=("-dispatched_at", "-id"))
    context = {"page": page, "title": FIGURES[figure], "span": span, "back": _without_figure(request)}
    return render(request, "dashboard/analytics/orders.html", context)


@require_safe
def sales_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Orders and sales by day, as a file."""
    require(request.actor, VERB)
    span = _span(request)
    head = ["day", "channel", "currency", "orders", "sales", "refunds"]
    rows = [[each.day, each.channel, each.currency, each.orders, each.sales, each.refunds] for each in sales_of(span)]
    return csv_download(f"sales-{span.first}-{span.last}.csv", head, rows)


def _span(request: HttpRequest) -> Span:
    """What the address asks for; what it does not make sense of, it does without."""
    zone = ZoneInfo(request.merchant.timezone)
    today = unit().now.astimezone(zone).date()
    last = _day(request.GET.get("to", "")) or today
    days = request.GET.get("days", "")
    count = int(days) if days.isdecimal() and 0 < int(days[:4]) <= DAYS_MAX else 30
    first = _day(request.GET.get("from", "")) or last - timedelta(days=count - 1)
    first = max(min(first, last), last - timedelta(days=DAYS_MAX))
    return Span(first, last, _channel(request.GET.get("channel", "")), zone)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _channel(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _without_figure(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in ("figure", "cursor"):
        kept.pop(name, None)
    return kept.urlencode()


def _cards(now: Figures, before: Figures) -> list[dict]:
    inventory = now.inventory
    cards = [
        _card("accuracy", _("Order accuracy"), now.accuracy, before.accuracy),
        _card("on_time", _("On time"), now.on_time, before.on_time),
        _card("returns", _("Return rate"), now.returns, before.returns),
        _card("satisfaction", _("Satisfied customers"), now.satisfied, before.satisfied),
    ]
    cards[3]["note"] = _("{score} of 5 on average").format(score=now.score) if now.score is not None else ""
    cards.append(
        {
            "name": "inventory", "label": _("Inventory accuracy"), "linked": False,
            "number": inventory.percent if inventory else _("not measured yet"),
            "few": inventory is not None and inventory.few, "count": inventory.all if inventory else 0, "note": "",
            "change": "",
        }
    )  # fmt: skip
    return cards


def _card(name: str, label: str, now: Share, before: Share) -> dict:
    return {
        "name": name, "label": label, "number": now.percent, "few": now.few, "count": now.all,
        "change": _change(now, before), "note": "", "linked": True,
    }  # fmt: skip


def _change(now: Share, before: Share) -> str:
    if now.share is None or before.share is None:
        return ""
    points = (now.share - before.share) * 100
    return _("{points:+.1f} points against the days before").format(points=points)


def _sums(sales: list[DayOfSales], formats: Formats) -> list[dict]:
    """Per currency, never over currencies."""
    found: dict[str, list] = defaultdict(lambda: [0, Decimal(0), Decimal(0)])
    for each in sales:
        sums = found[each.currency]
        sums[0] += each.orders
        sums[1] += each.sales
        sums[2] += each.refunds
    return [
        {
            "currency": currency, "orders": orders, "sales": money_text(total, currency, formats),
            "refunds": money_text(refunds, currency, formats),
        }
        for currency, (orders, total, refunds) in sorted(found.items())
    ]  # fmt: skip


def _sales_chart(sales: list[DayOfSales]) -> str:
    rows = [{"day": each.day.isoformat(), "orders": each.orders, "channel": each.channel} for each in sales]
    return stacked_columns(rows, x="day", y="orders", by="channel", unit=_("orders a day"))


def _sales_title(sales: list[DayOfSales]) -> str:
    """The chart's title is its answer."""
    by_day: dict[date, int] = defaultdict(int)
    for each in sales:
        by_day[each.day] += each.orders
    if not by_day:
        return _("No orders in these days")
    busiest = max(by_day, key=lambda day: (by_day[day], day))
    return _("{count} orders; the busiest day was {day:%-d %B} with {most}").format(
        count=sum(by_day.values()), day=busiest, most=by_day[busiest]
    )


def _stages_chart(stages: list) -> str:
    rows = [{"stage": each.name, "median": round(each.median, 2), "p90": round(each.p90, 2)} for each in stages]
    return range_bars(rows, name="stage", value="median", upto="p90", unit=_("hours; the line reaches nine in ten"))


def _stages_title(stages: list) -> str:
    if not stages:
        return _("Nothing has gone through a stage yet")
    slowest = max(stages, key=lambda each: each.median)
    return _("The longest wait is before “{name}”: {hours:.1f} hours in the middle").format(
        name=slowest.name, hours=slowest.median
    )
