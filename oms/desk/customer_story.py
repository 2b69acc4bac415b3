"""The whole story with one customer: what they bought, what is under way, what came back, what they were told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from oms.notifications.models import CustomerMessage
from orders.models import Customer, Order
from orders.queries.customers import Bought, bought_by, customer, orders_of
from returns.models import Return
from shipping.lifecycle import EXCEPTION, HANDED_OVER, IN_TRANSIT, OUT_FOR_DELIVERY
from shipping.models import Shipment

SHOWN = 20
# Addresses and messages are looked for in the newest orders: nobody reads the story of the thousandth.
LOOKED_AT = 200
UNDER_WAY = (HANDED_OVER, IN_TRANSIT, OUT_FOR_DELIVERY, EXCEPTION)


@dataclass(frozen=True)
class CustomerStory:
    """``addresses`` are where they had things sent to, the newest first, each once."""

    customer: Customer
    bought: Sequence[Bought]
    orders: Sequence[Order]
    more_orders: bool
    parcels: Sequence[Shipment]
    returns: Sequence[Return]
    messages: Sequence[CustomerMessage]
    addresses: Sequence[dict]


def customer_story(customer_id: UUID) -> CustomerStory:
    """Six statements. Raises `NotFound`."""
    found = customer(customer_id)
    orders = list(orders_of(found.id).order_by("-placed_at", "-id")[:LOOKED_AT])
    ids = [order.id for order in orders]
    return CustomerStory(
        customer=found,
        bought=bought_by([found.id]).get(found.id, []),
        orders=orders[:SHOWN],
        more_orders=len(orders) > SHOWN,
        parcels=_parcels(ids),
        returns=list(Return.objects.filter(order_id__in=ids).select_related("order").order_by("-id")[:SHOWN]),
        messages=list(CustomerMessage.objects.filter(order_id__in=ids).order_by("-created_at", "-id")[:SHOWN]),
        addresses=_addresses(orders),
    )


def _parcels(order_ids: Collection[UUID]) -> list[Shipment]:
    """Those the customer waits for."""
    found = Shipment.objects.filter(subject_id__in=order_ids, subject_kind="order", state__in=UNDER_WAY)
    return list(found.select_related("account").order_by("-created_at", "-id")[:SHOWN])


def _addresses(orders: Sequence[Order]) -> list[dict]:
    """Addresses are plain JSON, so a set of their items tells two apart."""
    once = {tuple(sorted(order.ship_to.items())): order.ship_to for order in orders if order.ship_to}
    return list(once.values())
