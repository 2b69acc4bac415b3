"""Stop the floor's work on an order: at once where nobody has begun, else by asking."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.picking import name_of, save, tell
from fulfillment.actions.telling import tell_orders
from fulfillment.events import CancelAnswered, FulfillmentStopped
from fulfillment.floor.queries import lines_of_work
from fulfillment.locks import lock_work, lock_work_of
from fulfillment.models import FulfillmentOrder, Parcel
from oms.core.errors import Conflict
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.ask_cancel import reopen
from orders.actions.cancel import cancel_order
from orders.actions.hold import check_reason
from orders.actions.work import lines_in_work, stop_work
from orders.models import Order


class NotAsked(Conflict):
    """Nobody asked to cancel this, or it has been answered."""

    code = "not_asked"
    title = "There is nothing to answer"


@dataclass(frozen=True)
class Stopped:
    """``asked`` are the names of the locations that must answer; without any the order may be changed now."""

    asked: tuple[str, ...]


def stop_unbegun(*, order: Order, reason: str) -> int:
    """End the work nobody has begun; returns how much of it there was. The caller holds the order's lock."""
    works = lock_work_of(order.id, [lifecycle.RELEASED])
    for work in works:
        _end(work, "stop", reason)
    return len(works)


def stop_order(*, order: Order, reason: str) -> Stopped:
    """End the work nobody has begun, and ask the locations that have. The caller holds the order's lock."""
    stop_unbegun(order=order, reason=reason)
    asked = lock_work_of(order.id, lifecycle.STARTED)
    for work in asked:
        work.state = lifecycle.next_state(work.state, "ask_stop")
        work.cancel_requested_at, work.cancel_requested_by = unit().now, unit().actor.label
        work.cancel_reason = reason
        save(work, "cancel_requested_at", "cancel_requested_by", "cancel_reason")
        tell(work, "fulfillment.ask_stop", f"{work.location.name} asked to stop {name_of(work)}: {reason}")
    return Stopped(tuple(dict.fromkeys(work.location.name for work in asked)))


def answer_cancel(*, fulfillment_order_id: UUID, accept: bool, reason: str = "") -> FulfillmentOrder:
    """The location answers: stop and put back, or too late (with the reason).

    After the last answer the order is canceled, as far as everybody agreed. Raises `NotAsked` or `Invalid`.
    """
    order, work = lock_work(fulfillment_order_id)
    if work.cancel_requested_at is None:
        raise NotAsked("Nobody asked to cancel this, or it was answered already. Nothing was changed.")
    asked_for = work.cancel_reason
    if accept:
        _end(work, "accept_stop", asked_for)
    else:
        check_reason(reason)
        work.state = lifecycle.next_state(work.state, "decline_stop")
        work.cancel_requested_at = None
        save(work, "cancel_requested_at")
        tell(work, "fulfillment.decline_stop", f"{work.location.name} goes on with {name_of(work)}: {reason.strip()}")
    publish([CancelAnswered(work.id, order.id, work.location_id, accept, reason.strip() or asked_for)])
    _settle(order, asked_for, declined="" if accept else reason.strip())
    return work


def _end(work: FulfillmentOrder, verb: str, reason: str) -> None:
    """The fence comes down; what was picked goes back to the shelf, where the book has it already."""
    lines = lines_of_work([work.id])[work.id]
    gone = _gone(work)
    work.state, work.stopped_at, work.cancel_requested_at = lifecycle.next_state(work.state, verb), unit().now, None
    save(work, "stopped_at", "cancel_requested_at")
    given: dict[UUID, int] = defaultdict(int)
    for line in lines:
        given[line.order_line_id] += line.quantity - line.short - gone[line.id]
    stop_work(units=given)
    back = sum(line.picked - gone[line.id] for line in lines)
    told = f": {back} picked {'unit goes' if back == 1 else 'units go'} back to the shelf" if back else ""
    tell(work, "fulfillment.stop", f"{work.location.name} stopped {name_of(work)}{told}")
    publish([FulfillmentStopped(work.id, work.order_id, work.location_id, reason, back)])


def _gone(work: FulfillmentOrder) -> dict[UUID, int]:
    """Line → units in parcels that have left."""
    gone: dict[UUID, int] = defaultdict(int)
    left = Parcel.objects.filter(fulfillment_order=work, dispatched_at__isnull=False)
    for line_id, units in left.values_list("contents__fulfillment_line_id", "contents__quantity"):
        gone[line_id] += units
    return gone


def _settle(order: Order, reason: str, *, declined: str) -> None:
    """Once nobody is left to answer: cancel what is neither in work nor gone."""
    works = lock_work_of(order.id, lifecycle.OPEN)
    if any(work.cancel_requested_at for work in works):
        tell_orders([order])
        return
    tell_customer = reopen(order=order, declined=declined)
    lines = lines_in_work([order.id])
    free = {line.id: line.to_ship - line.in_work for line in lines if line.to_ship > line.in_work}
    if free:
        whole = not any(line.in_work or line.shipped for line in lines)
        cancel_order(order_id=order.id, reason=reason, lines=None if whole else free, tell_customer=tell_customer)
    tell_orders([order])
