"""What customers are told when something happens to their order. Each writes rows; nothing is sent here."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from oms.core.events import Envelope, subscribe
from oms.notifications.actions.write import News, tell_customers
from orders.events import OrderCancelled, OrderHeld, OrderPlaced, OrderRefunded
from orders.models import Order
from orders.queries import lines_of
from returns.events import ReturnApproved, ReturnDeclined, ReturnReceived
from returns.models import Return
from shipping.events import ShipmentDelivered, ShipmentHandedOver, ShipmentMoved
from shipping.models import Shipment

# A day to unpack before we ask how it was.
ASK_AFTER = timedelta(hours=24)


@subscribe("notifications.orders", OrderPlaced, OrderHeld, OrderCancelled, OrderRefunded, label="Mail")
def orders(envelopes: Sequence[Envelope]) -> None:
    unpaid = _unpaid([each.fact.order_id for each in envelopes if isinstance(each.fact, OrderPlaced)])
    tell_customers(news=[news for each in envelopes if (news := _of_order(each, unpaid))])


@subscribe("notifications.parcels", ShipmentHandedOver, ShipmentMoved, ShipmentDelivered, label="Mail")
def parcels(envelopes: Sequence[Envelope]) -> None:
    ours = [each for each in envelopes if each.fact.subject_kind == "order"]
    left = [each for each in ours if isinstance(each.fact, ShipmentHandedOver)]
    details = _handed_over(left)
    tell_customers(news=[news for each in ours for news in _of_parcel(each, details)])


@subscribe("notifications.returns", ReturnApproved, ReturnDeclined, ReturnReceived, label="Mail")
def returns(envelopes: Sequence[Envelope]) -> None:
    """What a channel booked itself is the channel's to tell."""
    found = {each.id: each for each in Return.objects.filter(id__in={each.fact.return_id for each in envelopes})}
    known = [each for each in envelopes if each.fact.return_id in found]
    ours = [each for each in known if found[each.fact.return_id].asked_by != "channel"]
    tell_customers(news=[_of_return(each, found[each.fact.return_id]) for each in ours])


def _of_order(envelope: Envelope, unpaid: set[UUID]) -> News | None:
    fact, at = envelope.fact, envelope.occurred_at
    match fact:
        case OrderPlaced():
            return News("placed", fact.order_id, at, details={"paid": fact.order_id not in unpaid})
        case OrderHeld() if "verification" in fact.kinds or "risk" in fact.kinds:
            return News("verification", fact.order_id, at)
        case OrderCancelled():
            return News("canceled", fact.order_id, at, details={"reason": fact.reason})
        case OrderRefunded():
            return News("refunded", fact.order_id, at, str(fact.refund_id), {"amount": fact.amount})
    return None


def _of_parcel(envelope: Envelope, details: dict[UUID, dict]) -> list[News]:
    fact, at = envelope.fact, envelope.occurred_at
    order_id, parcel = fact.subject_id, str(fact.shipment_id)
    match fact:
        case ShipmentHandedOver():
            return [News("shipped", order_id, at, parcel, details[fact.shipment_id])]
        case ShipmentMoved() if fact.state == "out_for_delivery":
            return [News("out_for_delivery", order_id, at, parcel)]
        case ShipmentDelivered():
            return [
                News("delivered", order_id, at, parcel, {"at": fact.at}),
                News("satisfaction", order_id, at, wait=ASK_AFTER),
            ]
    return []


def _of_return(envelope: Envelope, found: Return) -> News:
    fact, at = envelope.fact, envelope.occurred_at
    match fact:
        case ReturnApproved():
            return News("return_approved", fact.order_id, at, str(found.id), {"send_by": found.send_by})
        case ReturnDeclined():
            return News("return_declined", fact.order_id, at, str(found.id), {"reason": fact.reason})
        case _:
            return News("return_received", fact.order_id, at, str(found.id))


def _unpaid(order_ids: Sequence[UUID]) -> set[UUID]:
    found = Order.objects.filter(id__in=order_ids).exclude(payment_state__in=["paid", "authorised"])
    return set(found.values_list("id", flat=True)) if order_ids else set()


def _handed_over(envelopes: Sequence[Envelope]) -> dict[UUID, dict]:
    """Shipment → what its letter says, and how many units of its order are still to come."""
    if not envelopes:
        return {}
    shipments = Shipment.objects.filter(id__in=[each.fact.shipment_id for each in envelopes]).select_related("account")
    lines = lines_of({each.fact.subject_id for each in envelopes})
    return {
        each.id: {
            "carrier": each.account.name, "tracking": each.tracking_number, "promised_at": each.promised_at,
            "rest": sum(line.to_ship for line in lines.get(each.subject_id, ()) if line.kind == "goods"),
        }
        for each in shipments
    }  # fmt: skip
