"""What a kind of job is: a name, a title, and a function that does one chunk."""

from collections.abc import Callable
from dataclasses import dataclass, field

from oms.core.models import Job


@dataclass(frozen=True)
class Row:
    """A row worth telling about: ``outcome`` is ``failed`` or ``skipped``; ``data`` is what was read."""

    row: int
    outcome: str
    message: str
    data: dict = field(default_factory=dict)
    field: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Step:
    """What one chunk did: counts are of this chunk alone, ``cursor`` is where the next one starts.

    ``total`` (when known) replaces the job's, ``result`` is merged into it.
    """

    cursor: dict | None = None
    done: int = 0
    failed: int = 0
    finished: bool = False
    rows: tuple[Row, ...] = ()
    result: dict = field(default_factory=dict)
    total: int | None = None


Chunk = Callable[[Job], Step]
Unfinished = Callable[[Job], None]


@dataclass(frozen=True)
class Kind:
    chunk: Chunk
    unfinished: Unfinished | None


_kinds: dict[str, Kind] = {}


def job_kind(name: str, *, unfinished: Unfinished | None = None) -> Callable[[Chunk], Chunk]:
    """Register the function that does one chunk of this kind of job; it reads ``job.params`` and ``job.cursor``.

    ``unfinished`` is called, in the same transaction, when a job ends before its work does: it failed for good, or
    was stopped. So that what the room itself keeps about the work does not wait for ever.
    """

    def register(chunk: Chunk) -> Chunk:
        _kinds[name] = Kind(chunk, unfinished)
        return chunk

    return register


def chunk_of(name: str) -> Chunk:
    return _kinds[name].chunk


def tell_unfinished(job: Job) -> None:
    """To the room whose work it was; a kind of job that is no more has none."""
    kind = _kinds.get(job.kind)
    if kind is not None and kind.unfinished is not None:
        kind.unfinished(job)
