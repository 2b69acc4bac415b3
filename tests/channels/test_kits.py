"""What a channel takes back of an order with kits: it names the kit, and its components go."""

from decimal import Decimal

import pytest

from channels.actions.taking_back import lines_left, take_back
from channels.payloads import CANCELLED, REFUNDED, Correction
from orders.actions.place import place_order
from orders.models import Order, OrderLine, Refund
from tests.inventory.kits import gift_box
from tests.orders.trade import draft, line, lines_by_sku

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(uow, catalog) -> Order:
    gift_box(catalog)
    return Order.objects.get(id=place_order(draft=draft(line("BOX", 3, "30.00"), payment_state="paid")).order_id)


def correction(order: Order, units: int) -> Correction:
    return Correction(order.external_id, {"BOX": units}, "as the shop says", False)


def test_kits_are_canceled_as_kits_and_paid_back(order):
    said = take_back(order=order, correction=correction(order, 1), kind=CANCELLED)
    assert said == [f"3 units of order #{order.number} canceled.", "30.00 EUR go back."]
    assert {sku: each.cancelled for sku, each in lines_by_sku(order.id).items()} == {"BOX": 1, "MUG-BLU": 1, "TEA": 2}


def test_kits_that_have_left_are_paid_back_by_their_components(order):
    for each in OrderLine.objects.filter(order=order, kind="goods"):
        OrderLine.objects.filter(id=each.id).update(shipped=each.quantity)
    assert next((each.sku, each.here, each.gone) for each in lines_left(order)) == ("BOX", 0, 3)
    take_back(order=order, correction=correction(order, 2), kind=REFUNDED)
    refund = Refund.objects.get()
    assert refund.amount == Decimal("60.00")
    assert {each.order_line.sku: each.quantity for each in refund.lines.all()} == {"MUG-BLU": 2, "TEA": 4}
