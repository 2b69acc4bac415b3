"""The three jobs of an import; each call is one chunk. One that ends too early ends its import."""

from channels.actions.checking import check_chunk
from channels.actions.importing import end_unfinished
from channels.actions.placing import place_chunk
from channels.actions.staging import stage_chunk
from oms.core.jobs import Step, job_kind
from oms.core.models import Job


@job_kind("channels.stage", unfinished=end_unfinished)
def stage(job: Job) -> Step:
    return stage_chunk(job)


@job_kind("channels.check", unfinished=end_unfinished)
def check(job: Job) -> Step:
    return check_chunk(job)


@job_kind("channels.place", unfinished=end_unfinished)
def place(job: Job) -> Step:
    return place_chunk(job)
