"""Every public fact is owed to the endpoints that asked for it; stock levels once for many moves."""

from collections.abc import Sequence

from fulfillment.events import FulfillmentDispatched, OrderAllocated, OrderBackordered
from inventory.events import (
    ReservationLost,
    StockAdjusted,
    StockLeft,
    StockRanOut,
    StockReceived,
    StockRose,
    StockStateChanged,
    TransferSent,
)
from oms.core.events import Envelope, subscribe
from oms.webhooks.actions.levels import note_moved
from oms.webhooks.actions.messages import queue_messages
from orders.events import LineMatched, LinesCancelled, OrderCancelled, OrderEdited, OrderPlaced

OF_ITEMS = (StockReceived, StockAdjusted, StockStateChanged, StockRose, StockRanOut, StockLeft, ReservationLost)
OF_ORDERS = (
    OrderPlaced, OrderCancelled, LinesCancelled, LineMatched, OrderEdited, OrderAllocated, OrderBackordered,
    FulfillmentDispatched,
)  # fmt: skip

subscribe("webhooks", "*")(queue_messages)


@subscribe("webhooks.levels", *OF_ITEMS, *OF_ORDERS, TransferSent, label="Stock levels")
def levels(envelopes: Sequence[Envelope]) -> None:
    facts = [envelope.fact for envelope in envelopes]
    note_moved(
        item_ids={fact.item_id for fact in facts if isinstance(fact, OF_ITEMS)},
        order_ids={fact.order_id for fact in facts if isinstance(fact, OF_ORDERS)},
        transfer_ids={fact.transfer_id for fact in facts if isinstance(fact, TransferSent)},
    )
