"""The figures and their tables as files: the same rows as on the page, for a spreadsheet."""

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from analytics.figures import Share, figures_of, sales_of, stages_of
from oms.core.actors import require
from oms.dashboard.analytics.spans import VERB, span_of
from oms.dashboard.downloads import csv_download

SHARES = (
    "accuracy", "on_time", "inventory", "count_lines", "count_units", "returns", "satisfied", "backordered",
)  # fmt: skip


@require_safe
def figures_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Each share with what it was made of, now and in the days before."""
    require(request.actor, VERB)
    span = span_of(request)
    now, before = figures_of(span), figures_of(span.before)
    rows = [[name, *_cells(getattr(now, name)), *_cells(getattr(before, name))] for name in SHARES]
    rows.append(["caught", now.caught, "", "", before.caught, "", ""])
    head = ["figure", "good", "of", "share", "good_before", "of_before", "share_before"]
    return csv_download(f"figures-{span.first}-{span.last}.csv", head, rows)


@require_safe
def sales_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Orders and sales by day."""
    require(request.actor, VERB)
    span = span_of(request)
    head = ["day", "channel", "currency", "orders", "sales", "refunds"]
    rows = [[each.day, each.channel, each.currency, each.orders, each.sales, each.refunds] for each in sales_of(span)]
    return csv_download(f"sales-{span.first}-{span.last}.csv", head, rows)


@require_safe
def stages_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Hours in each stage."""
    require(request.actor, VERB)
    span = span_of(request)
    rows = [[each.name, each.count, round(each.median, 2), round(each.p90, 2)] for each in stages_of(span)]
    return csv_download(f"stages-{span.first}-{span.last}.csv", ["until", "orders", "median_hours", "p90_hours"], rows)


def _cells(share: Share | None) -> list[object]:
    """Nothing measured is no zero."""
    if share is None or share.share is None:
        return ["", "", ""]
    return [share.good, share.all, round(share.share, 4)]
