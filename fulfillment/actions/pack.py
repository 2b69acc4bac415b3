"""Put what was picked into boxes, and take it out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.picking import name_of, save, tell
from fulfillment.actions.telling import tell_orders
from fulfillment.events import FulfillmentPacked
from fulfillment.floor.going_on import check_goes_on
from fulfillment.floor.queries import lines_of_work
from fulfillment.floor.weighing import Weighed, is_plausible
from fulfillment.locks import lock_work
from fulfillment.models import FulfillmentLine, FulfillmentOrder, Parcel, ParcelContent
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError, Invalid, NotAllowed
from oms.core.events import publish
from oms.core.tenancy import unit
from shipping.actions.label import void_labels

PARCELS_MAX, WEIGHT_MAX_G, BOX_MAX = 100, 1_000_000, 80
UNVERIFIED = "fulfillment.pack_unverified"


class NotVerified(Invalid):
    """Units were not scanned into the box."""

    code = "not_verified"
    title = "Scan every unit first"


class WeightOff(Conflict):
    """The scale and the items' own weights disagree."""

    code = "weight_off"
    title = "The weight is not what it should be"


@dataclass(frozen=True)
class ParcelDraft:
    """One box. ``contents`` is line → units; None stands for all that no other box has."""

    weight_g: int
    box: str = ""
    contents: Mapping[UUID, int] | None = None


def pack(*, fulfillment_order_id: UUID, parcels: Sequence[ParcelDraft], confirm_weight: bool = False) -> list[Parcel]:
    """Pack all that was picked into these boxes.

    Raises `NotVerified` while units are not scanned (unless the actor may pack unverified, which is recorded),
    `WeightOff` unless confirmed, `Invalid` (``parcels.N.…``), `NotAllowed` or `CancelAsked`.
    """
    order, work = lock_work(fulfillment_order_id)
    work.state = lifecycle.next_state(work.state, "pack")
    check_goes_on(order, work, "pack")
    lines = [line for line in lines_of_work([work.id])[work.id] if line.picked]
    unscanned = sum(line.to_pack for line in lines)
    if unscanned and not unit().actor.permits(UNVERIFIED, location_id=work.location_id):
        raise NotVerified(f"{unscanned} of {sum(line.picked for line in lines)} units are not scanned yet. Scan them.")
    contents = _contents(parcels, lines)
    _check_weights(parcels, contents, lines, confirm_weight)
    made = _write(work, parcels, contents, verified=not unscanned)
    update_rows(FulfillmentLine, [{"id": line.id, "packed": line.picked} for line in lines])
    work.packed_at = unit().now
    save(work, "packed_at")
    how = "" if not unscanned else f", {unscanned} units without a scan"
    boxes = "1 parcel" if len(made) == 1 else f"{len(made)} parcels"
    tell(work, "fulfillment.pack", f"{name_of(work)} packed into {boxes} at {work.location.name}{how}")
    publish([FulfillmentPacked(work.id, order.id, work.location_id, len(made), not unscanned)])
    tell_orders([order])
    return made


def unpack(*, fulfillment_order_id: UUID) -> FulfillmentOrder:
    """Take everything out of its boxes again; labels that were made for them are given back.

    Raises `NotAllowed` when a parcel has left, and `LabelUnderWay`.
    """
    order, work = lock_work(fulfillment_order_id)
    work.state = lifecycle.next_state(work.state, "unpack")
    parcels = list(Parcel.objects.filter(fulfillment_order=work))
    if any(parcel.dispatched_at for parcel in parcels):
        raise NotAllowed("gone", "unpack", "A parcel of this work has left already. Nothing was changed.")
    void_labels(shipment_ids=[each.shipment_id for each in parcels if each.shipment_id], reason="Packed anew")
    Parcel.objects.filter(id__in=[parcel.id for parcel in parcels]).delete()
    FulfillmentLine.objects.filter(fulfillment_order=work).update(packed=0)
    work.packed_at = None
    save(work, "packed_at")
    tell(work, "fulfillment.unpack", f"{name_of(work)} unpacked at {work.location.name}")
    tell_orders([order])
    return work


