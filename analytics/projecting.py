"""From facts to rows: which column each fact writes, and how two values of a column merge. Pure.

First moments merge by the earlier, last ones by the later, counts by their sum: so the order in which facts
of different things arrive does not matter, and a rebuild comes to the same rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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
from inventory.events import CountFinished
from oms.core.events import Envelope
from orders.events import OrderCancelled, OrderCleared, OrderPlaced, OrderRated, OrderRefunded
from returns.events import ReturnCancelled, ReturnDeclined, ReturnInspected, ReturnReceived, ReturnRequested
from shipping.events import ShipmentDelivered, ShipmentHandedOver

FIRST, LAST, SUM = "least", "greatest", "sum"
MERGED = {
    "placed_at": FIRST, "cleared_at": FIRST, "allocated_at": FIRST, "backordered_at": FIRST, "released_at": FIRST,
    "picked_at": LAST, "packed_at": LAST, "dispatched_at": LAST, "delivered_at": LAST, "promised_at": LAST,
    "cancelled_at": FIRST, "caught_at": LAST, "short_at": LAST, "parcels_left": SUM, "parcels_arrived": SUM,
    "claims": SUM, "returned_units": SUM, "refunded": SUM, "refunded_at": LAST, "score": LAST,
}  # fmt: skip
# The sums of a location's day.
FLOOR = (
    "picked", "caught", "shorts", "missing", "lines_counted", "lines_exact", "units_counted", "units_off",
)  # fmt: skip
MOMENTS = (
    (OrderCleared, "cleared_at"), (OrderCancelled, "cancelled_at"), (OrderAllocated, "allocated_at"),
    (OrderBackordered, "backordered_at"), (FulfillmentReleased, "released_at"), (FulfillmentPicked, "picked_at"),
    (FulfillmentPacked, "packed_at"), (FulfillmentDispatched, "dispatched_at"), (ScanRefused, "caught_at"),
    (FulfillmentShort, "short_at"),
)  # fmt: skip
# Reasons that say that what came was not what was ordered, or not as it left us.
WRONG = {"wrong_item", "damaged", "not_as_described"}
HEARD = (
    OrderPlaced, OrderCleared, OrderCancelled, OrderRefunded, OrderRated, OrderAllocated, OrderBackordered,
    FulfillmentReleased, FulfillmentPicked, FulfillmentPacked, FulfillmentDispatched, FulfillmentShort, ScanRefused,
    ShipmentHandedOver, ShipmentDelivered, ReturnRequested, ReturnDeclined, ReturnCancelled, ReturnReceived,
    ReturnInspected, CountFinished,
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What the facts of a batch leave unsaid and nothing changes any more.

    Shipment → what was promised for it; and the returns of the batch that claim the order was wrong.
    """

    promises: Mapping[UUID, datetime | None] = field(default_factory=dict)
    claims: frozenset[UUID] = frozenset()


@dataclass
class Projected:
    """What a batch of facts adds: journeys by order, new orders to add to their day, refunds, and floor sums."""

    journeys: dict[UUID, dict[str, object]] = field(default_factory=lambda: defaultdict(dict))
    placed: list[UUID] = field(default_factory=list)
    refunds: dict[tuple[UUID, date, str], object] = field(default_factory=lambda: defaultdict(int))
    floor: dict[tuple[UUID, date], dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )


def project(envelopes: Iterable[Envelope], zone: ZoneInfo, known: Known) -> Projected:
    """Sum up a batch. Days are the merchant's."""
    found = Projected()
    for envelope in envelopes:
        fact, at = envelope.fact, envelope.occurred_at
        day = at.astimezone(zone).date()
        for order_id, column, value in _of_journey(envelope, known):
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
            case CountFinished():
                _add_count(found.floor[fact.location_id, day], fact)
    return found


def _add_count(sums: dict[str, int], fact: CountFinished) -> None:
    sums["lines_counted"] += fact.lines
    sums["lines_exact"] += fact.exact
    sums["units_counted"] += fact.units_counted
    sums["units_off"] += fact.units_off


def merge(row: dict[str, object], column: str, value: object) -> None:
    """Put a value into a journey, as the database merges it with what is there."""
    if column not in row or row[column] is None:
        row[column] = value
        return
    rule = MERGED[column]
    row[column] = row[column] + value if rule == SUM else (min if rule == FIRST else max)(row[column], value)


def _of_journey(envelope: Envelope, known: Known) -> list[tuple[UUID, str, object]]:
    fact, at = envelope.fact, envelope.occurred_at
    match fact:
        case OrderPlaced():
            # The row is there from the first fact on; when it was placed is the order's own word.
            return [(fact.order_id, "refunded", 0)]
        case OrderRefunded():
            return [(fact.order_id, "refunded", fact.amount), (fact.order_id, "refunded_at", at)]
        case OrderRated():
            return [(fact.order_id, "score", fact.score)]
        case ShipmentHandedOver() | ShipmentDelivered():
            return _of_parcel(fact, known) if fact.subject_kind == "order" else []
        case ReturnReceived():
            return [(fact.order_id, "returned_units", fact.units)]
        case ReturnRequested() | ReturnDeclined() | ReturnCancelled() | ReturnInspected():
            return _of_claim(fact, known)
    return [(fact.order_id, column, at) for kind, column in MOMENTS if isinstance(fact, kind)]


def _of_parcel(fact: ShipmentHandedOver | ShipmentDelivered, known: Known) -> list[tuple[UUID, str, object]]:
    """The promise is known from the hand-over on, so that a parcel that never arrives is late as well."""
    order_id = fact.subject_id
    if isinstance(fact, ShipmentHandedOver):
        found, promise = [(order_id, "parcels_left", 1)], known.promises.get(fact.shipment_id)
    else:
        found, promise = [(order_id, "parcels_arrived", 1), (order_id, "delivered_at", fact.at)], fact.promised_at
    return [*found, (order_id, "promised_at", promise)] if promise else found


def _of_claim(fact: object, known: Known) -> list[tuple[UUID, str, object]]:
    """A claim stands until it is declined or taken back, or until whoever looks finds nothing wrong."""
    if isinstance(fact, ReturnRequested):
        return [(fact.order_id, "claims", 1)] if WRONG & set(fact.reasons) else []
    refuted = not isinstance(fact, ReturnInspected) or fact.wrong == 0
    return [(fact.order_id, "claims", -1)] if refuted and fact.return_id in known.claims else []
