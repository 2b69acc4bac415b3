"""The figures on one page: what they are, how they were before, and the orders behind each."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from analytics.actions.rebuild import start_rebuild
from analytics.behind import order_of, orders_behind
from analytics.figures import DEFINITIONS, DayOfSales, Figures, Share, figures_of, sales_of, stages_of
from oms.accounts.queries import sales_channels
from oms.core.actors import require
from oms.core.formatting import Formats, money_text
from oms.dashboard.analytics.spans import VERB, span_of
from oms.dashboard.forms import SeeOther
from oms.dashboard.lists import list_page
from oms.dashboard.plots import range_bars, stacked_columns

RANGES = (7, 30, 90)
FIGURES = {
    "accuracy": gettext_lazy("Orders with a claim"), "on_time": gettext_lazy("Orders that came late"),
    "returns": gettext_lazy("Orders of which something came back"),
    "satisfaction": gettext_lazy("Orders whose customers answered"),
    "caught": gettext_lazy("Orders of which a scan caught an error"),
    "inventory": gettext_lazy("Orders that were short of what the book had"),
    "backordered": gettext_lazy("Orders that waited for stock"), "orders": gettext_lazy("Orders placed"),
    "refunds": gettext_lazy("Orders with a refund"),
}  # fmt: skip


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Days and channel are in the address."""
    require(request.actor, VERB)
    span, channels = span_of(request), _channels(request)
    now, before = figures_of(span), figures_of(span.before)
    sales, stages = sales_of(span), stages_of(span)
    context = {
        "span": span,
        "channels": [(each, each.id == span.channel_id) for each in channels],
        "ranges": [(days, span.days == days) for days in RANGES],
        "cards": _cards(now, before),
        "sums": _sums(sales, Formats.of(request.merchant)),
        "sales": sales,
        "sales_chart": _sales_chart(sales) if sales else "",
        "sales_title": _sales_title(sales),
        "stages": stages,
        "stages_chart": _stages_chart(stages) if stages else "",
        "stages_title": _stages_title(stages),
        "definitions": {name: DEFINITIONS[name] for name in ("sales", "stages")},
        "may_rebuild": request.actor.permits("settings.edit"),
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
    span = span_of(request)
    page = list_page(request, orders_behind(figure, span), order=order_of(figure))
    context = {"page": page, "title": FIGURES[figure], "span": span, "back": _without_figure(request)}
    return render(request, "dashboard/analytics/orders.html", context)


@require_POST
def rebuild(request: HttpRequest, slug: str) -> HttpResponse:
    """Count everything again, as after a change of the time zone."""
    require(request.actor, VERB)
    require(request.actor, "settings.edit")
    return SeeOther(reverse("dashboard:job", args=(slug, start_rebuild().id)))


def _channels(request: HttpRequest) -> list:
    """Those that this person may see."""
    allowed = request.actor.channels
    return [each for each in sales_channels() if allowed is None or each.id in allowed]


def _without_figure(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in ("figure", "cursor"):
        kept.pop(name, None)
    return kept.urlencode()


def _cards(now: Figures, before: Figures) -> list[dict]:
    """Each with its number, what it was made of, how it was before, and what it means."""
    rated = _("{score} of 5 on average").format(score=now.score) if now.score is not None else ""
    caught = _("scans of a wrong item, or one too many; {before} in the days before").format(before=before.caught)
    nothing = Share(0, 0)
    cards = [
        _card("accuracy", _("Order accuracy"), now.accuracy, before.accuracy),
        _card("caught", _("Caught before leaving"), Share(now.caught, now.caught), nothing, note=caught),
        _card("on_time", _("On time"), now.on_time, before.on_time),
        *(
            _measured(name, label, getattr(now, name), getattr(before, name))
            for name, label in (
                ("inventory", _("Inventory accuracy, by picks")),
                ("count_lines", _("Inventory accuracy, lines counted")),
                ("count_units", _("Inventory accuracy, units counted")),
            )
        ),
        _card("returns", _("Return rate"), now.returns, before.returns),
        _card("satisfaction", _("Satisfied customers"), now.satisfied, before.satisfied, note=rated),
        _card("backordered", _("Waited for stock"), now.backordered, before.backordered),
    ]
    # A number of errors is no share of anything, and not a small sample of one.
    cards[1] |= {"number": now.caught, "few": False, "change": ""}
    return cards


def _measured(name: str, label: str, now: Share | None, before: Share | None) -> dict:
    """A share that nobody may have measured: that is said, and is not nought."""
    card = _card(name, label, now or Share(0, 0), before or Share(0, 0))
    return card if now else card | {"number": _("not measured yet")}


def _card(name: str, label: str, now: Share, before: Share, *, note: str = "") -> dict:
    return {
        "name": name, "label": label, "number": now.percent, "few": now.few and now.all > 0, "count": now.all,
        "change": _change(now, before), "note": note, "meaning": DEFINITIONS[name],
        "of_counts": name.startswith("count_"),
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
