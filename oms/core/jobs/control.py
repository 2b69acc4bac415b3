"""Start, cancel and resume jobs; what a door calls."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from oms.core.audit import Change, record
from oms.core.errors import NotAllowed, NotFound
from oms.core.events import nudge
from oms.core.locks import lock_job
from oms.core.models import Job
from oms.core.tenancy import unit


def visible_jobs() -> QuerySet[Job]:
    """The jobs this actor may look into; whoever sees only some locations or channels sees those they started.

    A job's rows are of whatever its starter could see.
    """
    actor = unit().actor
    rows = Job.objects.all()
    limited = actor.locations is not None or actor.channels is not None
    return rows.filter(actor__id=actor.id, actor__kind=actor.kind) if limited else rows


def start_job(*, kind: str, title: str, params: dict, total: int | None = None) -> Job:
    """Queue a job in this transaction; it starts when the transaction commits."""
    opened = unit()
    job = Job.objects.create(
        kind=kind,
        title=title,
        params=params,
        total=total,
        actor=opened.actor.to_json(),
        due_at=opened.now,
        created_at=opened.now,
    )
    transaction.on_commit(nudge.relay)
    return job


def resume_job(*, job_id: UUID) -> Job:
    """Go on with a job that was stopped or gave up, at the chunk it had come to, as whoever asks now.

    Raises ``NotFound`` and ``NotAllowed`` when it is still open, or finished its work.
    """
    job = lock_job(job_id)
    if job is None:
        raise NotFound("There is no such job.")
    if job.state not in (Job.CANCELLED, Job.FAILED):
        raise NotAllowed(job.state, "resume", "Only a job that was stopped or gave up can go on.")
    opened = unit()
    job.state, job.attempts, job.error, job.cancel_requested = Job.QUEUED, 0, "", False
    job.actor, job.due_at, job.finished_at = opened.actor.to_json(), opened.now, None
    job.save()
    record([Change("jobs.resume", f"“{job.title}” goes on", (("job", job.id),))])
    transaction.on_commit(nudge.relay)
    return job


def cancel_job(*, job_id: UUID) -> Job:
    """Ask an open job to stop after its current chunk; what is done stays done.

    Raises ``NotFound`` for an unknown id and ``NotAllowed`` when it has already ended.
    """
    job = lock_job(job_id)
    if job is None:
        raise NotFound("There is no such job.")
    if not job.is_open:
        raise NotAllowed(job.state, "cancel", "This job has already ended.")
    job.cancel_requested = True
    job.due_at = min(job.due_at, unit().now)
    job.save(update_fields=["cancel_requested", "due_at"])
    record([Change("jobs.cancel", f"“{job.title}” asked to stop", (("job", job.id),))])
    transaction.on_commit(nudge.relay)
    return job
