"""Long work on the book: proving it, in the one transaction that a proof has to be."""

from inventory.actions.audit import JOB, audit_stock
from inventory.checkpoints import last_drawn
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
