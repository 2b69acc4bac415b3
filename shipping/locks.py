"""Every row lock of this room. Shipments come after orders and fulfillment orders, and always by id."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from oms.core.errors import NotFound
from shipping.models import CarrierAccount, LabelPurchase, Shipment, TrackingMessage


def lock_account(account_id: UUID) -> CarrierAccount:
    """Raises `NotFound`."""
    found = CarrierAccount.objects.select_for_update(no_key=True).filter(id=account_id).first()
    if found is None:
        raise NotFound("There is no such carrier account.")
    return found


def lock_shipments(ids: Collection[UUID]) -> list[Shipment]:
    """In the order of their ids. Raises `NotFound` when one of them is unknown: nothing is done by halves."""
    wanted = set(ids)
    found = list(
        Shipment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("account")
        .filter(id__in=wanted)
        .order_by("id")
    )
    if len(found) < len(wanted):
        missing = min(wanted - {each.id for each in found})
        raise NotFound("There is no such shipment.", shipment_id=str(missing))
    return found


def lock_living_purchases(shipment_ids: Collection[UUID]) -> dict[UUID, LabelPurchase]:
    """The purchase in force of each of these shipments that has one. Whoever locks them holds the shipments."""
    found = LabelPurchase.objects.select_for_update(no_key=True).filter(
        shipment_id__in=set(shipment_ids), state__in=LabelPurchase.LIVING
    )
    return {each.shipment_id: each for each in found.order_by("id")}


def lock_purchase(purchase_id: UUID) -> LabelPurchase | None:
    """Whoever locks it holds its shipment first."""
    return LabelPurchase.objects.select_for_update(no_key=True).filter(id=purchase_id).first()


def lock_due_purchases(now: datetime, limit: int) -> list[LabelPurchase]:
    """Purchases nobody works on, those due longest first, with their shipments and accounts."""
    return list(
        LabelPurchase.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("shipment__account")
        .filter(state__in=LabelPurchase.OPEN, due_at__lte=now)
        .order_by("due_at", "id")[:limit]
    )


def lock_message(message_id: UUID) -> TrackingMessage:
    """Raises `NotFound`."""
    found = TrackingMessage.objects.select_for_update(no_key=True).filter(id=message_id).first()
    if found is None:
        raise NotFound("There is no such tracking message.")
    return found


def lock_due_message(now: datetime) -> TrackingMessage | None:
    """The message that is due longest, and that nobody works on, with its account."""
    return (
        TrackingMessage.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("account")
        .filter(state=TrackingMessage.DUE, due_at__lte=now)
        .order_by("due_at", "id")
        .first()
    )
