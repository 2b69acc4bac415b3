"""A cancellation races a hand-over: one of them is first, the other is told so, and the book is right either way."""

import pytest

from fulfillment.models import FulfillmentOrder
from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from orders.models import Order, OrderLine
from tests.concurrency.loaders import race
from tests.fulfillment.floor import packed, parcels


@pytest.fixture
def parcel(committed_db, tenant, catalog):
    """A packed parcel of two teas."""
    with unit_of_work(tenant.id, system("tests")):
        work = packed(TEA=2)
        [made] = parcels(work)
    return work.order_id, made.id


def counters(tenant) -> tuple[str, str, int, int, int]:
    with unit_of_work(tenant.id, system("tests")):
        order, line = Order.objects.get(), OrderLine.objects.get()
        assert prove_stock().holds
        return order.state, FulfillmentOrder.objects.get().state, line.cancelled, line.in_work, line.shipped


def test_either_it_left_or_it_is_asked_about(tenant, parcel):
    order_id, parcel_id = parcel
    outcomes = race(tenant_id=tenant.id, order_id=order_id, parcel_id=parcel_id, dispatchers=2, cancellers=2)
    state = counters(tenant)
    if outcomes["dispatched"]:
        assert outcomes == {"dispatched": 1, "dispatch refused: not_allowed": 1, "cancel refused: not_allowed": 2}
        assert state == ("closed", "dispatched", 0, 0, 2)
    else:
        assert outcomes == {"asked": 1, "cancel refused: not_allowed": 1, "dispatch refused: cancel_asked": 2}
        assert state == ("cancel_requested", "packed", 0, 2, 0)


def test_a_parcel_leaves_once_however_many_carry_it(tenant, parcel):
    order_id, parcel_id = parcel
    outcomes = race(tenant_id=tenant.id, order_id=order_id, parcel_id=parcel_id, dispatchers=4, cancellers=0)
    assert outcomes == {"dispatched": 1, "dispatch refused: not_allowed": 3}
    assert counters(tenant) == ("closed", "dispatched", 0, 0, 2)


def test_control_without_the_locks_all_of_them_believe_it_is_here(tenant, parcel):
    """Each has looked and found the parcel; only the last wall, the line's own counters, stops the others."""
    order_id, parcel_id = parcel
    outcomes = race(
        tenant_id=tenant.id, order_id=order_id, parcel_id=parcel_id, dispatchers=3, cancellers=0, locked=False
    )
    assert outcomes == {"dispatched": 1, "stopped by the constraint": 2}