def _contents(parcels: Sequence[ParcelDraft], lines: Sequence[FulfillmentLine]) -> list[dict[UUID, int]]:
    """Line → units of each box; every picked unit is in exactly one."""
    problems = list(_problems(parcels, {line.id for line in lines}))
    if problems:
        raise Invalid(problems[0].message, fields=problems)
    left = {line.id: line.picked for line in lines}
    for draft in parcels:
        for line_id, units in (draft.contents or {}).items():
            left[line_id] -= units
    skus = {line.id: line.item.sku for line in lines}
    if over := [skus[line_id] for line_id, units in left.items() if units < 0]:
        raise Invalid.field("parcels", f"More {over[0]} is in boxes than was picked. Count again.", "more_than_picked")
    rest = {line_id: units for line_id, units in left.items() if units}
    if rest and not any(draft.contents is None for draft in parcels):
        raise Invalid.field("parcels", f"{sum(rest.values())} picked units are in no box. Add them.", "left_over")
    return [dict(draft.contents) if draft.contents is not None else rest for draft in parcels]


def _problems(parcels: Sequence[ParcelDraft], line_ids: set[UUID]):
    if not 1 <= len(parcels) <= PARCELS_MAX:
        yield FieldError("parcels", "out_of_range", f"Pack 1 to {PARCELS_MAX} boxes.")
    if sum(draft.contents is None for draft in parcels) > 1:
        yield FieldError("parcels", "ambiguous", "Only one box can take all that is left. Say what is in the others.")
    for number, draft in enumerate(parcels):
        path = f"parcels.{number}"
        if not 0 < draft.weight_g <= WEIGHT_MAX_G:
            yield FieldError(
                f"{path}.weight_g", "out_of_range", f"Give a weight from 1 g to {WEIGHT_MAX_G // 1000} kg."
            )
        if len(draft.box) > BOX_MAX:
            yield FieldError(f"{path}.box", "too_long", f"Shorten the box's name to {BOX_MAX} characters.")
        if draft.contents is not None and (not draft.contents or min(draft.contents.values()) < 1):
            yield FieldError(f"{path}.contents", "required", "Put at least one unit into each box.")
        if set(draft.contents or ()) - line_ids:
            yield FieldError(f"{path}.contents", "unknown_line", "This work has no such picked line.")


def _check_weights(parcels, contents, lines: Sequence[FulfillmentLine], confirmed: bool) -> None:
    """Items whose weight nobody knows prove nothing."""
    if confirmed:
        return
    weights = {line.id: line.item.weight_g for line in lines}
    for number, (draft, inside) in enumerate(zip(parcels, contents, strict=True)):
        if not inside or any(weights[line_id] is None for line_id in inside):
            continue
        expected = sum(weights[line_id] * units for line_id, units in inside.items())
        if not is_plausible(Weighed(draft.weight_g, expected)):
            sentence = (
                f"Box {number + 1} weighs {draft.weight_g:,} g, but its items weigh {expected:,} g. "
                "Check what is inside, then confirm the weight."
            )
            problem = FieldError(f"parcels.{number}.weight_g", "weight_off", sentence)
            raise WeightOff(sentence, fields=[problem], expected_g=expected)


def _write(work: FulfillmentOrder, drafts, contents, *, verified: bool) -> list[Parcel]:
    made = [
        Parcel(
            id=uuid7(), fulfillment_order=work, number=number, box=draft.box.strip(), weight_g=draft.weight_g,
            verified=verified, packed_by=unit().actor.label, packed_at=unit().now,
        )
        for number, (draft, inside) in enumerate(zip(drafts, contents, strict=True), start=1)
        if inside
    ]  # fmt: skip
    Parcel.objects.bulk_create(made)
    filled = [inside for inside in contents if inside]
    insert_rows(
        ParcelContent,
        [
            {"id": uuid7(), "parcel_id": parcel.id, "fulfillment_line_id": line_id, "quantity": units}
            for parcel, inside in zip(made, filled, strict=True)
            for line_id, units in inside.items()
        ],
    )
    return made
