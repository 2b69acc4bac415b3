"""The one job of the figures. Its single chunk is the one transaction that a rebuild has to be."""

from analytics.actions.rebuild import JOB, rebuild_figures
from oms.core.jobs import Step, job_kind
from oms.core.models import Job


@job_kind(JOB)
def rebuild(job: Job) -> Step:
    count = rebuild_figures()
    return Step(done=count, total=count, finished=True)
