"""Take orders that were placed (a real import, say) to the customer's door, and reckon up what that left behind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Sum
from django.utils import timezone

from fulfillment.models import FulfillmentLine, Parcel, ParcelContent
from inventory.models import Balance, Movement
from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.events.delivery import drain
from oms.core.money import ZERO
from oms.core.tenancy import unit_of_work
from oms.demo.journeys import Leg
from oms.demo.life import Life
from oms.notifications.models import CustomerMessage
from orders.models import Order, OrderLine, Payment, RefundPart
from shipping.models import Shipment

READY = ("allocated", "part_allocated", "picking", "packed")
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Sums:
    """Some orders, added up."""

    shipped: int
    on_hand: int
    left: int
    totals: Decimal
    paid: Decimal
    paid_back: Decimal
    messages: int


@dataclass(frozen=True)
class Reckoning:
    """Before and after; ``checks`` are (what, expected, found)."""

    orders: int
    labelled: int
    before: Sums
    after: Sums
    checks: tuple[tuple[str, object, object], ...]

    @property
    def balanced(self) -> bool:
        return all(expected == found for _, expected, found in self.checks)

    def lines(self) -> Iterator[str]:
        yield f"{self.orders:,} orders taken to the door, {self.labelled:,} parcels with a label"
        for what, expected, found in self.checks:
            yield f"  {'ok ' if expected == found else 'OFF'} {what}: {found:,} (expected {expected:,})"


def carry_orders(tenant_id: int, *, limit: int) -> Reckoning:
    """The oldest orders with a place to come from; what has no address is handed over without a label (fetched)."""
    actor = system("carry orders")
    drain(tenant_id)
    with unit_of_work(tenant_id, actor):
        rows = Order.objects.filter(state="open", open_holds=0, fulfillment_state__in=READY)
        ids = frozenset(rows.order_by("placed_at", "id").values_list("id", flat=True)[:limit])
        before = _sums(ids)
    now = timezone.now()
    life = Life(tenant_id, floor=actor, only=ids, scanned=False)
    life.to_the_door(now, without_label=True)
    life.carry(now + SECOND, lambda trip: [Leg("delivered", now + SECOND, "Front door")])
    drain(tenant_id)
    with unit_of_work(tenant_id, actor):
        after = _sums(ids)
        labelled = Shipment.objects.filter(subject_id__in=ids, state="delivered").count()
        return Reckoning(len(ids), labelled, before, after, tuple(_checks(ids, before, after)))


def _sums(ids: frozenset[UUID]) -> Sums:
    lines = OrderLine.objects.filter(order_id__in=ids)
    return Sums(
        shipped=_sum(lines, "shipped"),
        on_hand=_sum(Balance.objects.all(), "on_hand"),
        left=_sum(Movement.objects.filter(to_state="customer"), "quantity")
        - _sum(Movement.objects.filter(from_state="customer"), "quantity"),
        totals=_sum(Order.objects.filter(id__in=ids), "total") or ZERO,
        paid=_sum(Payment.objects.filter(order_id__in=ids, state="captured"), "amount") or ZERO,
        paid_back=_sum(RefundPart.objects.filter(refund__order_id__in=ids, state="done"), "amount") or ZERO,
        messages=CustomerMessage.objects.filter(order_id__in=ids).count(),
    )


def _checks(ids: frozenset[UUID], before: Sums, after: Sums) -> Iterator[tuple[str, object, object]]:
    """Stock to the piece, money to the penny, messages to the mail."""
    gone, works = after.shipped - before.shipped, {"fulfillment_order__order_id__in": ids}
    parcels = Parcel.objects.filter(**works, dispatched_at__isnull=False)
    unexplained = _sum(Movement.objects.filter(from_state="unexplained"), "quantity")
    yield "units off the shelves", gone, before.on_hand - after.on_hand
    yield "units booked to customers", gone, after.left - before.left
    yield (
        "units in parcels that left",
        after.shipped,
        _sum(ParcelContent.objects.filter(parcel__in=parcels), "quantity"),
    )
    yield "units picked and packed", _sum(FulfillmentLine.objects.filter(**works), "picked"), after.shipped
    yield "units the book cannot explain", 0, unexplained
    yield "breaks in the stock book", 0, len(prove_stock().breaks)
    yield "worth of the orders", before.totals, after.totals
    yield "money received", before.paid, after.paid
    yield "money given back", before.paid_back, after.paid_back
    told = Shipment.objects.filter(subject_id__in=ids, parcels__fulfillment_order__order__channel__told_by="us")
    sent, arrived = told.exclude(handed_over_at=None), told.filter(state="delivered")
    asked = arrived.aggregate(each=Count("subject_id", distinct=True))["each"]
    expected = sent.count() + arrived.count() + asked
    yield "messages about parcels", expected, after.messages - before.messages


def _sum(rows, name: str):
    return rows.aggregate(sum=Sum(name))["sum"] or 0
