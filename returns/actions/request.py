"""Ask to send goods back, and answer that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from inventory.models import Item
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.db.sequences import take_numbers
from oms.core.errors import FieldError, Invalid
from oms.core.events import publish
from oms.core.pictures import Picture
from oms.core.tenancy import unit
from orders.locks import lock_order
from returns import lifecycle
from returns.actions.following import follow_orders, save
from returns.eligibility import first_refusal
from returns.errors import NotReturnable
from returns.events import ReturnApproved, ReturnCancelled, ReturnDeclined, ReturnRequested, ReturnSent
from returns.locks import lock_return
from returns.models import OUTCOMES, REASONS, Return, ReturnLine
from returns.photos import cleaned_photos, keep_photos
from returns.queries import Returnable, receiving_location, returnable

TEXT_MAX, TRACKING_MAX = 1_000, 60
# How long an approved return is waited for.
SEND_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class ReturnLineDraft:
    """Units of one order line that are to come back, and why. ``exchange_item_id`` is what is wanted instead."""

    order_line_id: UUID
    quantity: int
    reason: str
    comment: str = ""
    exchange_item_id: UUID | None = None
    photos: Sequence[Picture] = ()


def request_return(
    *,
    order_id: UUID,
    lines: Sequence[ReturnLineDraft],
    outcome: str = "refund",
    note: str = "",
    asked_by: str = "merchant",
) -> Return:
    """Open a return. A person of the merchant may go beyond the window and final sale; nobody beyond the units.

    Raises `NotFound`, `Invalid` and `NotReturnable`, each naming the line (``lines.N.…``), and `NotAnImage`.
    """
    _check(lines, outcome, note)
    photos = [cleaned_photos(each.photos) for each in lines]
    order = lock_order(order_id)
    _check_rules(lines, returnable(order), asked_by)
    opened, (number,) = unit().now, take_numbers("return", 1)
    made = Return.objects.create(
        id=uuid7(), number=number, order=order, location=receiving_location([order])[order.id],
        outcome=outcome, note=note.strip(), asked_by=asked_by, units=sum(each.quantity for each in lines),
        requested_at=opened,
    )  # fmt: skip
    rows = [_row(each, made.id) for each in lines]
    items = dict(order.lines.filter(id__in=[each.order_line_id for each in lines]).values_list("id", "item_id"))
    insert_rows(ReturnLine, [row | {"item_id": items[row["order_line_id"]]} for row in rows])
    keep_photos({row["id"]: each for row, each in zip(rows, photos, strict=True)})
    record([Change("returns.request", f"Return R{made.number} asked for by the {asked_by}", _subjects(made))])
    reasons = tuple(sorted({each.reason for each in lines}))
    publish([ReturnRequested(made.id, order.id, made.number, asked_by, made.units, reasons)])
    follow_orders([order])
    return made


def approve_return(*, return_id: UUID) -> Return:
    """The goods may come. Raises `NotFound` and `NotAllowed`."""
    order, found = lock_return(return_id)
    found.state = lifecycle.next_state(found.state, "approve")
    found.approved_at, found.send_by = unit().now, unit().now + SEND_WITHIN
    save(found, "approved_at", "send_by")
    record([Change("returns.approve", f"Return R{found.number} approved", _subjects(found))])
    publish([ReturnApproved(found.id, order.id, found.number)])
    return found


def decline_return(*, return_id: UUID, reason: str) -> Return:
    """No, and why: the customer reads the reason. Raises `NotFound`, `NotAllowed` and `Invalid`."""
    if not 0 < len(reason.strip()) <= TEXT_MAX:
        raise Invalid.field("reason", "Say why in a sentence or two: the customer reads it.", "required")
    order, found = lock_return(return_id)
    found.state = lifecycle.next_state(found.state, "decline")
    found.decline_reason, found.closed_at = reason.strip(), unit().now
    save(found, "decline_reason", "closed_at")
    record([Change("returns.decline", f"Return R{found.number} declined: {found.decline_reason}", _subjects(found))])
    publish([ReturnDeclined(found.id, order.id, found.number, found.decline_reason)])
    follow_orders([order])
    return found


def cancel_return(*, return_id: UUID) -> Return:
    """It does not come after all. Raises `NotFound`, and `NotAllowed` once something arrived."""
    order, found = lock_return(return_id)
    found.state = lifecycle.next_state(found.state, "cancel")
    found.closed_at = unit().now
    save(found, "closed_at")
    record([Change("returns.cancel", f"Return R{found.number} canceled", _subjects(found))])
    publish([ReturnCancelled(found.id, order.id, found.number)])
    follow_orders([order])
    return found


def mark_sent(*, return_id: UUID, tracking_number: str = "") -> Return:
    """The customer has sent it. Raises `NotFound`, `NotAllowed` and `Invalid`."""
    if len(tracking_number) > TRACKING_MAX:
        message = f"Shorten the tracking number to {TRACKING_MAX} characters."
        raise Invalid.field("tracking_number", message, "too_long")
    order, found = lock_return(return_id)
    found.state, found.tracking_number = lifecycle.next_state(found.state, "send"), tracking_number.strip()
    save(found, "tracking_number")
    by = f" ({found.tracking_number})" if found.tracking_number else ""
    record([Change("returns.send", f"Return R{found.number} is on its way{by}", _subjects(found))])
    publish([ReturnSent(found.id, order.id, found.number, found.tracking_number)])
    return found


def _check(lines: Sequence[ReturnLineDraft], outcome: str, note: str) -> None:
    problems = []
    if not lines:
        problems.append(FieldError("lines", "required", "Choose at least one line to send back."))
    if len({each.order_line_id for each in lines}) < len(lines):
        problems.append(FieldError("lines", "twice", "Name each line once, with all its units."))
    if outcome not in OUTCOMES:
        problems.append(FieldError("outcome", "unknown_choice", f"Use one of: {', '.join(OUTCOMES)}."))
    if len(note) > TEXT_MAX:
        problems.append(FieldError("note", "too_long", f"Shorten the note to {TEXT_MAX} characters."))
    for position, each in enumerate(lines):
        path = f"lines.{position}"
        if each.quantity < 1:
            problems.append(FieldError(f"{path}.quantity", "out_of_range", "Send at least one unit back."))
        if each.reason not in REASONS:
            problems.append(FieldError(f"{path}.reason", "unknown_choice", f"Use one of: {', '.join(REASONS)}."))
        if len(each.comment) > TEXT_MAX:
            problems.append(FieldError(f"{path}.comment", "too_long", f"Shorten it to {TEXT_MAX} characters."))
        if outcome == "exchange" and each.exchange_item_id is None:
            message = "Say which item is wanted instead."
            problems.append(FieldError(f"{path}.exchange_item_id", "required", message))
    problems += _unknown_items(lines)
    if problems:
        raise Invalid(problems[0].message, fields=problems)


def _unknown_items(lines: Sequence[ReturnLineDraft]) -> list[FieldError]:
    wanted = {each.exchange_item_id for each in lines if each.exchange_item_id}
    known = set(Item.objects.filter(id__in=wanted, active=True).values_list("id", flat=True)) if wanted else set()
    return [
        FieldError(f"lines.{position}.exchange_item_id", "unknown_item", "There is no such item for sale.")
        for position, each in enumerate(lines)
        if each.exchange_item_id and each.exchange_item_id not in known
    ]


def _check_rules(lines: Sequence[ReturnLineDraft], can: Returnable, asked_by: str) -> None:
    """The customer is bound by every rule; the merchant, and a channel whose own rule wins, by the units alone."""
    known = {each.line.id: each for each in can.lines}
    problems = []
    for position, draft in enumerate(lines):
        path, found = f"lines.{position}", known.get(draft.order_line_id)
        if found is None:
            problems.append(
                FieldError(f"{path}.order_line_id", "unknown_line", "This order has no such line of goods.")
            )
            continue
        against = first_refusal([each for each in found.verdicts if _binds(each.rule, asked_by)])
        if against is not None:
            problems.append(FieldError(f"{path}.order_line_id", against.rule, against.sentence))
        elif draft.quantity > found.left:
            message = f"At most {found.left} × {found.line.sku} can still be sent back."
            problems.append(FieldError(f"{path}.quantity", "more_than_left", message))
    if problems:
        raise NotReturnable(problems[0].message, fields=problems)


def _binds(rule: str, asked_by: str) -> bool:
    return asked_by == "customer" or rule in ("shipped", "left")


def _row(draft: ReturnLineDraft, return_id: UUID) -> dict:
    return {
        "id": uuid7(), "return_request_id": return_id, "order_line_id": draft.order_line_id,
        "exchange_item_id": draft.exchange_item_id, "quantity": draft.quantity, "received": 0, "restocked": 0,
        "damaged": 0, "scrapped": 0, "sent_back": 0, "reason": draft.reason, "comment": draft.comment.strip(),
    }  # fmt: skip


def _subjects(found: Return) -> tuple:
    return (("order", found.order_id), ("return", found.id))
