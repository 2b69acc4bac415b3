"""The three jobs of an import; each call is one chunk."""

from channels.actions.checking import check_chunk
from channels.actions.placing import place_chunk
from channels.actions.staging import stage_chunk
from oms.core.jobs import Step, job_kind
from oms.core.models import Job


@job_kind("channels.stage")
def stage(job: Job) -> Step:
    return stage_chunk(job)


@job_kind("channels.check")
def check(job: Job) -> Step:
    return check_chunk(job)


@job_kind("channels.place")
def place(job: Job) -> Step:
    return place_chunk(job)
