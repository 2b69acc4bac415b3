"""Returns that have happened already: a channel's credit, an import, a year of trade. One step, many at once.

Nobody asks whether they may: the goods came back. What is asked is whether there are so many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.actions.take_back import Disposal, TakenBack, dispose, take_back
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.db.sequences import take_numbers
from oms.core.errors import FieldError, NotFound, OmsError
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.refund import RefundDraft, refund_orders
from orders.actions.work import return_units
from orders.locks import lock_orders
from orders.models import Order, OrderLine, Refund
from orders.queries import lines_of
from returns import lifecycle
from returns.actions.following import follow_orders
from returns.actions.inspect import WHERE
from returns.actions.settling import SUBJECT
from returns.errors import NotReturnable
from returns.events import ReturnClosed, ReturnInspected, ReturnReceived, ReturnRequested
from returns.models import Inspection, Receipt, Return, ReturnLine
from returns.queries import receiving_location, units_in_returns


@dataclass(frozen=True)
class BookedReturn:
    """What came back of one order: line → units. ``disposition`` says what became of all of it."""

    order_id: UUID
    lines: Mapping[UUID, int]
    reason: str = "other"
    disposition: str = "restock"
    note: str = ""
    asked_by: str = "channel"
    refund: bool = True


@dataclass
class _Booked:
    """One return being written."""

    draft: BookedReturn
    order: Order
    lines: dict[UUID, OrderLine]
    found: Return
    line_ids: dict[UUID, UUID]


def book_returns(*, drafts: Sequence[BookedReturn]) -> list[Return | OmsError]:
    """Write each as a closed return, or say why not, in the order given; at most one per order in a call.

    A refusal is `NotFound` or `NotReturnable` (naming the line and what is left). Two dozen statements
    however many there are. A refund that cannot be made (nothing paid, nothing left) leaves the return
    without one.
    """
    orders = {order.id: order for order in lock_orders([each.order_id for each in drafts])}
    lines, taken = lines_of(list(orders)), _taken(drafts)
    answers: list[Return | OmsError] = [_refusal(each, orders, lines, taken) or each for each in drafts]
    good = [each for each in answers if isinstance(each, BookedReturn)]
    booked = _booked(good, orders, lines) if good else []
    _write(booked)
    _move_stock(booked)
    _refund(booked)
    _tell(booked)
    made = iter(booked)
    return [next(made).found if isinstance(each, BookedReturn) else each for each in answers]


def _taken(drafts: Sequence[BookedReturn]) -> dict[UUID, int]:
    return units_in_returns([line_id for each in drafts for line_id in each.lines])


def _refusal(draft: BookedReturn, orders: Mapping, lines: Mapping, taken: Mapping[UUID, int]) -> OmsError | None:
    if draft.order_id not in orders:
        return NotFound("There is no such order.")
    known, problems = {line.id: line for line in lines.get(draft.order_id, ())}, []
    for line_id, units in draft.lines.items():
        line = known.get(line_id)
        left = line.shipped - taken.get(line_id, 0) if line and line.kind == "goods" and line.item_id else 0
        if not 0 < units <= left:
            name = line.sku if line else "this line"
            message = f"{units} × {name} cannot have come back: {left} are with the customer."
            problems.append(FieldError(f"lines.{line_id}", "more_than_left", message))
    if not draft.lines:
        problems.append(FieldError("lines", "required", "Name at least one line that came back."))
    return NotReturnable(problems[0].message, fields=problems) if problems else None


def _booked(drafts: Sequence[BookedReturn], orders: Mapping, lines: Mapping) -> list[_Booked]:
    now, numbers = unit().now, take_numbers("return", len(drafts))
    places = receiving_location([orders[each.order_id] for each in drafts])
    return [
        _Booked(
            draft, orders[draft.order_id], {line.id: line for line in lines[draft.order_id]},
            Return(
                id=uuid7(), number=number, order_id=draft.order_id, location=places[draft.order_id],
                state=lifecycle.CLOSED, outcome="refund" if draft.refund else "none", asked_by=draft.asked_by,
                note=draft.note, units=sum(draft.lines.values()), requested_at=now, approved_at=now,
                received_at=now, inspected_at=now, closed_at=now,
            ),
            {line_id: uuid7() for line_id in draft.lines},
        )
        for draft, number in zip(drafts, numbers, strict=True)
    ]  # fmt: skip


def _write(booked: Sequence[_Booked]) -> None:
    if not booked:
        return
    Return.objects.bulk_create([each.found for each in booked])
    insert_rows(ReturnLine, [row for each in booked for row in _line_rows(each)])
    insert_rows(Receipt, [_seen(each, line_id) for each in booked for line_id in each.draft.lines])
    insert_rows(Inspection, [_looked_at(each, line_id) for each in booked for line_id in each.draft.lines])
    return_units(
        units={
            line_id: units
            for each in booked
            if each.draft.disposition != "send_back"
            for line_id, units in each.draft.lines.items()
        }
    )
    follow_orders([each.order for each in booked])


def _line_rows(each: _Booked) -> list[dict]:
    counter = WHERE[each.draft.disposition][1]
    counters = dict.fromkeys((name for _, name in WHERE.values()), 0)
    return [
        {
            "id": each.line_ids[line_id], "return_request_id": each.found.id, "order_line_id": line_id,
            "item_id": each.lines[line_id].item_id, "exchange_item_id": None, "quantity": units,
            "received": units, **counters, counter: units, "reason": each.draft.reason, "comment": "",
        }
        for line_id, units in each.draft.lines.items()
    ]  # fmt: skip


def _seen(each: _Booked, line_id: UUID) -> dict:
    return {
        "id": uuid7(), "line_id": each.line_ids[line_id], "quantity": each.draft.lines[line_id],
        "person_label": unit().actor.label, "at": unit().now,
    }  # fmt: skip


def _looked_at(each: _Booked, line_id: UUID) -> dict:
    grade = "as_new" if each.draft.disposition == "restock" else "damaged"
    return {
        **_seen(each, line_id), "id": uuid7(), "grade": grade, "disposition": each.draft.disposition, "note": "",
    }  # fmt: skip


def _move_stock(booked: Sequence[_Booked]) -> None:
    came = [(each, line_id, units) for each in booked for line_id, units in each.draft.lines.items()]
    take_back(
        receipts=[
            TakenBack(each.lines[line_id].item_id, each.found.location_id, units, each.found.id, line_id)
            for each, line_id, units in came
        ]
    )
    dispose(
        disposals=[
            Disposal(
                each.lines[line_id].item_id, each.found.location_id, units, WHERE[each.draft.disposition][0],
                each.found.id, line_id,
            )
            for each, line_id, units in came
        ]
    )  # fmt: skip


def _refund(booked: Sequence[_Booked]) -> None:
    wanted = [each for each in booked if each.draft.refund and each.draft.disposition != "send_back"]
    if not wanted:
        return
    answers = refund_orders(
        drafts=[
            RefundDraft(
                each.order.id, each.draft.lines, reason=f"Return R{each.found.number}", subject_kind=SUBJECT,
                subject_id=each.found.id,
            )
            for each in wanted
        ]
    )  # fmt: skip
    made = [(each, answer) for each, answer in zip(wanted, answers, strict=True) if isinstance(answer, Refund)]
    for each, answer in made:
        each.found.refund = answer
    update_rows(Return, [{"id": each.found.id, "refund_id": answer.id} for each, answer in made])


def _tell(booked: Sequence[_Booked]) -> None:
    record([_change(each) for each in booked])
    publish([fact for each in booked for fact in _facts(each)])


def _change(each: _Booked) -> Change:
    units = each.found.units
    sentence = f"Return R{each.found.number}: {units} {'unit' if units == 1 else 'units'} came back"
    return Change("returns.book", sentence, (("order", each.order.id), ("return", each.found.id)))


def _facts(each: _Booked) -> list:
    about, units, draft = (each.found.id, each.order.id, each.found.number), each.found.units, each.draft
    restocked = units if draft.disposition == "restock" else 0
    wrong = units if draft.reason in ("wrong_item", "damaged", "not_as_described") else 0
    return [
        ReturnRequested(*about, draft.asked_by, units, (draft.reason,)),
        ReturnReceived(*about, units, True),
        ReturnInspected(*about, units, restocked, wrong),
        ReturnClosed(*about, each.found.outcome),
    ]
