"""What fulfillment does when it hears of something."""

from collections.abc import Sequence

from fulfillment.actions.allocate import allocate_each
from fulfillment.actions.carried import give_labels_back, parcels_delivered, parcels_taken
from fulfillment.actions.drop import drop_cancelled
from fulfillment.actions.retry import retry_backorders
from fulfillment.actions.sharing import serve_waiting
from fulfillment.events import FulfillmentDispatched, FulfillmentStopped, MoreWaiting
from fulfillment.queries import items_waiting_at, orders_of_demands
from inventory.events import LocationChanged, ReservationLost, StockRose
from oms.core.events import Envelope, subscribe
from orders.events import LineMatched, LinesCancelled, OrderCancelled, OrderCleared
from shipping.events import ShipmentDelivered, ShipmentHandedOver

OPENING = {"active", "ships"}


@subscribe("fulfillment.allocate", OrderCleared, LineMatched, ReservationLost, label="Routing")
def allocate(envelopes: Sequence[Envelope]) -> None:
    facts = [envelope.fact for envelope in envelopes]
    lost = orders_of_demands(fact.demand_id for fact in facts if isinstance(fact, ReservationLost))
    matched = {fact.order_id: "line_matched" for fact in facts if isinstance(fact, LineMatched)}
    cleared = {fact.order_id: "cleared" for fact in facts if isinstance(fact, OrderCleared)}
    allocate_each(triggers=dict.fromkeys(lost, "reservation_lost") | matched | cleared)


@subscribe("fulfillment.retry", StockRose, MoreWaiting, label="Routing")
def retry(envelopes: Sequence[Envelope]) -> None:
    serve_waiting(item_ids={envelope.fact.item_id for envelope in envelopes})


@subscribe("fulfillment.reopened", LocationChanged, label="Routing")
def reopened(envelopes: Sequence[Envelope]) -> None:
    """A location that opens, or ships again, has stock to offer that did not rise."""
    facts = [envelope.fact for envelope in envelopes]
    retry_backorders(item_ids=items_waiting_at({fact.location_id for fact in facts if OPENING & set(fact.fields)}))


@subscribe("fulfillment.cancelled", OrderCancelled, LinesCancelled, label="Routing")
def cancelled(envelopes: Sequence[Envelope]) -> None:
    drop_cancelled(order_ids={envelope.fact.order_id for envelope in envelopes})


@subscribe("fulfillment.resume", FulfillmentDispatched, FulfillmentStopped, label="Routing")
def resume(envelopes: Sequence[Envelope]) -> None:
    """While the floor works on an order the rest of it stays where it is; now that can be decided anew."""
    allocate_each(triggers={envelope.fact.order_id: "floor_done" for envelope in envelopes})


@subscribe("fulfillment.taken", ShipmentHandedOver, label="Carrier scan")
def taken(envelopes: Sequence[Envelope]) -> None:
    parcels_taken(shipment_ids={envelope.fact.shipment_id for envelope in envelopes})


@subscribe("fulfillment.delivered", ShipmentDelivered, label="Carrier scan")
def delivered(envelopes: Sequence[Envelope]) -> None:
    parcels_delivered(shipment_ids={envelope.fact.shipment_id for envelope in envelopes})


@subscribe("fulfillment.labels", FulfillmentStopped, label="Floor")
def labels(envelopes: Sequence[Envelope]) -> None:
    give_labels_back(fulfillment_order_ids={envelope.fact.fulfillment_order_id for envelope in envelopes})
