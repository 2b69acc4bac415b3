"""Change what may change after an order was placed: tags, the customer's note, the address; and write notes."""

from collections.abc import Sequence
from uuid import UUID

from oms.core.addresses import Address, address_problems
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.errors import FieldError, Invalid
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.lift import lift_holds
from orders.cancelling import CannotCancel, units
from orders.events import OrderEdited
from orders.lifecycle import next_state
from orders.locks import lock_order
from orders.models import Hold, Note, Order, OrderLine, OrderTag
from orders.placing.checking import TAGS_MAX
from orders.placing.texts import LENGTHS, TAG_LENGTH, address_texts, clean_address, clean_tags, one_text_problem

NOTE_LENGTH = 5_000


class BeingPicked(CannotCancel):
    """The floor works on it: the label would still carry the old address."""

    code = "being_picked"
    title = "The order is being picked"


def edit_order(
    *, order_id: UUID, tags: Sequence[str] | None = None, note: str | None = None, ship_to: Address | None = None
) -> Order:
    """Replace what is given (``note`` is the customer's own), and leave the rest.

    An address that is right now lifts the hold that asked for it. Raises `NotFound`, `NotAllowed`,
    `Invalid`, or `BeingPicked` when the address comes too late.
    """
    order = lock_order(order_id)
    next_state(order.state, "edit")
    ship_to = None if ship_to is None else clean_address(ship_to)
    tags = None if tags is None else clean_tags(list(tags))
    _check(tags, note, ship_to)
    changes = [
        *(_set_tags(order, tags) if tags is not None else []),
        *(_set_note(order, note.strip()) if note is not None else []),
        *(_set_address(order, ship_to) if ship_to is not None else []),
    ]
    if not changes:
        return order
    order.version += 1
    order.save(update_fields=["customer_note", "ship_to", "country", "customer_name", "version"])
    record(changes)
    publish([OrderEdited(order.id, tuple(change.verb.rpartition(".")[2] for change in changes))])
    if ship_to is not None:
        _lift_address_hold(order, ship_to)
    return order


def tag_order(*, order_id: UUID, tag: str) -> Order:
    """Add one tag to those the order has. Raises `NotFound`, `NotAllowed` or `Invalid` (``tags.N``)."""
    lock_order(order_id)
    tags = OrderTag.objects.filter(order_id=order_id).order_by("tag").values_list("tag", flat=True)
    return edit_order(order_id=order_id, tags=[*tags, tag])


def add_note(*, order_id: UUID, text: str) -> Note:
    """Write a colleague's note on the order. Raises `NotFound`, `NotAllowed` (a draft) or `Invalid`."""
    order = lock_order(order_id)
    next_state(order.state, "note")
    text = text.strip()
    problems = one_text_problem("text", text, NOTE_LENGTH)
    if not text:
        problems = [FieldError("text", "required", "Write something first.")]
    if problems:
        raise Invalid(problems[0].message, fields=problems)
    note = Note.objects.create(order=order, text=text, author=unit().actor.label, created_at=unit().now)
    record([Change("orders.note", f"Note: {text}", (("order", order.id),))])
    publish([OrderEdited(order.id, ("notes",))])
    return note


def _check(tags: Sequence[str] | None, note: str | None, ship_to: Address | None) -> None:
    problems = [
        problem
        for position, tag in enumerate(tags or ())
        for problem in one_text_problem(f"tags.{position}", tag, TAG_LENGTH)
    ]
    if len(tags or ()) > TAGS_MAX:
        problems.append(FieldError("tags", "too_many", f"An order has at most {TAGS_MAX} tags."))
    problems += one_text_problem("note", note or "", LENGTHS["customer_note"])
    for path, text, most in address_texts("ship_to", ship_to) if ship_to else ():
        problems += one_text_problem(path, text, most)
    if problems:
        raise Invalid(problems[0].message, fields=problems)


def _set_tags(order: Order, tags: Sequence[str]) -> list[Change]:
    before = set(OrderTag.objects.filter(order_id=order.id).values_list("tag", flat=True))
    if before == set(tags):
        return []
    OrderTag.objects.filter(order_id=order.id, tag__in=before - set(tags)).delete()
    insert_rows(
        OrderTag,
        [{"order_id": order.id, "tag": tag, "placed_at": order.placed_at} for tag in tags if tag not in before],
    )
    words = ", ".join(tags) or "none"
    return [_change(order, "tags", f"Tags: {words}", sorted(before), sorted(tags))]


def _set_note(order: Order, note: str) -> list[Change]:
    if note == order.customer_note:
        return []
    before, order.customer_note = order.customer_note, note
    return [_change(order, "customer_note", "The customer’s note was changed", before, note)]


def _set_address(order: Order, ship_to: Address) -> list[Change]:
    before, after = order.ship_to, ship_to.to_json()
    if before == after:
        return []
    in_work = sum(OrderLine.objects.filter(order_id=order.id).values_list("in_work", flat=True))
    if in_work:
        raise BeingPicked(f"{units(in_work)} being picked for the old address. Nothing was changed.", in_work=in_work)
    order.ship_to, order.country = after, ship_to.country
    order.customer_name = order.customer_name or ship_to.name
    return [_change(order, "ship_to", "Address changed: " + ", ".join(ship_to.lines()), before, after)]


def _change(order: Order, field: str, sentence: str, before: object, after: object) -> Change:
    return Change(f"orders.edit.{field}", sentence, (("order", order.id),), {field: before}, {field: after})


def _lift_address_hold(order: Order, ship_to: Address) -> None:
    holds = list(Hold.objects.filter(order_id=order.id, kind="address", lifted_at__isnull=True))
    if holds and not address_problems(ship_to):
        lift_holds([order], holds, reason="The address was corrected.")
