"""Long work on the book: proving it, valuing it, and the files of items and stock. Each call is one chunk."""

from inventory.actions.audit import JOB, audit_stock
from inventory.actions.sheets.chunks import apply_chunk, check_chunk
from inventory.actions.sheets.exporting import drop_parts, export_chunk
from inventory.actions.sheets.steps import APPLY, CHECK
from inventory.actions.valuing import rebuild
from inventory.checkpoints import last_drawn
from inventory.models import Movement
from inventory.queries.exports import EXPORT
from oms.core.jobs import Row, Step, job_kind
from oms.core.models import Job


@job_kind(JOB)
def audit(job: Job) -> Step:
    """Two chunks: what has been drawn must be asked in a transaction before the one that proves."""
    if job.cursor is None:
        return Step(cursor={"drawn": last_drawn()})
    run = audit_stock(full=job.params["full"], drawn=job.cursor["drawn"])
    rows = tuple(Row(number, "failed", each["sentence"]) for number, each in enumerate(run.breaks, start=1))
    return Step(done=run.movements, total=run.movements, failed=run.broken, finished=True, rows=rows)


@job_kind(CHECK)
def check_sheet(job: Job) -> Step:
    return check_chunk(job)


@job_kind(APPLY)
def apply_sheet(job: Job) -> Step:
    return apply_chunk(job)


@job_kind(EXPORT, unfinished=drop_parts)
def export_sheet(job: Job) -> Step:
    return export_chunk(job)


@job_kind(rebuild.JOB)
def rebuild_value(job: Job) -> Step:
    """First what was worked out is dropped, then the ledger is followed again."""
    if job.cursor is None:
        rebuild.begin_rebuild(job.id)
        return Step(cursor={"dropped": False}, total=Movement.objects.count())
    if not job.cursor["dropped"]:
        return Step(cursor={"dropped": not rebuild.drop_some(job.id)})
    step = rebuild.follow_anew(job.id)
    return Step(cursor=job.cursor, done=step.entries, finished=not step.more)
