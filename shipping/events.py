"""What happens to shipments. All name the subject they were made for, by its kind and id."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class ShipmentFact(Fact):
    """Everything here is about one shipment and reaches each subscriber in that shipment's sequence."""

    aggregate = "shipment"
    key = "shipment_id"

    shipment_id: UUID
    subject_kind: str
    subject_id: UUID | None


@dataclass(frozen=True)
class LabelBought(ShipmentFact):
    """A label exists. The parcel has not left: see `shipment.handed_over`."""

    name = "shipment.label_bought"

    tracking_number: str
    carrier: str
    service: str


@dataclass(frozen=True)
class LabelFailed(ShipmentFact):
    """The carrier refused to make a label; ``sentence`` says why and what to do."""

    name = "shipment.label_failed"

    code: str
    sentence: str


@dataclass(frozen=True)
class LabelVoided(ShipmentFact):
    """A shipment was given up: its label, if it had one, is worthless."""

    name = "shipment.voided"

    tracking_number: str


@dataclass(frozen=True)
class ShipmentHandedOver(ShipmentFact):
    """The carrier has the parcel; ``how`` is `person` or `scan` (the carrier's first scan told us)."""

    name = "shipment.handed_over"

    tracking_number: str
    at: datetime
    how: str


@dataclass(frozen=True)
class ShipmentMoved(ShipmentFact):
    """A scan changed where the parcel stands."""

    name = "shipment.moved"

    tracking_number: str
    state: str
    previous: str
    at: datetime
    place: str


@dataclass(frozen=True)
class ShipmentDelivered(ShipmentFact):
    """The parcel is with the customer; ``promised_at`` is what was promised, if anything was."""

    name = "shipment.delivered"

    tracking_number: str
    at: datetime
    promised_at: datetime | None


@dataclass(frozen=True)
class ShipmentException(ShipmentFact):
    """Something went wrong under way; ``code`` is the scan's, or `scanned_after_void`."""

    name = "shipment.exception"

    tracking_number: str
    code: str
    sentence: str
    at: datetime
