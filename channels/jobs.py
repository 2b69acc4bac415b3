"""The three jobs of an import; each call is one chunk."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from channels.actions.checking import check_chunk
from channels.actions.placing import place_chunk
from channels.actions.staging import stage_chunk
from oms.core.jobs import Step, job_kind
from oms.core.models import Job


@contextmanager
def _uncollected() -> Iterator[None]:
    """A chunk makes some 100,000 objects that live to its end, and no cycles.

    The garbage collector would walk them again and again for nothing: a third of the time, measured.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@job_kind("channels.stage")
def stage(job: Job) -> Step:
    with _uncollected():
        return stage_chunk(job)


@job_kind("channels.check")
def check(job: Job) -> Step:
    with _uncollected():
        return check_chunk(job)


@job_kind("channels.place")
def place(job: Job) -> Step:
    with _uncollected():
        return place_chunk(job)
