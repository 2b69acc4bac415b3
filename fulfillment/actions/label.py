"""Ask for labels of packed parcels. They are bought later, with no transaction open."""

from collections.abc import Collection
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.picking import name_of
from fulfillment.floor.going_on import check_goes_on
from fulfillment.locks import lock_works
from fulfillment.models import FulfillmentOrder, Parcel
from oms.core.addresses import Address
from oms.core.db.bulk import update_rows
from oms.core.errors import NotAllowed, NotFound, OmsError
from orders.models import Order
from shipping.actions.create import ShipmentDraft, try_shipments
from shipping.actions.label import request_labels as owe_labels
from shipping.actions.label import void_labels
from shipping.adapters.port import Box
from shipping.lifecycle import DRAFT, VOIDED
from shipping.locks import lock_shipments
from shipping.models import LabelPurchase, Shipment
from shipping.queries import newest_purchases


def request_labels(
    *, parcel_ids: Collection[UUID], account_id: UUID | None = None, service: str = ""
) -> dict[UUID, Shipment | OmsError]:
    """The shipment of each parcel, whose label is bought soon, or why not.

    A parcel that has a label, or is owed one, keeps it. After a refusal it is asked anew, with the order's
    address as it is now. Holds are read again under the orders' locks.
    """
    seen = dict(Parcel.objects.filter(id__in=parcel_ids).values_list("id", "fulfillment_order_id"))
    orders, works = lock_works(set(seen.values()))
    of_work = {work.id: work for work in works}
    answers: dict[UUID, Shipment | OmsError] = {key: NotFound("There is no such parcel.") for key in parcel_ids}
    parcels = [
        each for each in Parcel.objects.filter(id__in=seen).order_by("id") if each.fulfillment_order_id in of_work
    ]
    known = {each.id: each for each in lock_shipments([each.shipment_id for each in parcels if each.shipment_id])}
    refused = _refused_before(known)
    wanted: dict[UUID, ShipmentDraft] = {}
    for parcel in parcels:
        work = of_work[parcel.fulfillment_order_id]
        try:
            _check(parcel, work, orders[work.order_id])
        except OmsError as refusal:
            answers[parcel.id] = refusal
            continue
        shipment = answers[parcel.id] = known.get(parcel.shipment_id)
        if shipment is None or shipment.state == VOIDED or shipment.id in refused:
            wanted[parcel.id] = _draft(parcel, work, orders[work.order_id], account_id, service)
    answers |= dict(zip(wanted, try_shipments(drafts=list(wanted.values())), strict=True))
    made = {key: answers[key].id for key in wanted if isinstance(answers[key], Shipment)}
    _give_up([known[each.shipment_id] for each in parcels if each.id in made and each.shipment_id])
    update_rows(Parcel, [{"id": key, "shipment_id": shipment_id} for key, shipment_id in made.items()])
    wanting = [each.id for each in answers.values() if isinstance(each, Shipment) and each.state == DRAFT]
    owe_labels(shipment_ids=wanting)
    return answers


def request_label(*, parcel_id: UUID, account_id: UUID | None = None, service: str = "") -> Shipment:
    """One parcel's. Raises what stands against it."""
    answer = request_labels(parcel_ids=[parcel_id], account_id=account_id, service=service)[parcel_id]
    if isinstance(answer, OmsError):
        raise answer
    return answer


def _refused_before(known: dict[UUID, Shipment]) -> set[UUID]:
    purchases = newest_purchases([key for key, shipment in known.items() if shipment.state == DRAFT])
    return {key for key, purchase in purchases.items() if purchase.state == LabelPurchase.FAILED}


def _give_up(before: list[Shipment]) -> None:
    drafts = [each.id for each in before if each.state == DRAFT]
    if drafts:
        void_labels(shipment_ids=drafts, reason="Asked anew")


def _check(parcel: Parcel, work: FulfillmentOrder, order: Order) -> None:
    lifecycle.next_state(work.state, "label")
    if parcel.dispatched_at is not None:
        raise NotAllowed("gone", "label", "This parcel was handed over already. Nothing was changed.")
    check_goes_on(order, work, "label")


def _draft(
    parcel: Parcel, work: FulfillmentOrder, order: Order, account_id: UUID | None, service: str
) -> ShipmentDraft:
    """The order is its subject, so that what happens to the parcel stands on the order's timeline."""
    return ShipmentDraft(
        origin=Address.from_json(work.location.address), ship_to=Address.from_json(order.ship_to),
        box=Box(parcel.weight_g), account_id=account_id, service=service,
        reference=f"{name_of(work)}/{parcel.number}", subject_kind="order", subject_id=order.id,
    )  # fmt: skip
