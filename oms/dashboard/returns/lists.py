"""Which returns wait on us, on the customer, on the carrier; and one return with all that is known of it."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oms.core.actors import require
from oms.core.errors import OmsError
from oms.core.files import signed_link
from oms.core.paging import capped_count
from oms.dashboard.lists import list_page
from oms.dashboard.orders.timeline import timeline_of
from oms.dashboard.returns.words import (
    ASKED_WORDS,
    DISPOSITION_WORDS,
    GRADE_WORDS,
    OUTCOME_WORDS,
    REASON_WORDS,
    VIEW_WORDS,
)
from orders.queries.money import preview_refund
from orders.refunding import RefundDraft
from returns import lifecycle
from returns.allowed import VIEW, allowed_on
from returns.models import Return, ReturnLine
from returns.queries import VIEWS, lines_of_returns, return_by_number, returnable, returns

COUNTED = ("to_approve", "overdue", "to_inspect", "refund_due")


@require_safe
def return_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Returns, the newest first."""
    require(request.actor, VIEW)
    view = request.GET.get("view", "") if request.GET.get("view", "") in VIEWS else ""
    page = list_page(request, returns(view=view), order=("-id",))
    lines = lines_of_returns([each.id for each in page.rows])
    context = {
        "page": page,
        "rows": [_row(each, lines.get(each.id, [])) for each in page.rows],
        "view": view,
        "views": _views(view),
        "personal": request.actor.permits("customers.view"),
        "may_open": request.actor.permits("returns.edit"),
    }
    return render(request, "dashboard/returns/list.html", context)


@require_safe
def return_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Is this return right, and what do we owe?"""
    require(request.actor, VIEW)
    return render_return(request, return_by_number(number))


def render_return(request: HttpRequest, found: Return, *, status: int = 200, **extra: object) -> HttpResponse:
    """The page of one return; ``extra`` is what a refused step leaves to show."""
    lines = lines_of_returns([found.id])[found.id]
    allowed = allowed_on(found, lines, request.actor)
    personal = request.actor.permits("customers.view")
    context = {
        "found": found,
        "order": found.order,
        "lines": [_line(each, personal) for each in lines],
        "allowed": allowed,
        "outcome": OUTCOME_WORDS[found.outcome],
        "asked_by": ASKED_WORDS[found.asked_by],
        "checklist": _checklist(found, lines),
        "owed": _owed(found, lines),
        "personal": personal,
        "timeline": timeline_of(request, ("return", found.id), personal=personal),
    }
    return render(request, "dashboard/returns/return.html", context | extra, status=status)


def _row(found: Return, lines: list[ReturnLine]) -> dict:
    reasons = {REASON_WORDS[each.reason] for each in lines}
    return {
        "found": found,
        "what": ", ".join(f"{each.quantity} × {each.item.sku}" for each in lines[:3]),
        "more": max(len(lines) - 3, 0),
        "reasons": sorted(map(str, reasons)),
        "photos": sum(len(each.photos.all()) for each in lines),
        "outcome": OUTCOME_WORDS[found.outcome],
    }


def _views(current: str) -> list[dict]:
    counts = {view: capped_count(returns(view=view)) for view in COUNTED}
    return [
        {"url": f"?view={view}", "name": words, "current": view == current, "count": counts.get(view)}
        for view, words in VIEW_WORDS.items()
    ]


def _line(line: ReturnLine, personal: bool) -> dict:
    return {
        "line": line,
        "reason": REASON_WORDS[line.reason],
        "photos": [signed_link(photo.file_id) for photo in line.photos.all()] if personal else [],
        "seen": [
            (each.quantity, GRADE_WORDS[each.grade], DISPOSITION_WORDS[each.disposition], each.note)
            for each in line.inspections.all()
        ],
    }


def _checklist(found: Return, lines: list[ReturnLine]) -> list[tuple[str, object]]:
    """Each rule's verdict on each line, while somebody has yet to decide."""
    if found.state != lifecycle.REQUESTED:
        return []
    verdicts = {each.line.id: each.verdicts for each in returnable(found.order).lines}
    # Its own units are in this very return: that is no reason against it.
    return [
        (line.item.sku, verdict)
        for line in lines
        for verdict in verdicts.get(line.order_line_id, ())
        if verdict.rule != "left"
    ]


def _owed(found: Return, lines: list[ReturnLine]) -> Decimal | None:
    """What would go back for all that is expected and not sent to the customer again."""
    if found.outcome != "refund" or found.refund_id or found.state in (lifecycle.DECLINED, lifecycle.CANCELLED):
        return None
    units = {each.order_line_id: each.quantity - each.sent_back for each in lines}
    try:
        return preview_refund(draft=RefundDraft(found.order_id, units)).amount
    except OmsError:
        return None
