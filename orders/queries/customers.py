"""Customers as far as the actor may see their orders, and what they have bought, added up for the rows shown."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from oms.core.errors import NotFound
from oms.core.tenancy import unit
from orders.filtering import apply_query
from orders.models import Customer, Order
from orders.queries.reading import visible_orders

FOUND_MAX = 1_000
COUNTED = ~Q(state__in=["draft", "cancelled"])


@dataclass(frozen=True, slots=True)
class Bought:
    """What one customer bought in one currency; cancelled orders and drafts are not in it."""

    currency: str
    orders: int
    spent: Decimal
    sent_back: int
    last_at: datetime

    @property
    def return_rate(self) -> Decimal:
        """The share of orders of which something came back, from 0 to 1."""
        return Decimal(self.sent_back) / self.orders


def customers(*, text: str = "") -> QuerySet[Customer]:
    """Customers with an order in a channel of the actor's; with ``text`` those whose orders it finds.

    The words of a customer are the words of their orders (docs/adr/0005-search.md). Raises `Invalid` for
    a search that cannot be read.
    """
    rows = Customer.objects.all()
    if unit().actor.channels is not None:
        rows = rows.filter(Exists(visible_orders().filter(customer_id=OuterRef("id"))))
    if text:
        found = apply_query(text, orders=visible_orders()).filter(customer__isnull=False)
        newest = found.order_by("-placed_at", "-id").values_list("customer_id", flat=True)
        rows = rows.filter(id__in=set(newest[:FOUND_MAX]))
    return rows


def customer(customer_id: UUID) -> Customer:
    """Raises `NotFound`, the same for a stranger's as for none at all."""
    found = customers().filter(id=customer_id).first()
    if found is None:
        raise NotFound("There is no such customer.")
    return found


def orders_of(customer_id: UUID) -> QuerySet[Order]:
    return visible_orders().filter(customer_id=customer_id).exclude(state="draft")


def bought_by(customer_ids: Collection[UUID]) -> dict[UUID, list[Bought]]:
    """Customer → one sum per currency, the one they buy most in first; one statement."""
    sums: dict[UUID, list[Bought]] = defaultdict(list)
    rows = (
        visible_orders()
        .filter(COUNTED, customer_id__in=customer_ids)
        .values_list("customer_id", "currency")
        .annotate(
            count=Count("id"), spent=Sum("total"), sent_back=Count("id", filter=~Q(return_state="")),
            last_at=Max("placed_at"),
        )
        .order_by("-count", "currency")
    )  # fmt: skip
    for customer_id, *sum_ in rows:
        sums[customer_id].append(Bought(*sum_))
    return sums
