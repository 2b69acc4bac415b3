"""The jobs of a file of items or stock; each call is one chunk."""

from inventory.actions.sheets.chunks import apply_chunk, check_chunk
from inventory.actions.sheets.exporting import drop_parts, export_chunk
from inventory.actions.sheets.steps import APPLY, CHECK
from inventory.queries.exports import EXPORT
from oms.core.jobs import Step, job_kind
from oms.core.models import Job


@job_kind(CHECK)
def check_sheet(job: Job) -> Step:
    return check_chunk(job)


@job_kind(APPLY)
def apply_sheet(job: Job) -> Step:
    return apply_chunk(job)


@job_kind(EXPORT, unfinished=drop_parts)
def export_sheet(job: Job) -> Step:
    return export_chunk(job)
