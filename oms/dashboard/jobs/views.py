"""Jobs: the list, one job with its progress and rows, cancelling it, and its rows as a file."""

from collections.abc import Iterator
from itertools import chain, islice
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from oms.core.actors import require
from oms.core.jobs import cancel_job
from oms.core.models import Job, JobRow
from oms.dashboard.downloads import csv_download
from oms.dashboard.forms import settled
from oms.dashboard.jobs.queries import VIEWS, all_rows_of, job_by_id, jobs_in, rows_of
from oms.dashboard.lists import list_page

OUTCOMES = ("failed", "skipped")
FIXED_COLUMNS = ("row", "outcome", "subject", "field", "reason")


@require_safe
def job_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What is running, and what failed."""
    require(request.actor, "jobs.view")
    view = request.GET.get("view", "all")
    words = {"all": _("All"), "open": _("Running"), "failed": _("With failures")}
    views = [{"url": f"?view={code}", "name": words[code], "current": code == view} for code in VIEWS]
    page = list_page(request, jobs_in(view), order=("-created_at", "-id"))
    return render(request, "dashboard/jobs/list.html", {"page": page, "views": views, "filtered": view != "all"})


@require_safe
def job_page(request: HttpRequest, slug: str, job_id: UUID) -> HttpResponse:
    """One job: how far, what became of which row, and what may be done."""
    require(request.actor, "jobs.view")
    job = job_by_id(job_id)
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    context = {
        **_progress(job),
        "page": list_page(request, rows_of(job.id, outcome), order=("id",)),
        "outcome": outcome,
        "result": _result_in_words(job.result),
        "may_cancel": request.actor.permits("jobs.control"),
    }
    return render(request, "dashboard/jobs/detail.html", context)


@require_safe
def job_progress(request: HttpRequest, slug: str, job_id: UUID) -> HttpResponse:
    """The part of the job page that moves; 204 while nothing has changed since ``seen``."""
    require(request.actor, "jobs.view")
    context = _progress(job_by_id(job_id))
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "dashboard/jobs/progress.html", context)


def _progress(job: Job) -> dict:
    return {"job": job, "seen": f"{job.state}.{job.done}.{job.failed}.{job.total}.{job.cancel_requested}"}


def _result_in_words(result: dict) -> list[tuple[str, object]]:
    """The plain values of a result; what is nested has a page of its own (an import's report)."""
    plain = ((name, value) for name, value in result.items() if not isinstance(value, dict | list))
    return [(name.replace("_", " ").capitalize(), value) for name, value in plain]


@require_POST
def job_cancel(request: HttpRequest, slug: str, job_id: UUID) -> HttpResponse:
    """Ask the job to stop; what is done stays done."""
    require(request.actor, "jobs.control")
    job = cancel_job(job_id=job_by_id(job_id).id)
    url = reverse("dashboard:job", args=[slug, job.id])
    return settled(request, url, _("The job stops after the rows it is working on."))


@require_safe
def job_rows_file(request: HttpRequest, slug: str, job_id: UUID) -> HttpResponse:
    """Every row with a reason, and what was read in it, as CSV."""
    require(request.actor, "jobs.view")
    job = job_by_id(job_id)
    rows = all_rows_of(job.id, tenant_id=request.merchant.id, actor=request.actor)
    columns = _data_columns(job)
    return csv_download(f"job-{job.id}-rows.csv", (*FIXED_COLUMNS, *columns), _cells(rows, columns))


def _data_columns(job: Job) -> tuple[str, ...]:
    """The columns of the rows' own data, from the first hundred: one job reads one kind of row."""
    seen = chain.from_iterable(row.data for row in islice(rows_of(job.id).order_by("id"), 100))
    return tuple(dict.fromkeys(seen))


def _cells(rows: Iterator[JobRow], columns: tuple[str, ...]) -> Iterator[list[object]]:
    for row in rows:
        data = [row.data.get(name) for name in columns]
        yield [row.row, row.outcome, row.subject, row.field, row.message, *data]
