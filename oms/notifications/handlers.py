"""What customers are told when something happens to their order. Each writes rows; nothing is sent here."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from fulfillment.events import PromiseWorsened
from oms.core.db.keys import made_at
from oms.core.events import Envelope, subscribe
from oms.notifications.actions.write import FRESH, News, is_anybody_told, tell_customers
from oms.notifications.parcels import Box, boxes_of
from orders.events import OrderCancelled, OrderHeld, OrderPlaced, OrderRefunded
from returns.events import ReturnApproved, ReturnDeclined, ReturnReceived
from returns.models import Return
from shipping.events import ShipmentDelivered, ShipmentHandedOver, ShipmentMoved
from shipping.lifecycle import OUT_FOR_DELIVERY

# A day to unpack before we ask how it was.
ASK_AFTER = timedelta(hours=24)


@subscribe(
    "notifications.orders", OrderPlaced, OrderHeld, OrderCancelled, OrderRefunded, PromiseWorsened, label="Mail"
)  # fmt: skip
def orders(envelopes: Sequence[Envelope]) -> None:
    told = [each for each in worth_telling(envelopes) if getattr(each.fact, "tell_customer", True)]
    refunds = [each.fact for each in told if isinstance(each.fact, OrderRefunded)]
    theirs = _booked_by_channels([fact.subject_id for fact in refunds if fact.subject_kind == "return"])
    ours = [each for each in told if getattr(each.fact, "subject_id", None) not in theirs]
    tell_customers(news=[news for each in ours if (news := _of_order(each))])


@subscribe("notifications.parcels", ShipmentHandedOver, ShipmentMoved, ShipmentDelivered, label="Mail")
def parcels(envelopes: Sequence[Envelope]) -> None:
    ours = [each for each in worth_telling(envelopes) if each.fact.subject_kind == "order" and _is_told(each)]
    boxes = boxes_of({each.fact.subject_id for each in ours})
    tell_customers(
        news=[
            news
            for each in ours
            if each.fact.shipment_id in boxes
            for news in _of_parcel(each, boxes[each.fact.shipment_id])
        ]
    )


@subscribe("notifications.returns", ReturnApproved, ReturnDeclined, ReturnReceived, label="Mail")
def returns(envelopes: Sequence[Envelope]) -> None:
    """What a channel booked itself is the channel's to tell."""
    told = worth_telling(envelopes)
    ours = Return.objects.filter(id__in={each.fact.return_id for each in told}).exclude(asked_by="channel")
    found = {each.id: each for each in ours} if told else {}
    tell_customers(news=[_of_return(each, found[each.fact.return_id]) for each in told if each.fact.return_id in found])


def _booked_by_channels(return_ids: Sequence[UUID]) -> set[UUID]:
    """A refund for such a return is the channel's to tell, too."""
    found = Return.objects.filter(id__in=return_ids, asked_by="channel").values_list("id", flat=True)
    return set(found) if return_ids else set()


def worth_telling(envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Nothing where we tell nobody, and nothing that was past when it was written down (a year of sample trade)."""
    news = [each for each in envelopes if made_at(each.id) - each.occurred_at < FRESH]
    return news if news and is_anybody_told() else []


def _is_told(envelope: Envelope) -> bool:
    return not isinstance(envelope.fact, ShipmentMoved) or envelope.fact.state == OUT_FOR_DELIVERY


def _of_order(envelope: Envelope) -> News | None:
    fact, at = envelope.fact, envelope.occurred_at
    match fact:
        case OrderPlaced():
            return News("placed", fact.order_id, at, past=True)
        case OrderHeld() if "verification" in fact.kinds or "risk" in fact.kinds:
            return News("verification", fact.order_id, at, past=True)
        case OrderCancelled():
            return News("canceled", fact.order_id, at, past=envelope.cause.startswith("job:"))
        case PromiseWorsened():
            return News("delayed", fact.order_id, at, str(envelope.id))
        case OrderRefunded():
            details, past = {"amount": fact.amount}, fact.subject_kind != "return"
            return News("refunded", fact.order_id, at, str(fact.refund_id), details, past=past)
    return None


def _of_parcel(envelope: Envelope, box: Box) -> list[News]:
    """By when it happened: a carrier may tell late. What a later scan has overtaken is not told any more."""
    fact = envelope.fact
    order_id, parcel, about = fact.subject_id, str(fact.shipment_id), {"box": box}
    match fact:
        case ShipmentHandedOver():
            return [News("shipped", order_id, fact.at, parcel, about)]
        case ShipmentMoved() if box.state == OUT_FOR_DELIVERY:
            return [News("out_for_delivery", order_id, fact.at, parcel, about)]
        case ShipmentDelivered():
            told = News("delivered", order_id, fact.at, parcel, about | {"at": fact.at})
            return [told, _question(order_id, envelope)] if box.last else [told]
    return []


def _question(order_id: UUID, envelope: Envelope) -> News:
    """How it was is asked once, when everything is there."""
    return News("satisfaction", order_id, envelope.fact.at, wait=ASK_AFTER)


def _of_return(envelope: Envelope, found: Return) -> News:
    fact, at = envelope.fact, envelope.occurred_at
    match fact:
        case ReturnApproved():
            details = {"return_number": found.number, "send_by": found.send_by}
            return News("return_approved", fact.order_id, at, str(found.id), details)
        case ReturnDeclined():
            return News("return_declined", fact.order_id, at, str(found.id), {"reason": fact.reason})
        case _:
            return News("return_received", fact.order_id, at, str(found.id))
