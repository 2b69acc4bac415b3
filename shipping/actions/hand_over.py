"""The carrier takes the parcels."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.errors import NotAllowed
from oms.core.events import publish
from oms.core.tenancy import unit
from shipping.actions.create import subjects_of
from shipping.events import ShipmentHandedOver
from shipping.lifecycle import LABELLED, next_state
from shipping.locks import lock_living_purchases, lock_shipments
from shipping.models import LabelPurchase, Shipment


def hand_over(*, shipment_ids: Collection[UUID]) -> list[Shipment]:
    """These parcels have left with their carrier, now. What left before is left as it is.

    In the order of their ids. Raises `NotFound` or `NotAllowed` before anything is written.
    """
    shipments = lock_shipments(shipment_ids)
    living = lock_living_purchases([each.id for each in shipments])
    for shipment in shipments:
        next_state(shipment.state, "hand_over")
        if shipment.state == LABELLED and living[shipment.id].state == LabelPurchase.VOIDING:
            raise NotAllowed("voiding", "hand_over", "This shipment's label is being given back. Make a new shipment.")
    leaving = [each for each in shipments if each.state == LABELLED]
    for shipment in leaving:
        shipment.state = next_state(shipment.state, "hand_over")
        shipment.handed_over_at = unit().now
        shipment.version += 1
    update_rows(Shipment, [
        {"id": each.id, "state": each.state, "handed_over_at": each.handed_over_at, "version": each.version}
        for each in leaving
    ])  # fmt: skip
    record([
        Change("shipments.hand_over", f"Parcel {each.tracking_number} handed over", subjects_of(each))
        for each in leaving
    ])  # fmt: skip
    publish([handed_over(each, each.handed_over_at, "person") for each in leaving])
    return shipments


def handed_over(shipment: Shipment, at: datetime, how: str) -> ShipmentHandedOver:
    return ShipmentHandedOver(
        shipment_id=shipment.id, subject_kind=shipment.subject_kind, subject_id=shipment.subject_id,
        tracking_number=shipment.tracking_number, at=at, how=how,
    )  # fmt: skip
