"""What the job pages ask."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from oms.core.actors import Actor
from oms.core.errors import NotFound
from oms.core.jobs import visible_jobs
from oms.core.models import Job, JobRow
from oms.core.tenancy import unit_of_work

VIEWS = {
    "all": (),
    "open": (Job.QUEUED, Job.RUNNING),
    "failed": (Job.FAILED, Job.PART_FAILED),
}
CHUNK = 1_000


def jobs_in(view: str) -> QuerySet[Job]:
    """The jobs of one view; an unknown view shows all."""
    states = VIEWS.get(view, ())
    return visible_jobs().filter(state__in=states) if states else visible_jobs()


def job_by_id(job_id: UUID) -> Job:
    """Raises `NotFound`."""
    job = visible_jobs().filter(id=job_id).first()
    if job is None:
        raise NotFound("There is no such job here. It may belong to another merchant.")
    return job


def rows_of(job_id: UUID, outcome: str = "") -> QuerySet[JobRow]:
    """What a person should see of a job's rows, in the order they were met."""
    rows = JobRow.objects.filter(job_id=job_id)
    return rows.filter(outcome=outcome) if outcome else rows


def all_rows_of(job_id: UUID, *, tenant_id: int, actor: Actor) -> Iterator[JobRow]:
    """Every row, read in short units of its own: a download outlives the request's."""
    last = 0
    while True:
        with unit_of_work(tenant_id, actor):
            rows = list(rows_of(job_id).filter(id__gt=last).order_by("id")[:CHUNK])
        yield from rows
        if len(rows) < CHUNK:
            return
        last = rows[-1].id
