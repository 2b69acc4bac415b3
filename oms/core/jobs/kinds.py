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
_kinds: dict[str, Chunk] = {}


def job_kind(name: str) -> Callable[[Chunk], Chunk]:
    """Register the function that does one chunk of this kind of job; it reads ``job.params`` and ``job.cursor``."""

    def register(chunk: Chunk) -> Chunk:
        _kinds[name] = chunk
        return chunk

    return register


def chunk_of(name: str) -> Chunk:
    return _kinds[name]
