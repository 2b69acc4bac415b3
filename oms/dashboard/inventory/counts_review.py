"""What a count found, what it is worth, and what becomes of it."""

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory import queries
from inventory.actions.counts.cancelling import cancel_count
from inventory.actions.counts.finishing import FINISHED, finish_count
from inventory.actions.counts.opening import NOTE_MAX
from inventory.models import StockCountLine
from inventory.queries.counts import VERB, WALK, allowed_on, sees_expected
from inventory.queries.exports import count_header, count_rows
from oms.core.actors import require
from oms.core.errors import OmsError
from oms.dashboard.downloads import csv_download
from oms.dashboard.forms import PlainForm, attempt, page_of_form, posted, settled
from oms.dashboard.inventory.counts import WHY
from oms.dashboard.lists import list_page


class CancelForm(PlainForm):
    note = forms.CharField(label=gettext_lazy("Why?"), required=False, max_length=NOTE_MAX)


@require_safe
def count_review(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The lines that are off, the largest question first: is this what we want to book?"""
    require(request.actor, "stock.view")
    return _page(request, number)


@require_safe
def count_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Its lines as a file of counts, which can be filled in and imported."""
    require(request.actor, "stock.view")
    stock_count = queries.counts.count_by(number=number)
    rows = count_rows(stock_count, open_book=sees_expected(stock_count, request.actor))
    return csv_download(f"count-{number}.csv", count_header(), rows)


@require_POST
def count_finish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Bring the book to what was counted, or say what stands before it."""
    require(request.actor, VERB)
    stock_count = queries.counts.count_by(number=number)
    try:
        with transaction.atomic():
            done = finish_count(count_id=stock_count.id)
    except OmsError as refusal:
        return _page(request, number, problem=refusal)
    level = messages.SUCCESS if done.outcome == FINISHED else messages.WARNING
    return settled(request, reverse("dashboard:count_review", args=[slug, number]), done.sentence, level=level)


@require_http_methods(["GET", "POST"])
def count_cancel(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Stop it: nothing is booked."""
    require(request.actor, VERB)
    stock_count, form = queries.counts.count_by(number=number), CancelForm(posted(request))
    if request.method == "POST" and attempt(
        form, lambda: cancel_count(count_id=stock_count.id, note=form.cleaned_data["note"])
    ):
        message = _("Count %d canceled. Nothing was booked.") % number
        return settled(request, reverse("dashboard:counts", args=[slug]) + "?view=open", message)
    return page_of_form(request, "dashboard/inventory/count_cancel.html", {"form": form, "stock_count": stock_count})


def _page(request: HttpRequest, number: int, problem: OmsError | None = None) -> HttpResponse:
    stock_count = queries.counts.count_by(number=number)
    progress = queries.counts.progress_of([stock_count.id])[stock_count.id]
    shown = sees_expected(stock_count, request.actor)
    lines = queries.counts.lines_of(stock_count)
    only_off = shown and "all" not in request.GET
    page = list_page(request, lines.exclude(variance=0).exclude(variance=None) if only_off else lines, order=WALK)
    amount, words = queries.counts.worth_of(stock_count), queries.counts.last_words(page.rows)
    context = {
        "stock_count": stock_count,
        "why": WHY[stock_count.why],
        "progress": progress,
        "page": page,
        "rows": [(each, _worth(each), words[each.id] if len(words[each.id]) > 1 else []) for each in page.rows],
        "sees_expected": shown,
        "only_off": only_off,
        "amount": amount,
        "above_limit": request.actor.needs_approval("stock.adjust", amount),
        "allowed": {each.verb: each for each in allowed_on(stock_count, request.actor, progress)},
        "problem": problem,
        "may_decide": request.actor.permits("approvals.decide"),
    }
    return render(request, "dashboard/inventory/count_review.html", context, status=problem.status if problem else 200)


def _worth(line: StockCountLine) -> Decimal | None:
    return abs(line.variance or 0) * line.item.cost if line.item.cost else None
