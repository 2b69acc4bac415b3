"""Run a tenant's due jobs, chunk by chunk, each chunk and its progress in one commit."""

import time
from datetime import timedelta
from uuid import UUID

import structlog

from oms.core.actors import Actor, system
from oms.core.db.bulk import insert_rows
from oms.core.errors import OmsError
from oms.core.jobs.kinds import Step, chunk_of, tell_unfinished
from oms.core.locks import lock_due_job, lock_job
from oms.core.models import Job, JobRow
from oms.core.tenancy import unit, unit_of_work

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5
# One call works this long, then makes room for another tenant's job; the relay brings it back.
TURN_SECONDS = 20


def run_due_jobs(tenant_id: int) -> None:
    until = time.monotonic() + TURN_SECONDS
    while time.monotonic() < until:
        job_id = _claim(tenant_id)
        if job_id is None:
            return
        if not _run(tenant_id, job_id, until):
            return


def _claim(tenant_id: int) -> UUID | None:
    """Take the oldest due job under a lease; its ``due_at`` is when the lease runs out.

    An attempt counts from here, so that one whose worker dies counts too.
    """
    with unit_of_work(tenant_id, system("job runner")) as opened:
        job = lock_due_job(opened.now)
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            # Nobody lived to say why: the worker was killed each time, most likely for want of memory.
            job.error = job.error or f"The worker died {job.attempts} times in the middle of this chunk."
            _end(job, Job.FAILED)
            return None
        job.state, job.attempts, job.due_at = Job.RUNNING, job.attempts + 1, opened.now + LEASE
        job.save(update_fields=["state", "attempts", "due_at"])
        return job.id


def _run(tenant_id: int, job_id: UUID, until: float) -> bool:
    """Work on one job; returns False when its turn is over or it failed, True when it ended."""
    while True:
        try:
            if not run_chunk(tenant_id, job_id):
                return True
        except Exception as error:
            log.exception("job chunk failed", job=str(job_id))
            _after_failure(tenant_id, job_id, error)
            return False
        if time.monotonic() >= until:
            _give_back(tenant_id, job_id)
            return False


def run_chunk(tenant_id: int, job_id: UUID) -> bool:
    """One chunk in one transaction; returns whether there is more to do."""
    with unit_of_work(tenant_id, system("job runner")):
        job = Job.objects.get(id=job_id)
    with unit_of_work(tenant_id, Actor.from_json(job.actor), cause=f"job:{job_id}") as opened:
        job = lock_job(job_id)
        if not job.is_open:
            return False
        if job.cancel_requested:
            _end(job, Job.CANCELLED)
            return False
        step = chunk_of(job.kind)(job)
        _record(job, step)
        job.error = ""
        if step.finished:
            _end(job, Job.PART_FAILED if job.failed else Job.DONE)
            return False
        job.attempts, job.due_at = 0, opened.now + LEASE
        job.save()
        return True


def _record(job: Job, step: Step) -> None:
    job.cursor = step.cursor
    job.done += step.done
    job.failed += step.failed
    job.total = step.total if step.total is not None else job.total
    job.result = {**job.result, **step.result}
    insert_rows(
        JobRow,
        [
            {
                "job_id": job.id, "row": row.row, "outcome": row.outcome, "subject": row.subject,
                "field": row.field, "message": row.message, "data": row.data,
            }
            for row in step.rows
        ],
    )  # fmt: skip


def _end(job: Job, state: str) -> None:
    job.state, job.finished_at = state, unit().now
    job.save()
    if state in (Job.FAILED, Job.CANCELLED):
        tell_unfinished(job)


def _give_back(tenant_id: int, job_id: UUID) -> None:
    with unit_of_work(tenant_id, system("job runner")) as opened:
        Job.objects.filter(id=job_id, state=Job.RUNNING).update(due_at=opened.now)


def _after_failure(tenant_id: int, job_id: UUID, error: Exception) -> None:
    with unit_of_work(tenant_id, system("job runner")) as opened:
        job = lock_job(job_id)
        job.error = error.message if isinstance(error, OmsError) else f"{type(error).__name__}: {error}"[:2000]
        if job.attempts >= MAX_ATTEMPTS:
            _end(job, Job.FAILED)
        else:
            job.due_at = opened.now + timedelta(seconds=2**job.attempts)
            job.save()
