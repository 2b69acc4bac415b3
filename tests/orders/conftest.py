"""An order of Acme in each of the shapes that the actions' tests need.

A conftest is read before Django is set up when its folder is named on the command line, hence the
imports inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from orders.models import Order


@pytest.fixture
def placed(uow, catalog) -> Callable[..., Order]:
    """Place an order of these lines; it is still being checked."""
    from orders.actions.place import place_order
    from orders.models import Order
    from tests.orders.trade import draft

    def place(*lines, **fields) -> Order:
        return Order.objects.get(id=place_order(draft=draft(*lines, **fields)).order_id)

    return place


@pytest.fixture
def opened(placed) -> Callable[..., Order]:
    """Place an order and screen it."""
    from orders.actions.screen import screen_orders

    def place(*lines, **fields) -> Order:
        order = placed(*lines, **fields)
        screen_orders(order_ids=[order.id])
        order.refresh_from_db()
        return order

    return place


@pytest.fixture
def reserved() -> Callable[[], int]:
    """All units reserved now, by the shelf; the same as by the reservations, or the test fails."""
    from inventory.models import Balance, Reservation

    def count() -> int:
        on_shelf = sum(Balance.objects.values_list("reserved", flat=True))
        assert on_shelf == sum(Reservation.objects.values_list("open", flat=True))
        return on_shelf

    return count
