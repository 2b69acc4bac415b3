"""The floor's work as it is shown: with its lines, its parcels, and what may be done now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.floor.judging import Stop
from fulfillment.floor.queries import (
    contents_of,
    lines_of_work,
    pack_stops,
    parcels_of,
    pick_stops,
    work_of_order,
)
from fulfillment.models import FulfillmentLine, FulfillmentOrder, Parcel, ParcelContent
from oms.core.actors import Actor
from oms.core.allowed import Allowed, not_your_role
from shipping.models import LabelPurchase
from shipping.queries import newest_purchases

WORK, HAND_OVER, LABEL = "fulfillment.work", "shipments.hand_over", "shipments.label"


@dataclass
class WorkView:
    """One location's work on an order."""

    work: FulfillmentOrder
    lines: list[FulfillmentLine] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    contents: dict[UUID, list[ParcelContent]] = field(default_factory=dict)
    purchases: dict[UUID, LabelPurchase] = field(default_factory=dict)

    @property
    def picks(self) -> list[Stop]:
        return pick_stops(self.lines)

    @property
    def packs(self) -> list[Stop]:
        return pack_stops(self.lines)

    @property
    def stop(self) -> Stop | None:
        """Where the walk goes next, or what the box still wants."""
        stops = self.picks if self.work.state in (lifecycle.RELEASED, lifecycle.PICKING) else self.packs
        return next((stop for stop in stops if stop.is_open), None)

    @property
    def expected_g(self) -> int | None:
        """What all that was picked weighs; None when an item's weight is not known."""
        picked = [line for line in self.lines if line.picked]
        if not picked or any(line.item.weight_g is None for line in picked):
            return None
        return sum(line.item.weight_g * line.picked for line in picked)


# Verb → its label, the lifecycle's verb, the role's.
_VERBS = {
    "start": ("Start picking", "start", WORK),
    "pack": ("Pack", "pack", WORK),
    "unpack": ("Pack anew", "unpack", WORK),
    "label": ("Buy labels", "label", LABEL),
    "dispatch": ("Hand over", "dispatch", HAND_OVER),
    "answer_cancel": ("Answer the cancellation", "accept_stop", WORK),
}


def allowed_on(work: FulfillmentOrder, actor: Actor) -> list[Allowed]:
    """What the actor may do with this work now, and why not the rest."""
    return [_answer(verb, work, actor) for verb in _VERBS]


def _answer(verb: str, work: FulfillmentOrder, actor: Actor) -> Allowed:
    label, transition, permission = _VERBS[verb]
    reason = ""
    if not actor.permits(permission, location_id=work.location_id):
        reason = not_your_role(permission)
    elif not lifecycle.is_allowed(work.state, transition):
        reason = lifecycle.refusal(work.state, transition)
    elif verb == "answer_cancel" and work.cancel_requested_at is None:
        reason = "Nobody asked to cancel this."
    elif verb != "answer_cancel" and work.cancel_requested_at is not None:
        reason = "Answer the cancellation first."
    return Allowed(verb, label, not reason, reason)


def view_of(work: FulfillmentOrder) -> WorkView:
    return views_of([work])[0]


def views_of(works: Sequence[FulfillmentOrder]) -> list[WorkView]:
    """With lines, parcels, their contents and labels, in a fixed number of statements."""
    ids = [work.id for work in works]
    lines, parcels = lines_of_work(ids), parcels_of(ids)
    boxes = [parcel for each in parcels.values() for parcel in each]
    contents = contents_of([box.id for box in boxes]) if boxes else {}
    shipments = [box.shipment_id for box in boxes if box.shipment_id]
    purchases = newest_purchases(shipments) if shipments else {}
    return [WorkView(work, lines[work.id], parcels[work.id], contents, purchases) for work in works]


def works_of(order_id: UUID) -> list[WorkView]:
    """An order's work at every location, for its page and its resource."""
    return views_of(work_of_order(order_id))
