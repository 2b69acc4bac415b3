"""Corruption among units known by number, planted with the walls down: the audit finds it."""

import pytest

from inventory.actions.items import ItemDraft, create_items
from inventory.actions.receive import Receipt, receive_stock
from inventory.models import Movement
from tests.inventory.test_planted import found, inside, plant  # noqa: F401

pytestmark = pytest.mark.usefixtures("own_transactions")
WALLS = ("inventory_serial_once", "inventory_serial_in_one_place")


@pytest.fixture
def phone(tenant, catalog, plant):  # noqa: F811
    with inside(tenant):
        (item,) = create_items(items=[ItemDraft(sku="PHONE", tracks_serials=True)])
        receive_stock(receipts=[Receipt(item.id, catalog.leeds.id, 2, serials=("S1", "S2"))])
    yield item
    plant("TRUNCATE inventory_serial CASCADE")


@pytest.fixture
def no_walls(plant):  # noqa: F811
    plant("ALTER TABLE inventory_serial DROP CONSTRAINT inventory_serial_once")
    plant("ALTER TABLE inventory_serial DROP CONSTRAINT inventory_serial_in_one_place")
    yield
    plant("TRUNCATE inventory_serial CASCADE")
    plant("ALTER TABLE inventory_serial ADD CONSTRAINT inventory_serial_once UNIQUE (tenant_id, item_id, code_key)")
    plant(
        "ALTER TABLE inventory_serial ADD CONSTRAINT inventory_serial_in_one_place CHECK (location_id IS NULL AND "
        "state IN ('supplier','customer','loss','found','production','unexplained','opening') OR location_id IS NOT "
        "NULL AND NOT state IN ('supplier','customer','loss','found','production','unexplained','opening'))"
    )


def test_control_nothing_planted_nothing_found(tenant, phone):
    assert found(tenant) == found(tenant, full=True) == []


def test_more_numbers_than_units(tenant, catalog, phone, plant):  # noqa: F811
    """A number was put on a shelf by itself: the entry that took units from there last is named, where there is one."""
    with inside(tenant):
        from inventory.actions.adjust import adjust_stock

        adjust_stock(item_id=phone.id, location_id=catalog.leeds.id, change=-1, reason="loss")
        last = Movement.objects.latest("id").id
    plant("UPDATE inventory_serial SET location_id = %s, state = 'sellable' WHERE code = 'S1'", catalog.leeds.id)
    checks = {each[0]: each for each in found(tenant)}
    assert checks["serials"][1] == (
        "PHONE at LEEDS (sellable): 2 serial numbers are there, and the balance says 1 units."
    )
    assert checks["serials"][3] == last
    assert "serial_life" in checks


def test_a_unit_that_was_moved_by_itself(tenant, phone, plant):  # noqa: F811
    plant("UPDATE inventory_serial SET location_id = NULL, state = 'customer' WHERE code = 'S1'")
    [(check, sentence, first, _)] = found(tenant)
    assert check == "serial_life"
    assert sentence == "PHONE, serial number S1: the book says customer, its life says sellable."
    assert "receipt by Wim" in first


def test_a_number_twice_and_a_unit_nowhere(tenant, phone, plant, no_walls):  # noqa: F811
    plant("UPDATE inventory_serial SET code_key = 'S1' WHERE code = 'S2'")
    plant("UPDATE inventory_serial SET location_id = NULL WHERE code = 'S2'")
    assert {"serial_twice", "serial_place"} <= {each[0] for each in found(tenant)}
