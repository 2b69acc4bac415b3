"""Exceptions: what stopped, why, and the page that fixes it, oldest cause first on its own tab."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oms.core.actors import require
from oms.dashboard.lists import list_page
from oms.dashboard.vocabulary import HOLD
from oms.desk.privacy import hold_reason, may_know_customers
from orders.queries.overview import CAP, open_holds, open_holds_by_kind

# Where each kind is put right: a page below the order's, in words that name the act.
FIXES = {"address": "edit/", "unknown_sku": "#holds"}


@require_safe
def exceptions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every open hold, the newest first."""
    require(request.actor, "orders.view")
    kind = request.GET.get("kind", "")
    kind = kind if kind in HOLD else ""
    page = list_page(request, open_holds(kind), order=("-set_at", "-id"))
    personal = may_know_customers(request.actor)
    counts = open_holds_by_kind()
    context = {
        "page": page,
        "rows": [
            (hold, hold.order, hold_reason(hold, personal=personal), FIXES.get(hold.kind, "#holds"))
            for hold in page.rows
        ],
        "tabs": [(code, HOLD[code].word, count, code == kind) for code, count in counts.items() if code in HOLD],
        "kind": HOLD[kind].word if kind else "", "total": sum(counts.values()), "cap": CAP,
    }  # fmt: skip
    return render(request, "dashboard/orders/exceptions.html", context)
