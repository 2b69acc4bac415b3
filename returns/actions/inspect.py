"""Look at what came back: each unit goes where it belongs, and then the money does."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.actions.take_back import Disposal, dispose
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.errors import FieldError, Invalid, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.work import return_units
from returns import lifecycle
from returns.actions.following import follow_orders, save
from returns.actions.settling import settle_return
from returns.events import ReturnInspected
from returns.locks import lock_return
from returns.models import DISPOSITIONS, GRADES, Inspection, Return, ReturnLine
from returns.queries import lines_of_returns

# What becomes of goods → where the stock goes, and the line's counter.
WHERE = {
    "restock": ("sellable", "restocked"), "damaged": ("damaged", "damaged"), "scrap": ("loss", "scrapped"),
    "send_back": ("customer", "sent_back"),
}  # fmt: skip
NOTE_MAX = 500


@dataclass(frozen=True)
class InspectionDraft:
    """What was seen of some units; ``id`` is the device's own, so that one sent twice counts once."""

    id: UUID
    return_line_id: UUID
    quantity: int
    grade: str
    disposition: str
    note: str = ""


def inspect_return(*, return_id: UUID, inspections: Sequence[InspectionDraft]) -> Return:
    """Write down what was seen. With the last unit of the return its money goes back, too.

    Raises `NotFound`, `NotAllowed`, `Invalid` (a grade or disposition that does not exist, more units than
    wait to be looked at), and what settling raises.
    """
    order, found = lock_return(return_id)
    lines = {line.id: line for line in lines_of_returns([found.id])[found.id]}
    fresh = _not_yet(inspections)
    if not fresh:
        return found
    found.state = lifecycle.next_state(found.state, "inspect")
    _check(fresh, lines)
    _count(fresh)
    insert_rows(Inspection, [_row(each) for each in fresh])
    _send_on(found, fresh, lines)
    save(found)
    if all(line.quantity == line.received for line in lines.values()) and _nothing_waits(found):
        return _finish(order, found)
    follow_orders([order])
    return found


def finish_return(*, return_id: UUID) -> Return:
    """Settle with what came, though more was announced. Raises `NotAllowed` while units wait to be looked at."""
    order, found = lock_return(return_id)
    if not _nothing_waits(found):
        raise lifecycle.not_allowed(lifecycle.RECEIVED, "close")
    return _finish(order, found)


def _finish(order, found: Return) -> Return:
    found.state, found.inspected_at = lifecycle.next_state(found.state, "finish"), unit().now
    save(found, "inspected_at")
    lines = lines_of_returns([found.id])[found.id]
    units, restocked = sum(line.inspected for line in lines), sum(line.restocked for line in lines)
    wrong = Inspection.objects.filter(line__return_request_id=found.id, grade__in=["wrong_item", "damaged"])
    publish(
        [
            ReturnInspected(
                found.id, order.id, found.number, units, restocked, sum(wrong.values_list("quantity", flat=True))
            )
        ]
    )
    settle_return(order=order, found=found, lines=lines)
    follow_orders([order])
    return found


def _nothing_waits(found: Return) -> bool:
    return not any(line.to_inspect for line in lines_of_returns([found.id])[found.id])


def _not_yet(inspections: Sequence[InspectionDraft]) -> list[InspectionDraft]:
    known = set(Inspection.objects.filter(id__in=[each.id for each in inspections]).values_list("id", flat=True))
    return [each for each in inspections if each.id not in known]


def _check(inspections: Sequence[InspectionDraft], lines: dict[UUID, ReturnLine]) -> None:
    problems, asked = [], defaultdict(int)
    for position, each in enumerate(inspections):
        path = f"inspections.{position}"
        if each.return_line_id not in lines:
            raise NotFound("This return has no such line.")
        asked[each.return_line_id] += each.quantity
        waiting = lines[each.return_line_id].to_inspect
        if each.quantity < 1 or asked[each.return_line_id] > waiting:
            message = f"{waiting} of this item wait to be inspected. Receive the others first."
            problems.append(FieldError(f"{path}.quantity", "out_of_range", message))
        if each.grade not in GRADES:
            problems.append(FieldError(f"{path}.grade", "unknown_choice", f"Use one of: {', '.join(GRADES)}."))
        if each.disposition not in DISPOSITIONS:
            message = f"Use one of: {', '.join(DISPOSITIONS)}."
            problems.append(FieldError(f"{path}.disposition", "unknown_choice", message))
        if len(each.note) > NOTE_MAX:
            problems.append(FieldError(f"{path}.note", "too_long", f"Shorten the note to {NOTE_MAX} characters."))
    if problems:
        raise Invalid(problems[0].message, fields=problems)


def _count(inspections: Sequence[InspectionDraft]) -> None:
    sums: dict[UUID, dict[str, int]] = defaultdict(lambda: dict.fromkeys((name for _, name in WHERE.values()), 0))
    for each in inspections:
        sums[each.return_line_id][WHERE[each.disposition][1]] += each.quantity
    names = [name for _, name in WHERE.values()]
    update_rows(
        ReturnLine,
        [{"id": key, **counts} for key, counts in sums.items()],
        set_sql=", ".join(f"{name} = t.{name} + r.{name}" for name in names),
    )


def _row(draft: InspectionDraft) -> dict:
    opened = unit()
    return {
        "id": draft.id, "line_id": draft.return_line_id, "quantity": draft.quantity, "grade": draft.grade,
        "disposition": draft.disposition, "note": draft.note.strip(), "person_label": opened.actor.label,
        "at": opened.now,
    }  # fmt: skip


def _send_on(found: Return, inspections: Sequence[InspectionDraft], lines: dict[UUID, ReturnLine]) -> None:
    dispose(
        disposals=[
            Disposal(
                lines[each.return_line_id].item_id, found.location_id, each.quantity, WHERE[each.disposition][0],
                found.id, lines[each.return_line_id].order_line_id,
            )
            for each in inspections
        ],
        reason=f"Return R{found.number}",
    )  # fmt: skip
    back = {
        lines[each.return_line_id].order_line_id: -each.quantity
        for each in inspections
        if each.disposition == "send_back"
    }
    return_units(units=back)
    seen = ", ".join(
        f"{each.quantity} × {lines[each.return_line_id].item.sku} {each.grade.replace('_', ' ')}: "
        f"{each.disposition.replace('_', ' ')}"
        for each in inspections
    )
    record([Change("returns.inspect", f"Return R{found.number}: {seen}", _subjects(found))])


def _subjects(found: Return) -> tuple:
    return (("order", found.order_id), ("return", found.id))
