"""Long work on mail: the letters of a recall."""

from oms.core.jobs import Step, job_kind
from oms.core.models import Job
from oms.notifications.actions.recalling import JOB, write_notices


@job_kind(JOB)
def recall_notices(job: Job) -> Step:
    return write_notices(job)
