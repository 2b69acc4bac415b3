"""Drafts as the tests write them: a good one, with what the test is about replaced."""

from dataclasses import replace
from decimal import Decimal
from itertools import count
from uuid import UUID

from oms.core.addresses import Address
from orders.models import Hold, OrderLine
from orders.placing.drafts import LineDraft, OrderDraft

BERLIN = Address(name="Ada Byron", line1="Torstraße 1", city="Berlin", postcode="10119", country="DE")
_numbers = count(1)


def line(sku: str = "MUG-BLU", quantity: int = 1, unit_price: str | None = "12.50", **fields: object) -> LineDraft:
    price = None if unit_price is None else Decimal(unit_price)
    amounts = {name: Decimal(str(fields.pop(name))) for name in ("discount", "tax") if name in fields}
    return LineDraft(sku=sku, quantity=quantity, unit_price=price, **amounts, **fields)


def draft(*lines: LineDraft, **fields: object) -> OrderDraft:
    """One blue mug to Berlin, unless said otherwise; each with an external id of its own."""
    good = OrderDraft(
        channel="web", external_id=f"WEB-{next(_numbers)}", currency="EUR", email="ada@example.com",
        customer_name="Ada Byron", ship_to=BERLIN, lines=lines or (line(),),
    )  # fmt: skip
    return replace(good, **fields)


def lines_by_sku(order_id: UUID) -> dict[str, OrderLine]:
    return {line.sku: line for line in OrderLine.objects.filter(order_id=order_id)}


def open_holds(order_id: UUID) -> list[str]:
    return list(
        Hold.objects.filter(order_id=order_id, lifted_at__isnull=True)
        .order_by("set_at", "id")
        .values_list("kind", flat=True)
    )
