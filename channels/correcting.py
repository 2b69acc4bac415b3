"""Which units of an order a cancellation, credit or return is about: pure.

Units that have not left are canceled; units that have can only come back, or be paid back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from oms.core.errors import FieldError, Invalid


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A line of goods: ``here`` units have not left, ``gone`` have left and were not taken back since."""

    line_id: UUID
    sku: str
    here: int
    gone: int

    @property
    def left(self) -> int:
        return self.here + self.gone


@dataclass(frozen=True)
class Shares:
    """Line → units to cancel, and line → units that have left."""

    here: dict[UUID, int] = field(default_factory=dict)
    gone: dict[UUID, int] = field(default_factory=dict)


def lines_of_skus(lines: Sequence[LineLeft], wanted: Mapping[str, int] | None) -> dict[UUID, int]:
    """Line → units, for SKU → units; the first line of a SKU goes first. All that is left, without ``wanted``.

    Raises `Invalid` naming the SKUs that the order does not have, or not so many of.
    """
    if wanted is None:
        return {line.line_id: line.left for line in lines if line.left}
    units, problems = {}, []
    for sku, missing in wanted.items():
        of_sku = [line for line in lines if line.sku == sku]
        left = sum(line.left for line in of_sku)
        if not of_sku:
            problems.append(FieldError("lines", "unknown_line", f"The order has no line with the SKU “{sku}”."))
        elif left < missing:
            message = f"Of {sku} {left:,} {_units(left)} left, not {missing:,}. Was it taken back before?"
            problems.append(FieldError("lines", "more_than_left", message))
        for line in of_sku:
            taken = min(line.left, missing)
            missing -= taken
            if taken:
                units[line.line_id] = taken
    if problems:
        raise Invalid(problems[0].message, fields=problems)
    return units


def shares_of(lines: Sequence[LineLeft], units: Mapping[UUID, int], *, gone_first: bool = False) -> Shares:
    """Split units of lines into what has left and what has not; no line has fewer left than are asked for."""
    shares = Shares()
    for line in lines:
        asked = units.get(line.line_id, 0)
        gone = min(line.gone, asked) if gone_first else max(0, asked - line.here)
        if asked - gone:
            shares.here[line.line_id] = asked - gone
        if gone:
            shares.gone[line.line_id] = gone
    return shares


def _units(count: int) -> str:
    return "unit is" if count == 1 else "units are"
