"""Kits among the lines of an order: whole kits first, then what of a component is left beside them. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from orders.models import OrderLine

GOODS, KIT = "goods", "kit"


class Line(Protocol):
    """An order's line, as its table or a rule has it."""

    kind: str
    quantity: int
    cancelled: int
    kit_line_id: UUID | None
    per_kit: int | None


L = TypeVar("L", bound=Line)


def as_bought(lines: Sequence[L], left: Callable[[L], int], key: Callable[[L], UUID]) -> dict[UUID, int]:
    """Line → units that are left, as whoever bought them counts: of a kit those that are whole, and of a component
    what belongs to no whole kit any more. Lines of which nothing is left are left out."""
    parts = components(lines)

    def whole(line: L) -> int:
        fits = [left(each) // each.per_kit for each in parts[key(line)]]
        return max(0, min(line.quantity - line.cancelled, *fits))

    kits = {key(line): whole(line) for line in lines if line.kind == KIT}
    units = {}
    for line in lines:
        if line.kind == KIT:
            units[key(line)] = kits.get(key(line), 0)
        else:
            units[key(line)] = left(line) - kits.get(line.kit_line_id, 0) * (line.per_kit or 0)
    return {line_id: count for line_id, count in units.items() if count > 0}


@dataclass(frozen=True)
class Bought:
    """A line as its customer sees it: a kit with the lines of its components."""

    line: "OrderLine"
    parts: Sequence["OrderLine"] = ()

    @property
    def name(self) -> str:
        return self.line.title or self.line.sku

    @property
    def contents(self) -> str:
        """Like ``2 × mug, 4 × tea``; empty for what is no kit."""
        return ", ".join(f"{each.quantity} × {each.title or each.sku}" for each in self.parts)


def bought(lines: Sequence["OrderLine"]) -> list[Bought]:
    """An order's lines with each kit's components in it, instead of beside it."""
    parts = components(lines)
    return [Bought(line, parts.get(line.id, ())) for line in lines if line.kit_line_id is None]


def left_to_ship(lines: Sequence["OrderLine"]) -> list[tuple["OrderLine", int]]:
    """What has not left, as it was bought: whole kits, goods, and what is left of a kit that has been begun."""
    left = as_bought(lines, lambda line: line.to_ship, line_key)
    return [(line, left[line.id]) for line in lines if line.kind in (GOODS, KIT) and line.id in left]


def line_key(line: "OrderLine") -> UUID:
    return line.id


def in_components(lines: Sequence["OrderLine"], units: Mapping[UUID, int]) -> dict[UUID, int]:
    """Line → units with kits told as their components: what is sent, returned and refunded."""
    kits = {line.id for line in lines if line.kind == KIT}
    found = {line_id: count for line_id, count in units.items() if line_id not in kits}
    for line in lines:
        if count := units.get(line.kit_line_id, 0):
            found[line.id] = found.get(line.id, 0) + count * line.per_kit
    return found


def components(lines: Iterable[L]) -> dict[UUID, list[L]]:
    """Kit line → the lines of its components."""
    found: dict[UUID, list[L]] = defaultdict(list)
    for line in lines:
        if line.kit_line_id is not None:
            found[line.kit_line_id].append(line)
    return found
