"""From facts to rows: which column each fact writes, and how two values of a column merge. Pure.

First moments merge by the earlier, last ones by the later, counts by their sum: so the order in which facts
of different things arrive does not matter, and a rebuild comes to the same rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from fulfillment.events import (
    FulfillmentDispatched,
    FulfillmentPacked,
    FulfillmentPicked,
    FulfillmentReleased,
    FulfillmentShort,
    OrderAllocated,
    OrderBackordered,
    ScanRefused,
)
from oms.core.events import Envelope
from orders.events import OrderCancelled, OrderCleared, OrderPlaced, OrderRated, OrderRefunded
from returns.events import ReturnReceived, ReturnRequested
from shipping.events import ShipmentDelivered

FIRST, LAST, SUM = "least", "greatest", "sum"
MERGED = {
    "placed_at": FIRST, "cleared_at": FIRST, "allocated_at": FIRST, "backordered_at": FIRST, "released_at": FIRST,
    "picked_at": LAST, "packed_at": LAST, "dispatched_at": LAST, "delivered_at": LAST, "promised_at": LAST,
    "cancelled_at": FIRST, "wrong_at": FIRST, "returned_units": SUM, "refunded": SUM, "score": LAST,
}  # fmt: skip
# Reasons that say that what came was not what was ordered, or not as it left us.
WRONG = {"wrong_item", "damaged", "not_as_described"}
HEARD = (
    OrderPlaced, OrderCleared, OrderCancelled, OrderRefunded, OrderRated, OrderAllocated, OrderBackordered,
    FulfillmentReleased, FulfillmentPicked, FulfillmentPacked, FulfillmentDispatched, FulfillmentShort, ScanRefused,
    ShipmentDelivered, ReturnRequested, ReturnReceived,
)  # fmt: skip


@dataclass
class Projected:
    """What a batch of facts adds: journeys by order, new orders to add to their day, refunds, and floor sums."""

    journeys: dict[UUID, dict[str, object]] = field(default_factory=lambda: defaultdict(dict))
    placed: list[UUID] = field(default_factory=list)
    refunds: dict[tuple[UUID, date, str], object] = field(default_factory=lambda: defaultdict(int))
    floor: dict[tuple[UUID, date], dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )


def project(envelopes: Iterable[Envelope], zone: ZoneInfo) -> Projected:
    """Sum up a batch. Days are the merchant's."""
    found = Projected()
    for envelope in envelopes:
        fact, at = envelope.fact, envelope.occurred_at
        day = at.astimezone(zone).date()
        for order_id, column, value in _of_journey(envelope):
            merge(found.journeys[order_id], column, value)
        match fact:
            case OrderPlaced():
                found.placed.append(fact.order_id)
            case OrderRefunded():
                found.refunds[fact.order_id, day, fact.currency] += fact.amount
            case FulfillmentPicked():
                found.floor[fact.location_id, day]["picked"] += fact.units
            case ScanRefused():
                found.floor[fact.location_id, day]["caught"] += 1
            case FulfillmentShort():
                sums = found.floor[fact.location_id, day]
                sums["shorts"] += 1
                sums["missing"] += fact.wanted - fact.found
    return found


def merge(row: dict[str, object], column: str, value: object) -> None:
    """Put a value into a journey, as the database merges it with what is there."""
    if column not in row or row[column] is None:
        row[column] = value
        return
    rule = MERGED[column]
    row[column] = row[column] + value if rule == SUM else (min if rule == FIRST else max)(row[column], value)


def _of_journey(envelope: Envelope) -> list[tuple[UUID, str, object]]:
    fact, at = envelope.fact, envelope.occurred_at
    match fact:
        case OrderPlaced():
            # The row is there from the first fact on; when it was placed is the order's own word.
            return [(fact.order_id, "refunded", 0)]
        case OrderCleared():
            return [(fact.order_id, "cleared_at", at)]
        case OrderCancelled():
            return [(fact.order_id, "cancelled_at", at)]
        case OrderRefunded():
            return [(fact.order_id, "refunded", fact.amount)]
        case OrderRated():
            return [(fact.order_id, "score", fact.score)]
        case OrderAllocated():
            return [(fact.order_id, "allocated_at", at)]
        case OrderBackordered():
            return [(fact.order_id, "backordered_at", at)]
        case FulfillmentReleased():
            return [(fact.order_id, "released_at", at)]
        case FulfillmentPicked():
            return [(fact.order_id, "picked_at", at)]
        case FulfillmentPacked():
            return [(fact.order_id, "packed_at", at)]
        case FulfillmentDispatched():
            return [(fact.order_id, "dispatched_at", at)]
        case ReturnRequested() if WRONG & set(fact.reasons):
            return [(fact.order_id, "wrong_at", at)]
        case ReturnReceived():
            return [(fact.order_id, "returned_units", fact.units)]
        case ShipmentDelivered() if fact.subject_kind == "order":
            promised = [(fact.subject_id, "promised_at", fact.promised_at)] if fact.promised_at else []
            return [(fact.subject_id, "delivered_at", fact.at), *promised]
    return []
