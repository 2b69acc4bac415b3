"""A short pick: what is missing is set aside to be counted, and finds another place if there is one."""

from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.elsewhere import place_elsewhere
from fulfillment.actions.picking import finish_if_done, name_of, save, tell
from fulfillment.actions.telling import tell_orders
from fulfillment.events import FulfillmentShort
from fulfillment.floor.going_on import PickedByAnother, check_goes_on
from fulfillment.locks import lock_work
from fulfillment.models import FulfillmentLine, FulfillmentOrder, ShortPick
from inventory.actions.set_aside import set_aside
from oms.core.errors import Invalid, NotFound
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.work import stop_work

REASONS = {
    "none_there": "none there", "damaged": "damaged", "cannot_find": "cannot be found",
    "wrong_item": "another item in its place",
}  # fmt: skip


def short_pick(*, fulfillment_order_id: UUID, fulfillment_line_id: UUID, found: int, reason: str) -> ShortPick:
    """Only ``found`` units of a line are there, those picked already among them.

    The missing ones are not written off. Its ``sentence`` says what becomes of the order. Raises `Invalid`,
    `NotFound`, `NotAllowed`, `PickedByAnother` or `CancelAsked`.
    """
    order, work = lock_work(fulfillment_order_id)
    work.state = lifecycle.next_state(work.state, "short")
    check_goes_on(order, work, "short")
    if work.picker_id != unit().actor.id:
        raise PickedByAnother(f"{work.picker_label} picks this. Take it over first.", picker=work.picker_label)
    line = _line(work, fulfillment_line_id)
    wanted = line.quantity - line.short
    _check(line, found, wanted, reason)
    missing = wanted - found
    set_aside(
        reservation_id=line.reservation_id, item_id=line.item_id, location_id=work.location_id, quantity=missing,
        reason=f"{name_of(work)}: {REASONS[reason]}", cause_id=work.id,
    )  # fmt: skip
    line.short += missing
    line.save(update_fields=["short"])
    stop_work(units={line.order_line_id: missing})
    told = f"{found} of {wanted} × {line.item.sku} found at {work.location.name} ({REASONS[reason]})."
    outcome, sentence = place_elsewhere(order, line, missing=missing, avoid=work.location_id, told=told)
    short = ShortPick.objects.create(
        fulfillment_order=work, fulfillment_line=line, wanted=wanted, found=found, reason=reason, outcome=outcome,
        sentence=sentence, person_label=unit().actor.label, at=unit().now,
    )  # fmt: skip
    save(work)
    tell(work, "fulfillment.short", f"{told} {sentence}")
    publish([FulfillmentShort(work.id, order.id, work.location_id, line.item_id, wanted, found, reason, outcome)])
    finish_if_done(order, work)
    tell_orders([order])
    return short


def _line(work: FulfillmentOrder, line_id: UUID) -> FulfillmentLine:
    line = FulfillmentLine.objects.filter(fulfillment_order=work, id=line_id).select_related("item", "order_line")
    found = line.first()
    if found is None:
        raise NotFound("This work has no such line.")
    return found


def _check(line: FulfillmentLine, found: int, wanted: int, reason: str) -> None:
    if reason not in REASONS:
        raise Invalid.field("reason", f"Choose one of: {', '.join(REASONS)}.", "unknown_reason")
    if found >= wanted:
        raise Invalid.field("found", f"All {wanted} are there, so nothing is short. Scan them.", "not_short")
    if found < line.picked:
        raise Invalid.field("found", f"{line.picked} were picked already. Count those too.", "out_of_range")
