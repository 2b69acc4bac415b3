"""Pick and pack much work at once, where all of it is there: what a floor does scan by scan, in a few statements.

It leaves the same counters, scans, audit and facts behind as `picking`, `scan` and `pack` do one by one. What
is not as it should be (a short pick, a wrong item) is for those.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.pack import UNVERIFIED, NotVerified
from fulfillment.actions.picking import name_of
from fulfillment.actions.scan import Verdict
from fulfillment.actions.telling import tell_orders
from fulfillment.events import FulfillmentPacked, FulfillmentPicked, FulfillmentStarted
from fulfillment.floor.boxing import Filled, Goods, boxes_for
from fulfillment.floor.going_on import PickedByAnother, check_goes_on
from fulfillment.floor.queries import lines_of_work, pack_stops, pick_stops
from fulfillment.floor.sweeping import sweep
from fulfillment.locks import lock_works
from fulfillment.models import PACK, PICK, FulfillmentLine, FulfillmentOrder, Parcel, ParcelContent, Scan
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.errors import NotFound, OmsError
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.models import Order

Lines = Mapping[UUID, Sequence[FulfillmentLine]]
Answers = dict[UUID, OmsError | None]


def complete_works(*, fulfillment_order_ids: Collection[UUID], scanned: bool = True) -> Answers:
    """Start, pick and pack each, or say why not; see the three below."""
    answers = start_works(fulfillment_order_ids=fulfillment_order_ids)
    for step in (pick_works, lambda **given: pack_works(**given, scanned=scanned)):
        answers |= step(fulfillment_order_ids=[key for key, against in answers.items() if against is None])
    return answers


def start_works(*, fulfillment_order_ids: Collection[UUID]) -> Answers:
    """The acting person begins each, or it is answered why not."""

    def against(order: Order, work: FulfillmentOrder, lines: Sequence[FulfillmentLine]) -> None:
        if work.picker_id not in ("", unit().actor.id):
            raise PickedByAnother(f"{work.picker_label} picks this.", picker=work.picker_label)
        lifecycle.next_state(work.state, "start")
        check_goes_on(order, work, "start")

    answers, orders, works, _lines = _allowed(fulfillment_order_ids, against)
    actor, now = unit().actor, unit().now
    begun = [work for work in works if work.picker_id != actor.id]
    for work in begun:
        work.state = lifecycle.next_state(work.state, "start")
        work.picker_id, work.picker_label, work.started_at = actor.id, actor.label, work.started_at or now
    _save(begun, "picker_id", "picker_label", "started_at")
    _tell(begun, "fulfillment.pick", lambda work: f"{actor.label} begins to pick {name_of(work)} at")
    publish([FulfillmentStarted(work.id, work.order_id, work.location_id, actor.label) for work in begun])
    tell_orders(_orders_of(begun, orders))
    return answers


def pick_works(*, fulfillment_order_ids: Collection[UUID]) -> Answers:
    """Scan every unit of each that the acting person has begun, or it is answered why not."""

    def against(order: Order, work: FulfillmentOrder, lines: Sequence[FulfillmentLine]) -> None:
        lifecycle.next_state(lifecycle.next_state(work.state, "pick"), "finish")
        check_goes_on(order, work, "scan")
        if work.picker_id != unit().actor.id:
            raise PickedByAnother(f"{work.picker_label} picks this.", picker=work.picker_label)

    answers, orders, works, lines = _allowed(fulfillment_order_ids, against)
    _scan(works, lines, PICK)
    picked = {line.id: line.quantity - line.short for work in works for line in lines[work.id]}
    update_rows(FulfillmentLine, [{"id": key, "picked": units} for key, units in picked.items()])
    for work in works:
        work.state, work.picked_at = lifecycle.next_state(work.state, "finish"), unit().now
    _save(works, "picked_at")
    _tell(works, "fulfillment.pick", lambda work: f"{name_of(work)} picked at")
    units = {work.id: sum(picked[line.id] for line in lines[work.id]) for work in works}
    publish([FulfillmentPicked(work.id, work.order_id, work.location_id, units[work.id]) for work in works])
    tell_orders(_orders_of(works, orders))
    return answers


def pack_works(*, fulfillment_order_ids: Collection[UUID], scanned: bool = True) -> Answers:
    """All of each into boxes that a person can lift, scanned unit by unit, or it is answered why not.

    Not ``scanned`` is for actors who may pack unverified, and is recorded, as it is one by one.
    """

    def against(order: Order, work: FulfillmentOrder, lines: Sequence[FulfillmentLine]) -> None:
        lifecycle.next_state(work.state, "pack")
        check_goes_on(order, work, "pack")
        if not scanned and not unit().actor.permits(UNVERIFIED, location_id=work.location_id):
            raise NotVerified("Units are not scanned yet. Scan them.")

    answers, orders, works, lines = _allowed(fulfillment_order_ids, against)
    unscanned = {work.id: 0 if scanned else sum(line.to_pack for line in lines[work.id]) for work in works}
    if scanned:
        checked = [work for work in works if any(line.to_pack for line in lines[work.id])]
        _scan(checked, lines, PACK)
        for work in checked:
            # The first scan into a box is a step of its own.
            work.version += work.state == lifecycle.PICKED
    full = [line for work in works for line in lines[work.id] if line.picked]
    update_rows(FulfillmentLine, [{"id": line.id, "packed": line.picked} for line in full])
    boxes = _fill(works, lines)
    _write_boxes(boxes, unscanned)
    for work in works:
        work.state, work.packed_at = lifecycle.next_state(work.state, "pack"), unit().now
    _save(works, "packed_at")

    def packed(work: FulfillmentOrder) -> str:
        count = len(boxes[work.id])
        return f"{name_of(work)} packed into {count} {'parcel' if count == 1 else 'parcels'} at"

    def how(work: FulfillmentOrder) -> str:
        return f", {unscanned[work.id]} units without a scan" if unscanned[work.id] else ""

    _tell(works, "fulfillment.pack", packed, how)
    publish([
        FulfillmentPacked(work.id, work.order_id, work.location_id, len(boxes[work.id]), not unscanned[work.id])
        for work in works
    ])  # fmt: skip
    tell_orders(_orders_of(works, orders))
    return answers


def _allowed(
    ids: Collection[UUID], against: Callable[..., None]
) -> tuple[Answers, dict, list[FulfillmentOrder], Lines]:
    orders, locked = lock_works(ids)
    lines = lines_of_work([work.id for work in locked])
    answers: Answers = {key: NotFound("There is no such fulfillment order.") for key in ids}
    for work in locked:
        answers[work.id] = None
        try:
            against(orders[work.order_id], work, lines[work.id])
        except OmsError as refusal:
            answers[work.id] = refusal
    return answers, orders, [work for work in locked if answers[work.id] is None], lines


def _scan(works: Sequence[FulfillmentOrder], lines: Lines, kind: str) -> None:
    """A row for every unit, as the screen would have answered it."""
    actor, now, rows = unit().actor, unit().now, []
    for work in works:
        stops = pick_stops(lines[work.id]) if kind == PICK else pack_stops(lines[work.id])
        for each in sweep(stops):
            state = lifecycle.PACKING if kind == PACK else lifecycle.PICKING if each.left else lifecycle.PICKED
            line_id = each.judged.line_id
            answer = Verdict(each.judged.verdict, each.judged.sentence, each.stop.sku, str(line_id), each.left, state)
            rows.append({
                "id": uuid7(), "fulfillment_order_id": work.id, "fulfillment_line_id": line_id, "kind": kind,
                "code": each.stop.sku, "typed": False, "verdict": answer.verdict, "answer": asdict(answer),
                "counted": True, "person_id": actor.id, "person_label": actor.label, "at": now,
            })  # fmt: skip
    insert_rows(Scan, rows)


def _fill(works: Sequence[FulfillmentOrder], lines: Lines) -> dict[UUID, list[Filled]]:
    return {
        work.id: boxes_for([
            Goods(line.id, line.picked, line.item.weight_g) for line in lines[work.id] if line.picked
        ])
        for work in works
    }  # fmt: skip


def _write_boxes(boxes: Mapping[UUID, Sequence[Filled]], unscanned: Mapping[UUID, int]) -> None:
    packer, now, parcels, contents = unit().actor.label, unit().now, [], []
    for work_id, filled in boxes.items():
        for number, box in enumerate(filled, start=1):
            parcels.append({
                "id": uuid7(), "fulfillment_order_id": work_id, "shipment_id": None, "number": number, "box": "",
                "weight_g": box.weight_g, "verified": not unscanned[work_id], "packed_by": packer, "packed_at": now,
                "dispatched_at": None,
            })  # fmt: skip
            contents += [
                {"id": uuid7(), "parcel_id": parcels[-1]["id"], "fulfillment_line_id": line_id, "quantity": units}
                for line_id, units in box.contents.items()
            ]
    insert_rows(Parcel, parcels)
    insert_rows(ParcelContent, contents)


def _save(works: Sequence[FulfillmentOrder], *names: str) -> None:
    for work in works:
        work.version += 1
    fields = ("id", "state", "version", *names)
    update_rows(FulfillmentOrder, [{name: getattr(work, name) for name in fields} for work in works])


def _tell(works: Sequence[FulfillmentOrder], verb: str, sentence: Callable, after: Callable = lambda work: "") -> None:
    record([
        Change(
            verb, f"{sentence(work)} {work.location.name}{after(work)}",
            (("order", work.order_id), ("fulfillment_order", work.id)),
        )
        for work in works
    ])  # fmt: skip


def _orders_of(works: Sequence[FulfillmentOrder], orders: Mapping[UUID, Order]) -> list[Order]:
    return list({work.order_id: orders[work.order_id] for work in works}.values())
