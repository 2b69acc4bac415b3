"""What orders do about facts: each one line, one own action."""

from collections.abc import Sequence

from oms.core.events import Envelope, subscribe
from orders.actions.index import index_orders
from orders.actions.refund_cancelled import refund_answered
from orders.actions.screen import screen_orders
from orders.events import CancelDeclined, LineMatched, LinesCancelled, OrderCancelled, OrderEdited, OrderPlaced


@subscribe("orders.screen", OrderPlaced, label="Order checks")
def screen(envelopes: Sequence[Envelope]) -> None:
    screen_orders(order_ids={envelope.fact.aggregate_id for envelope in envelopes})


@subscribe("orders.search", OrderPlaced, OrderEdited, LineMatched)
def index(envelopes: Sequence[Envelope]) -> None:
    index_orders(order_ids={envelope.fact.aggregate_id for envelope in envelopes})


@subscribe("orders.refunds", OrderCancelled, LinesCancelled, CancelDeclined, label="Refunds of cancellations")
def refund(envelopes: Sequence[Envelope]) -> None:
    refund_answered(order_ids={envelope.fact.aggregate_id for envelope in envelopes})
