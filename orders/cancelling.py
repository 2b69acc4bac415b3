"""What cancelling would do, line by line: pure. The preview and the action both ask here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from oms.core.errors import Conflict, FieldError, Invalid
from orders.kit_lines import GOODS, KIT, as_bought, components


class CannotCancel(Conflict):
    """Units that the floor has begun on, or that have left, cannot be canceled."""

    code = "cannot_cancel"
    title = "Some units can no longer be canceled"


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line as it stands; ``held`` are the units reserved for it."""

    line_id: UUID
    position: int
    kind: str
    name: str
    quantity: int
    cancelled: int
    in_work: int
    shipped: int
    held: int
    kit_line_id: UUID | None = None
    per_kit: int | None = None

    @property
    def owed(self) -> int:
        """Units still to be sent."""
        return self.quantity - self.cancelled - self.shipped

    @property
    def open(self) -> int:
        """Units that are neither canceled, in work nor gone."""
        return self.owed - self.in_work


@dataclass(frozen=True, slots=True)
class LineCancel:
    """``give_back`` units of stock are free again: those that waited for stock go first and free none."""

    line_id: UUID
    quantity: int
    give_back: int
    kind: str = GOODS


@dataclass(frozen=True, slots=True)
class CancelPlan:
    """``whole``: nothing is left of the order's goods, so the order itself is canceled."""

    lines: tuple[LineCancel, ...]
    whole: bool

    @property
    def units(self) -> int:
        """A kit counts by its components."""
        return sum(line.quantity for line in self.lines if line.kind != KIT)


def plan_cancel(lines: Sequence[LineNow], asked: Mapping[UUID, int] | None = None) -> CancelPlan:
    """Cancel so many units of each line, or everything when ``asked`` is None.

    A kit takes its components along. Raises `CannotCancel` for units in work or gone, `Invalid` for more than is
    left or no line of this order.
    """
    wanted = _everything(lines) if asked is None else _with_components(lines, _checked(lines, asked))
    goods = [line for line in lines if line.kind == GOODS] or list(lines)
    whole = all(line.quantity == line.cancelled + wanted.get(line.line_id, 0) for line in goods)
    if whole:
        # What is no goods (postage, a discount) goes with the goods it came with.
        wanted = {line.line_id: line.open for line in lines if line.open > 0}
    by_id = {line.line_id: line for line in lines}
    return CancelPlan(tuple(_cancel(by_id[line_id], units) for line_id, units in wanted.items()), whole)


def what_has_not_left(lines: Sequence[LineNow]) -> dict[UUID, int] | None:
    """None for the whole order; of one that is partly shipped, the units of goods still owed."""
    goods = [line for line in lines if line.kind == GOODS]
    if not any(line.shipped for line in goods):
        return None
    owed = as_bought(lines, lambda line: line.owed, _key)
    return {line.line_id: owed[line.line_id] for line in lines if line.kind in (GOODS, KIT) and line.line_id in owed}


def _cancel(line: LineNow, units: int) -> LineCancel:
    return LineCancel(line.line_id, units, max(0, line.held - (line.owed - units)), line.kind)


def _key(line: LineNow) -> UUID:
    return line.line_id


def _with_components(lines: Sequence[LineNow], asked: Mapping[UUID, int]) -> dict[UUID, int]:
    wanted = dict(asked)
    for kit_line_id, parts in components(lines).items():
        for part in parts if kit_line_id in asked else ():
            wanted[part.line_id] = wanted.get(part.line_id, 0) + asked[kit_line_id] * part.per_kit
    return wanted


def _everything(lines: Sequence[LineNow]) -> dict[UUID, int]:
    in_work, shipped = sum(line.in_work for line in lines), sum(line.shipped for line in lines)
    if in_work or shipped:
        raise _fenced(in_work, shipped, sum(line.open for line in lines if line.kind == GOODS))
    return {line.line_id: line.open for line in lines if line.open > 0}


def _checked(lines: Sequence[LineNow], asked: Mapping[UUID, int]) -> dict[UUID, int]:
    by_id, left = {line.line_id: line for line in lines}, as_bought(lines, lambda line: line.open, _key)
    problems, fenced = [], []
    for line_id, units in asked.items():
        line, path, open_units = by_id.get(line_id), f"lines.{line_id}", left.get(line_id, 0)
        if line is None:
            problems.append(FieldError(path, "unknown_line", "This order has no such line."))
        elif units <= 0:
            problems.append(FieldError(path, "out_of_range", "Cancel at least one unit, or leave the line out."))
        elif line.kit_line_id and open_units < units <= line.open:
            message = f"{line.name} belongs to a kit. Cancel the kit, and all of it goes."
            problems.append(FieldError(path, "part_of_kit", message))
        elif open_units < units <= line.quantity - line.cancelled:
            fenced += [line, *(each for each in lines if each.kit_line_id == line_id)]
        elif units > open_units:
            problems.append(FieldError(path, "more_than_left", f"Only {open_units} units of {line.name} are left."))
    if not asked:
        problems.append(FieldError("lines", "required", "Name at least one line, or leave lines out to cancel all."))
    if problems:
        raise Invalid(problems[0].message, fields=problems)
    if fenced:
        raise _fenced(
            sum(line.in_work for line in fenced),
            sum(line.shipped for line in fenced),
            sum(line.open for line in fenced if line.kind != KIT),
        )
    return dict(asked)


def _fenced(in_work: int, shipped: int, still_open: int) -> CannotCancel:
    words = []
    if in_work:
        words.append(f"{units(in_work)} being picked")
    if shipped:
        words.append(f"{units(shipped)} shipped already")
    rest = f" {units(still_open)} free to be canceled." if still_open else ""
    return CannotCancel(
        f"{' and '.join(words)}. Nothing was canceled.{rest}", in_work=in_work, shipped=shipped, open=still_open
    )


def units(count: int) -> str:
    return f"{count:,} unit is" if count == 1 else f"{count:,} units are"
