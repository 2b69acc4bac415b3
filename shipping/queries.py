"""Accounts, shipments, and what carriers said of them."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from oms.core.errors import Invalid, NotFound
from oms.core.tenancy import unit
from shipping.lifecycle import EXCEPTION, LABELLED, MOVING, STATES
from shipping.models import CarrierAccount, LabelPurchase, Shipment, TrackingEvent, TrackingMessage

# Carriers use their numbers again after about a year.
NUMBER_LIVES = timedelta(days=400)
QUIET = timedelta(hours=24)
VIEWS = ("exceptions", "late", "no_scan", "under_way")


def accounts() -> QuerySet[CarrierAccount]:
    """Page them by ``("created_at", "id")``."""
    return CarrierAccount.objects.all()


def account(account_id: UUID) -> CarrierAccount:
    """Raises `NotFound`."""
    found = CarrierAccount.objects.filter(id=account_id).first()
    if found is None:
        raise NotFound("There is no such carrier account.")
    return found


def shipments(
    *,
    state: str = "",
    view: str = "",
    account_id: UUID | None = None,
    subject_id: UUID | None = None,
    tracking_number: str = "",
) -> QuerySet[Shipment]:
    """Page them by ``("-created_at", "-id")``. Raises `Invalid` for a state or view that does not exist."""
    found = Shipment.objects.select_related("account")
    if state:
        found = found.filter(state=_one_of("state", state, STATES))
    if view:
        found = _in_view(found, _one_of("view", view, VIEWS), unit().now)
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if subject_id is not None:
        found = found.filter(subject_id=subject_id)
    if tracking_number:
        found = found.filter(tracking_number=tracking_number.strip().upper())
    return found


def shipment(shipment_id: UUID) -> Shipment:
    """Raises `NotFound`."""
    found = shipments().filter(id=shipment_id).first()
    if found is None:
        raise NotFound("There is no such shipment.")
    return found


def shipments_by_tracking(account: CarrierAccount, numbers: Collection[str]) -> dict[str, UUID]:
    """The newest shipment of this account with each of these tracking numbers, if it is young enough."""
    found = Shipment.objects.filter(
        account=account, tracking_number__in=set(numbers) - {""}, created_at__gt=unit().now - NUMBER_LIVES
    )
    return dict(found.order_by("created_at", "id").values_list("tracking_number", "id"))


def newest_purchases(shipment_ids: Collection[UUID]) -> dict[UUID, LabelPurchase]:
    """The last attempt at a label of each of these shipments that has any."""
    found = LabelPurchase.objects.filter(shipment_id__in=set(shipment_ids))
    return {each.shipment_id: each for each in found.order_by("created_at", "id")}


def events_of(shipment_id: UUID) -> QuerySet[TrackingEvent]:
    """Page them by ``("-occurred_at", "-id")``."""
    return TrackingEvent.objects.filter(shipment_id=shipment_id)


def messages(*, account_id: UUID | None = None, state: str = "") -> QuerySet[TrackingMessage]:
    """Page them by ``("-received_at", "-id")``."""
    found = TrackingMessage.objects.all()
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if state:
        known = (TrackingMessage.DUE, TrackingMessage.DONE, TrackingMessage.FAILED)
        found = found.filter(state=_one_of("state", state, known))
    return found


def _in_view(found: QuerySet[Shipment], view: str, now: datetime) -> QuerySet[Shipment]:
    if view == "exceptions":
        return found.filter(state=EXCEPTION)
    if view == "late":
        return found.filter(state__in=[LABELLED, *MOVING], promised_at__lt=now)
    if view == "no_scan":
        return found.filter(state=LABELLED, labelled_at__lt=now - QUIET)
    return found.filter(state__in=MOVING)


def _one_of(field: str, given: str, known: Collection[str]) -> str:
    if given not in known:
        raise Invalid.field(field, f"Choose one of: {', '.join(known)}.", "unknown_" + field)
    return given
