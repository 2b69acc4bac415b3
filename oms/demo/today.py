"""The state of things today: work in every state on the floor, returns in every state, a question that waits."""

from datetime import datetime, timedelta

from fulfillment import lifecycle
from fulfillment.actions.canceling import cancel_or_ask
from fulfillment.actions.complete import pack_works, pick_works, start_works
from fulfillment.actions.dispatch import dispatch_parcels
from fulfillment.actions.label import request_labels
from fulfillment.models import FulfillmentOrder, Parcel
from oms.demo.aftercare import CUSTOMER, SUPPORT, ask_back, inspect, receive
from oms.demo.days import Trade
from oms.demo.replenishing import replenish
from oms.demo.sets import make_sets
from orders.models import Order
from returns.actions.request import approve_return, mark_sent
from returns.queries import returnable
from shipping.actions.booking import book_due_labels

# Of the released work, oldest first: so much of it has come so far.
PICKING_SHARE, PICKED_SHARE, PACKED_SHARE, LABELLED_SHARE = 0.6, 0.45, 0.3, 0.2
# Outcome and how far: asked for, approved, on its way, to be inspected, done.
RETURNS = (
    ("refund", 0), ("exchange", 0), ("refund", 1), ("refund", 2), ("exchange", 2), ("refund", 3), ("refund", 3),
    ("exchange", 4), ("refund", 4),
)  # fmt: skip


def leave_open(trade: Trade) -> None:
    """The last minutes before now."""
    life, now = trade.life, trade.ends_at
    life.release(now - timedelta(minutes=70))
    _work(trade, now)
    _returns(trade, now)
    replenish(trade, now)
    make_sets(trade, now)
    life.pay_back(now - timedelta(minutes=5))


def _work(trade: Trade, now: datetime) -> None:
    life = trade.life
    with life.at(now - timedelta(minutes=60)):
        released = FulfillmentOrder.objects.filter(state=lifecycle.RELEASED, order__open_holds=0)
        works = list(released.order_by("due_at", "number").values_list("id", flat=True))
        begun, picked, packed, labelled = (
            works[: int(len(works) * share)] for share in (PICKING_SHARE, PICKED_SHARE, PACKED_SHARE, LABELLED_SHARE)
        )
        start_works(fulfillment_order_ids=begun)
    with life.at(now - timedelta(minutes=45)):
        pick_works(fulfillment_order_ids=picked)
    with life.at(now - timedelta(minutes=30)):
        pack_works(fulfillment_order_ids=packed)
        parcels = list(Parcel.objects.filter(fulfillment_order_id__in=labelled).values_list("id", flat=True))
        request_labels(parcel_ids=parcels)
        book_due_labels()
    with life.at(now - timedelta(minutes=20)):
        dispatch_parcels(parcel_ids=parcels[: len(parcels) // 2])
    with life.at(now - timedelta(minutes=10), SUPPORT):
        asked = FulfillmentOrder.objects.filter(state=lifecycle.PICKING).order_by("number").first()
        if asked is not None:
            cancel_or_ask(order_id=asked.order_id, reason="The customer ordered the wrong colour.")


def _returns(trade: Trade, now: datetime) -> None:
    """From orders delivered lately; each goes as far as `RETURNS` says."""
    life = trade.life
    with life.at(now - timedelta(minutes=15), CUSTOMER):
        delivered = Order.objects.filter(
            fulfillment_state="delivered", return_state="", placed_at__gt=now - timedelta(days=25)
        ).exclude(source="exchange")
        can = [
            order for order in delivered.order_by("-number")[:60] if any(e.returnable for e in returnable(order).lines)
        ]
        made = [(ask_back(life, each, outcome=outcome), stage)
                for each, (outcome, stage) in zip(can, RETURNS, strict=False)]  # fmt: skip
    with life.at(now - timedelta(minutes=8), SUPPORT):
        for found, stage in made:
            if stage > 0:
                approve_return(return_id=found.id)
            if stage > 1:
                mark_sent(return_id=found.id, tracking_number=f"RT{found.number:08d}")
            if stage > 2:
                receive(found)
            if stage > 3:
                inspect(life, found)


def _may_come_back(order: Order) -> bool:
    return any(each.returnable for each in returnable(order).lines)
