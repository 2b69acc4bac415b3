"""Put orders on hold: a typed reason why they may not go on. A hold never gives the reservation back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, Invalid, NotFound, OmsError
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.settling import settle_holds
from orders.events import OrderHeld
from orders.lifecycle import is_allowed, not_allowed
from orders.locks import lock_orders
from orders.models import Hold, Order, OrderLine
from orders.next_step import HOLD_WORDS
from orders.placing.texts import one_text_problem

REASON_LENGTH = 500


class AlreadyHeld(Conflict):
    """The same kind of hold is open on the same order or line."""

    code = "already_held"


def hold_orders(
    *, order_ids: Collection[UUID], kind: str, reason: str, line_id: UUID | None = None, until: datetime | None = None
) -> dict[UUID, UUID | OmsError]:
    """Hold each order that can be held; returns its hold's id, or why not.

    ``until`` lifts it by itself. Raises `Invalid` for an unknown kind, an empty reason or a time gone by.
    """
    _check(kind, reason, until)
    orders = lock_orders(order_ids)
    answers: dict[UUID, UUID | OmsError] = {
        order_id: NotFound("There is no such order.") for order_id in set(order_ids) - {each.id for each in orders}
    }
    possible = []
    for order in orders:
        if is_allowed(order.state, "hold"):
            possible.append(order)
        else:
            answers[order.id] = not_allowed(order.state, "hold")
    written = dict(
        insert_rows(
            Hold,
            [_row(order, kind, reason.strip(), line_id, until) for order in possible],
            on_conflict="ON CONFLICT DO NOTHING",
            returning=["order_id", "id"],
        )
    )
    held = [order for order in possible if order.id in written]
    record([Change("orders.hold", _sentence(kind, reason, until), (("order", each.id),)) for each in held])
    publish([OrderHeld(order.id, (kind,)) for order in held])
    if held:
        settle_holds(held)
    for order in possible:
        answers[order.id] = written.get(order.id) or AlreadyHeld(
            f"This order is on hold because of {HOLD_WORDS[kind]} already. Release that hold first."
        )
    return answers


def hold_order(
    *, order_id: UUID, kind: str, reason: str, line_id: UUID | None = None, until: datetime | None = None
) -> UUID:
    """Hold one order, or one line of it; returns the hold's id.

    Raises `NotFound`, `NotAllowed` (draft, cancelled, closed) or `AlreadyHeld`.
    """
    if line_id is not None and not OrderLine.objects.filter(id=line_id, order_id=order_id).exists():
        raise NotFound("This order has no such line.")
    answer = hold_orders(order_ids=[order_id], kind=kind, reason=reason, line_id=line_id, until=until)[order_id]
    if isinstance(answer, OmsError):
        raise answer
    return answer


def _check(kind: str, reason: str, until: datetime | None) -> None:
    if kind not in HOLD_WORDS:
        raise Invalid.field("kind", f"Use one of: {', '.join(HOLD_WORDS)}.", "unknown_choice")
    check_reason(reason)
    if until is not None and until <= unit().now:
        raise Invalid.field("until", "This time has gone by. Choose a later one, or none.", "out_of_range")


def check_reason(reason: str) -> None:
    """A reason is asked for wherever someone may later ask why. Raises `Invalid` about ``reason``."""
    if not reason.strip():
        raise Invalid.field("reason", "Say why, in a few words.", "required")
    problems = one_text_problem("reason", reason, REASON_LENGTH)
    if problems:
        raise Invalid(problems[0].message, fields=problems)


def _row(order: Order, kind: str, reason: str, line_id: UUID | None, until: datetime | None) -> dict:
    return {
        "id": uuid7(), "order_id": order.id, "line_id": line_id, "kind": kind, "reason": reason, "evidence": {},
        "set_by": unit().actor.label, "set_at": unit().now, "until": until, "lifted_at": None, "lifted_by": "",
        "lift_reason": "",
    }  # fmt: skip


def _sentence(kind: str, reason: str, until: datetime | None) -> str:
    ends = f", until {until:%Y-%m-%d %H:%M} UTC" if until else ""
    return f"On hold because of {HOLD_WORDS[kind]}: {reason.strip()}{ends}"
