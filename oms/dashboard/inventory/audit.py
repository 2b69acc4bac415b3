"""The stock audit: does the book add up, since when not, and prove it now."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from inventory.actions.audit import start_audit
from inventory.checkpoints import latest_checkpoint
from inventory.queries import counts
from inventory.queries.audits import NEWEST, audit_runs, breaks_of
from oms.core.actors import require
from oms.core.errors import NotFound
from oms.dashboard.forms import SeeOther
from oms.dashboard.lists import list_page

VERB = "stock.audit"
UNEXPLAINED_SHOWN = 20


@require_safe
def audit_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The last proofs, newest first, and the buttons that make one."""
    require(request.actor, VERB)
    context = {
        "page": list_page(request, audit_runs(), order=NEWEST),
        "last": audit_runs().order_by(*NEWEST).first(),
        "checkpoint": latest_checkpoint(),
        "unexplained": counts.unexplained_tasks()[:UNEXPLAINED_SHOWN],
    }
    return render(request, "dashboard/inventory/audits.html", context)


@require_POST
def audit_run(request: HttpRequest, slug: str) -> HttpResponse:
    """Prove the book as a job, whose page is shown."""
    require(request.actor, VERB)
    job = start_audit(full="full" in request.POST)
    return SeeOther(reverse("dashboard:job", args=[slug, job.id]))


@require_safe
def audit_page(request: HttpRequest, slug: str, audit_run_id: UUID) -> HttpResponse:
    """One proof: what was read, what every account came to, and what did not add up."""
    require(request.actor, VERB)
    run = audit_runs().filter(id=audit_run_id).first()
    if run is None:
        raise NotFound("There is no such audit.")
    context = {"run": run, "breaks": breaks_of(run), "accounts": sorted(run.accounts.items())}
    return render(request, "dashboard/inventory/audit.html", context)
