"""The shape of a fact: ids and primitives, past tense, versioned."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import ClassVar, get_args, get_origin, get_type_hints
from uuid import UUID

_kinds: dict[str, type["Fact"]] = {}


class Fact:
    """Base of every fact. A subclass is a frozen dataclass of ids and primitives.

    ``name`` (``order.placed``) and ``version`` are what the world sees; ``aggregate`` names the kind
    of thing it is about, and ``key`` the attribute that holds that thing's id. Facts of one aggregate
    reach every subscriber in order. ``public`` false keeps it from integrators.
    """

    name: ClassVar[str]
    aggregate: ClassVar[str]
    key: ClassVar[str]
    version: ClassVar[int] = 1
    public: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        if hasattr(cls, "name"):
            _kinds[cls.name] = cls

    @property
    def aggregate_id(self) -> UUID:
        return getattr(self, self.key)

    def payload(self) -> dict[str, object]:
        return dict(vars(self))

    @classmethod
    def from_payload(cls, payload: dict[str, object]) -> "Fact":
        """Rebuild from JSON. Unknown keys are dropped, so an older reader survives a newer writer."""
        readers = _readers(cls)
        return cls(**{name: readers[name](value) for name, value in payload.items() if name in readers})


@cache
def _readers(kind: type[Fact]) -> dict[str, Callable[[object], object]]:
    """How to read each field: asking a class for its types is slow, and they never change."""
    hints = get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)}


def _reader(hint: object) -> Callable[[object], object]:
    if get_origin(hint) is tuple:
        inner = _reader(get_args(hint)[0])
        return lambda value: None if value is None else tuple(map(inner, value))
    readers = ((UUID, UUID), (Decimal, Decimal), (datetime, datetime.fromisoformat), (date, date.fromisoformat))
    for kind, read in readers:
        if hint is kind or kind in get_args(hint):
            return lambda value: None if value is None else read(value)
    return lambda value: value


def kind_of(name: str) -> type[Fact]:
    return _kinds[name]


def all_kinds() -> dict[str, type[Fact]]:
    """Every declared fact by name: what the webhook settings and the docs list."""
    return dict(sorted(_kinds.items()))


@dataclass(frozen=True)
class Envelope:
    """A fact with where it stands: its id stays the same on every delivery, its sequence has no gaps."""

    id: UUID
    tenant_id: int
    sequence: int
    occurred_at: datetime
    actor: dict[str, str]
    cause: str
    fact: Fact
