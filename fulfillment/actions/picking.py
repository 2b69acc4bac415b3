"""Start to pick, and take back a scan that was wrong."""

from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.telling import tell_orders
from fulfillment.events import FulfillmentPicked, FulfillmentStarted, FulfillmentStopped
from fulfillment.floor.going_on import PickedByAnother, check_goes_on
from fulfillment.floor.queries import lines_of_work
from fulfillment.locks import lock_work
from fulfillment.models import PACK, PICK, FulfillmentLine, FulfillmentOrder, Scan
from oms.core.audit import Change, record
from oms.core.errors import Conflict
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.models import Order


class NothingToUndo(Conflict):
    code = "nothing_to_undo"
    title = "There is nothing to undo"


def start_picking(*, fulfillment_order_id: UUID, take_over: bool = False) -> FulfillmentOrder:
    """The acting person begins, or goes on with what is theirs.

    Raises `PickedByAnother` unless they ``take_over``, `NotAllowed`, or `CancelAsked`.
    """
    order, work = lock_work(fulfillment_order_id)
    actor, before = unit().actor, work.state
    work.state = lifecycle.next_state(work.state, "start")
    check_goes_on(order, work, "start")
    if work.picker_id == actor.id:
        return work
    if work.picker_id and not take_over:
        raise PickedByAnother(
            f"{work.picker_label} picks this. Take another, or take it over.", picker=work.picker_label
        )
    work.picker_id, work.picker_label = actor.id, actor.label
    work.started_at = work.started_at or unit().now
    save(work, "picker_id", "picker_label", "started_at")
    doing = "begins to pick" if before == lifecycle.RELEASED else "takes over"
    tell(work, "fulfillment.pick", f"{actor.label} {doing} {name_of(work)} at {work.location.name}")
    publish([FulfillmentStarted(work.id, work.order_id, work.location_id, actor.label)])
    tell_orders([order])
    return work


def undo_scan(*, fulfillment_order_id: UUID) -> FulfillmentLine:
    """Take back the last scan that counted: of picking, or once packing began, of packing.

    Raises `NothingToUndo` or `NotAllowed`. Returns the line as it is then.
    """
    order, work = lock_work(fulfillment_order_id)
    before = work.state
    work.state = lifecycle.next_state(before, "undo")
    kind = PACK if before == lifecycle.PACKING else PICK
    scans = Scan.objects.filter(fulfillment_order=work, kind=kind, counted=True)
    scan = scans.select_related("fulfillment_line__item").order_by("-at", "-id").first()
    if scan is None:
        raise NothingToUndo("No scan of this work counts. Nothing was changed.")
    line, counter = scan.fulfillment_line, "packed" if kind == PACK else "picked"
    setattr(line, counter, getattr(line, counter) - scan.answer.get("units", 1))
    line.save(update_fields=[counter])
    scan.counted = False
    scan.save(update_fields=["counted"])
    if work.state != before:
        work.picked_at = None
    save(work, "picked_at")
    tell_orders([order])
    return line


def finish_if_done(order: Order, work: FulfillmentOrder) -> None:
    """After the last unit was picked or found short. Work of which nothing was found ends here."""
    lines = lines_of_work([work.id])[work.id]
    if any(line.to_pick for line in lines):
        return
    picked = sum(line.picked for line in lines)
    if not picked:
        work.state, work.stopped_at = lifecycle.next_state(work.state, "find_nothing"), unit().now
        tell(work, "fulfillment.stop", f"{name_of(work)} at {work.location.name} ended: nothing was found")
        publish([FulfillmentStopped(work.id, work.order_id, work.location_id, "Nothing was found.", 0)])
    else:
        work.state, work.picked_at = lifecycle.next_state(work.state, "finish"), unit().now
        tell(work, "fulfillment.pick", f"{name_of(work)} picked at {work.location.name}")
        publish([FulfillmentPicked(work.id, work.order_id, work.location_id, picked)])
    save(work, "picked_at", "stopped_at")
    tell_orders([order])


def save(work: FulfillmentOrder, *fields: str) -> None:
    work.version += 1
    work.save(update_fields=["state", "version", *fields])


def tell(work: FulfillmentOrder, verb: str, sentence: str) -> None:
    record([Change(verb, sentence, (("order", work.order_id), ("fulfillment_order", work.id)))])


def name_of(work: FulfillmentOrder) -> str:
    """What people call it."""
    return f"F{work.number}"
