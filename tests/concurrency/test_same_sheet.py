"""The same file of opening stock applied by four at once is booked once; and without the lock four times."""

import pytest

from inventory.actions.locations import create_location
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from tests.concurrency import again
from tests.concurrency.keepers import apply_opening, apply_without_the_lock
from tests.concurrency.shippers import PROCESSES, all_at_once
from tests.inventory.stock import assert_book_adds_up, shelf


@pytest.fixture
def depot(committed_db, tenant, catalog):
    """A place where nothing lies yet."""
    with unit_of_work(tenant.id, system("tests")):
        return create_location(code="DEPOT", name="Depot", priority=3)


def on_hand(tenant, catalog, depot) -> int:
    with unit_of_work(tenant.id, system("tests")):
        assert_book_adds_up()
        return shelf(catalog.id("TEA"), depot.id)[0]


@again
def test_opening_stock_is_booked_once(tenant, catalog, depot, round_number):
    assert all_at_once([apply_opening] * PROCESSES, tenant.id, depot.id) == {"new": 1, "same": PROCESSES - 1}
    assert on_hand(tenant, catalog, depot) == 40


def test_control_without_the_lock_it_is_booked_by_everybody(tenant, catalog, depot):
    assert all_at_once([apply_without_the_lock] * PROCESSES, tenant.id, depot.id) == {"new": PROCESSES}
    assert on_hand(tenant, catalog, depot) == PROCESSES * 40
