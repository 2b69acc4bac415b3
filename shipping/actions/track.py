"""Take in scans, in whatever order and however often they come."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from oms.core.db.bulk import insert_rows, update_rows
from oms.core.errors import FieldError, Invalid, NotAllowed
from oms.core.events import Fact, publish
from oms.core.tenancy import unit
from shipping.actions.hand_over import handed_over
from shipping.events import ShipmentDelivered, ShipmentException, ShipmentMoved
from shipping.lifecycle import CODES, DELIVERED, DRAFT, EXCEPTION, VOIDED, Standing, after_scan
from shipping.locks import lock_shipments
from shipping.models import Shipment, TrackingEvent

# A scanner's clock may be a little fast.
AHEAD_MAX = timedelta(minutes=15)
TEXT_MAX = 500


@dataclass(frozen=True)
class Scanned:
    """One scan of one of our shipments; ``source_id`` is the same on every copy of it."""

    shipment_id: UUID
    source_id: str
    code: str
    occurred_at: datetime
    place: str = ""
    description: str = ""


def record_tracking(*, scans: Sequence[Scanned]) -> int:
    """Write scans down and move their shipments; returns how many of them were new.

    Copies are ignored. A shipment stands where its newest scan says, by when it happened; the first one of a
    parcel that nobody has handed over is its hand-over. Raises `Invalid` (``scans.N.…``), `NotFound`, and
    `NotAllowed` for a shipment without a label.
    """
    shipments = {each.id: each for each in lock_shipments({each.shipment_id for each in scans})}
    _check(scans)
    for shipment in shipments.values():
        if shipment.state == DRAFT:
            raise NotAllowed(DRAFT, "scan", "This shipment has no label yet, so nothing of it can have been scanned.")
    new = _write(scans)
    facts: list[Fact] = []
    for shipment_id, events in new.items():
        facts += _move(shipments[shipment_id], sorted(events, key=lambda each: (each.occurred_at, each.source_id)))
    moved = [shipments[shipment_id] for shipment_id in new]
    update_rows(Shipment, [
        {"id": each.id, "state": each.state, "handed_over_at": each.handed_over_at, "version": each.version,
         "delivered_at": each.delivered_at, "last_scan_at": each.last_scan_at, "last_scan_place": each.last_scan_place}
        for each in moved
    ])  # fmt: skip
    publish(facts)
    return sum(map(len, new.values()))


def _check(scans: Sequence[Scanned]) -> None:
    problems = []
    for position, scan in enumerate(scans):
        field = f"scans.{position}"
        if scan.code not in CODES:
            problems.append(FieldError(f"{field}.code", "unknown_code", f"Choose one of: {', '.join(CODES)}."))
        if scan.occurred_at > unit().now + AHEAD_MAX:
            problems.append(FieldError(f"{field}.occurred_at", "in_the_future", "This has not happened yet."))
        for name in ("source_id", "place", "description"):
            if len(getattr(scan, name)) > TEXT_MAX:
                problems.append(FieldError(f"{field}.{name}", "too_long", f"Shorten this to {TEXT_MAX} characters."))
    if problems:
        raise Invalid("The scans were not taken.", fields=problems)


def _write(scans: Sequence[Scanned]) -> dict[UUID, list[Scanned]]:
    """Insert what is new, and return that by shipment."""
    by_source = {(each.shipment_id, each.source_id): each for each in reversed(scans)}
    written = insert_rows(
        TrackingEvent,
        [
            {"shipment_id": each.shipment_id, "code": each.code, "occurred_at": each.occurred_at,
             "received_at": unit().now, "place": each.place, "description": each.description,
             "source_id": each.source_id}
            for each in by_source.values()
        ],
        on_conflict="ON CONFLICT (tenant_id, shipment_id, source_id) DO NOTHING",
        returning=("shipment_id", "source_id"),
    )  # fmt: skip
    new = defaultdict(list)
    for shipment_id, source_id in written:
        new[shipment_id].append(by_source[shipment_id, source_id])
    return new


def _move(shipment: Shipment, scans: Sequence[Scanned]) -> list[Fact]:
    facts: list[Fact] = []
    for scan in scans:
        if shipment.state == VOIDED:
            facts.append(_strange(shipment, scan))
            continue
        before, standing = shipment.state, Standing(shipment.state, shipment.last_scan_at)
        after = after_scan(standing, scan.code, scan.occurred_at)
        if shipment.handed_over_at is None:
            shipment.handed_over_at = scan.occurred_at
            facts.append(handed_over(shipment, scan.occurred_at, "scan"))
        if after is standing:
            continue
        shipment.state, shipment.last_scan_at, shipment.last_scan_place = after.state, after.at, scan.place
        facts += _told(shipment, before, scan)
    shipment.version += 1
    return facts


def _told(shipment: Shipment, before: str, scan: Scanned) -> list[Fact]:
    about = _about(shipment)
    facts: list[Fact] = []
    if shipment.state != before:
        facts.append(
            ShipmentMoved(**about, state=shipment.state, previous=before, at=scan.occurred_at, place=scan.place)
        )
    if shipment.state == DELIVERED != before:
        shipment.delivered_at = scan.occurred_at
        facts.append(ShipmentDelivered(**about, at=scan.occurred_at, promised_at=shipment.promised_at))
    if shipment.state == EXCEPTION:
        sentence = scan.description or "The carrier reports a problem."
        facts.append(ShipmentException(**about, code=scan.code, sentence=sentence, at=scan.occurred_at))
    return facts


def _strange(shipment: Shipment, scan: Scanned) -> ShipmentException:
    sentence = (
        f"Parcel {shipment.tracking_number} was scanned, but its label is void. "
        "Ask the carrier where it is, and whether it was charged."
    )
    return ShipmentException(**_about(shipment), code="scanned_after_void", sentence=sentence, at=scan.occurred_at)


def _about(shipment: Shipment) -> dict[str, object]:
    return {
        "shipment_id": shipment.id, "subject_kind": shipment.subject_kind, "subject_id": shipment.subject_id,
        "tracking_number": shipment.tracking_number,
    }  # fmt: skip
