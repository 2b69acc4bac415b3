"""What canceling would do, before it is done: the same rule as the action, without its effects."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from fulfillment.queries import work_begun
from inventory.queries import Held, reservations_of
from orders.cancelling import plan_cancel, what_has_not_left
from orders.lifecycle import next_state
from orders.models import Order
from orders.queries.cancelling import lines_now


@dataclass(frozen=True)
class LinePreview:
    """``quantity`` units would be canceled; ``returns`` says where stock becomes free again."""

    line_id: UUID
    name: str
    quantity: int
    returns: tuple[Held, ...]


@dataclass(frozen=True)
class CancelPreview:
    """``asks`` are the locations at work on it, which would have to agree first; without any it is done at once."""

    whole: bool
    units: int
    lines: tuple[LinePreview, ...]
    asks: tuple[str, ...] = ()


def cancel_preview(*, order: Order, lines: Mapping[UUID, int] | None = None) -> CancelPreview:
    """Raises what canceling would raise. Work that nobody has begun stands in nobody's way."""
    next_state(order.state, "cancel" if lines is None else "cancel_lines")
    places, begun = work_begun(order.id)
    now = [
        replace(each, in_work=0 if lines is None else begun[each.line_id])
        for each in lines_now([order.id]).get(order.id, [])
    ]
    plan = plan_cancel(now, what_has_not_left(now) if lines is None else lines)
    names, goods = {line.line_id: line.name for line in now}, {line.line_id for line in now if line.kind == "goods"}
    held = reservations_of([line.line_id for line in plan.lines])
    return CancelPreview(
        plan.whole,
        sum(line.quantity for line in plan.lines if line.line_id in goods),
        tuple(
            LinePreview(
                line.line_id, names[line.line_id], line.quantity, _first(held.get(line.line_id, []), line.give_back)
            )
            for line in plan.lines
        ),
        places if lines is None else (),
    )


def _first(held: list[Held], units: int) -> tuple[Held, ...]:
    """So many units of what is held, where it is given back first."""
    returns = []
    for each in reversed(held):
        taken = min(units, each.quantity)
        if taken > 0:
            returns.append(Held(each.location_id, each.location_name, taken))
            units -= taken
    return tuple(returns)
