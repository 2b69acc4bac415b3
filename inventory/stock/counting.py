"""What a count says: how far off the book is, what is worth a second look, and how often to look. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Protocol

from oms.core.errors import FieldError

# The bounds of each setting, for people: what it is, the least and the most.
BOUNDS: dict[str, tuple[int, int]] = {
    "abc_days": (7, 730), "a_percent": (1, 99), "b_percent": (1, 100), "a_days": (1, 3650), "b_days": (1, 3650),
    "c_days": (1, 3650), "recount_percent": (0, 1000), "recount_units": (0, 1_000_000),
}  # fmt: skip
SETTING = "counting"


@dataclass(frozen=True, slots=True)
class CountingPolicy:
    """A merchant's way to count.

    Items that make up the first ``a_percent`` of what went to customers in ``abc_days`` are class A, up to
    ``b_percent`` B, the rest C; each class is counted every so many days. A variance of more than
    ``recount_units`` that is also more than ``recount_percent`` of what was expected is counted again.
    """

    abc_days: int = 90
    a_percent: int = 80
    b_percent: int = 95
    a_days: int = 30
    b_days: int = 90
    c_days: int = 180
    recount_percent: int = 10
    recount_units: int = 5

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> "CountingPolicy":
        """The merchant's own where they set it, else the usual."""
        own = settings.get(SETTING, {})
        return cls(**{each.name: own[each.name] for each in fields(cls) if each.name in own})

    def to_json(self) -> dict[str, int]:
        return asdict(self)

    def wants_recount(self, *, expected: int, variance: int) -> bool:
        """Is this so far off that another person should look?"""
        off = abs(variance)
        return off > self.recount_units and off * 100 > self.recount_percent * expected


def policy_problems(policy: CountingPolicy) -> list[FieldError]:
    """Every setting that is out of its bounds, or that contradicts another."""
    problems = []
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(policy, name) <= most:
            problems.append(FieldError(name, "out_of_range", f"Give a number from {least:,} to {most:,}."))
    if not problems and policy.b_percent <= policy.a_percent:
        problems.append(FieldError("b_percent", "out_of_range", "Class B ends above class A: give a larger share."))
    return problems


class Counted(Protocol):
    counted: int | None
    expected: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a count found over its counted lines.

    ``units`` were counted or should have been there, ``off`` of them are missing or too many.
    """

    lines: int
    exact: int
    units: int
    off: int


def tally(lines: Iterable[Counted]) -> Tally:
    """Sum up the lines that were counted; the others say nothing."""
    pairs = [(each.counted, each.expected) for each in lines if each.counted is not None]
    return Tally(
        lines=len(pairs),
        exact=sum(counted == expected for counted, expected in pairs),
        units=sum(max(pair) for pair in pairs),
        off=sum(abs(counted - expected) for counted, expected in pairs),
    )
