"""Corruption of the finer book, planted by the owner with the walls down: the audit finds it, and its first entry."""

import pytest

from inventory.actions.adjust import adjust_stock
from inventory.actions.audit import audit_stock
from inventory.actions.items import ItemDraft, create_items
from inventory.models import Lot, Movement
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from tests.inventory.test_planted import found, inside, plant  # noqa: F401
from tests.inventory.tracing.lots import receive

pytestmark = pytest.mark.usefixtures("own_transactions")


@pytest.fixture
def milk(tenant, catalog, plant):  # noqa: F811
    """Two lots in Leeds: 5 of each came, 3 of A are lost."""
    with inside(tenant):
        (item,) = create_items(items=[ItemDraft(sku="MILK", tracks_lots=True)])
        receive(item.id, catalog.leeds.id, 5, "A", 9)
        receive(item.id, catalog.leeds.id, 5, "B", 90)
        adjust_stock(item_id=item.id, location_id=catalog.leeds.id, change=-3, reason="loss")
    yield item
    plant("TRUNCATE inventory_quant CASCADE")


def entries(tenant, milk) -> list[int]:
    with inside(tenant):
        return list(Movement.objects.filter(item_id=milk.id).order_by("id").values_list("id", flat=True))


def test_control_nothing_planted_nothing_found(tenant, milk):
    assert found(tenant) == found(tenant, full=True) == []


def test_a_lot_that_was_changed_by_itself(tenant, milk, plant):  # noqa: F811
    plant("UPDATE inventory_quant SET on_hand = on_hand + 1 WHERE on_hand = 2")
    checks = {each[0]: each for each in found(tenant)}
    assert checks["lots"][1] == "MILK at LEEDS (sellable): its lots add up to 8, the balance says 7."
    assert checks["lot_movements"][1] == (
        "MILK at LEEDS (sellable): the book says 3 units of lot A, its movements add up to 2."
    )
    assert checks["lot_movements"][3] == entries(tenant, milk)[-1]


def test_two_lots_whose_units_were_swapped(tenant, milk, plant):  # noqa: F811
    """The balance is right: only the lots' own entries tell."""
    plant("UPDATE inventory_quant SET on_hand = 7 - on_hand WHERE item_id = %s", milk.id)
    assert [each[0] for each in found(tenant)] == ["lot_movements"] * 2


def test_an_entry_that_was_given_another_lot(tenant, milk, plant):  # noqa: F811
    came, _, lost = entries(tenant, milk)
    with inside(tenant):
        other = Lot.objects.get(code="B").id
    plant("UPDATE inventory_movement SET lot_id = %s WHERE id = %s", other, came)
    checks = [each for each in found(tenant) if each[0] == "lot_movements"]
    assert {each[3] for each in checks} >= {lost}
    assert any(f"It broke at entry {lost} (adjustment by Wim" in each[2] for each in checks)


def test_an_entry_that_names_another_items_lot(tenant, milk, plant):  # noqa: F811
    with inside(tenant):
        (other,) = create_items(items=[ItemDraft(sku="OTHER", tracks_lots=True)])
        lot = Lot.objects.create(item=other, code="X", code_key="X")
    last = entries(tenant, milk)[-1]
    plant("UPDATE inventory_movement SET lot_id = %s WHERE id = %s", lot.id, last)
    checks = {each[0]: each for each in found(tenant)}
    assert checks["lot_form"][3] == last
    assert checks["lot_form"][1] == f"Entry {last} names lot X, which is another item's."


def test_a_lot_below_nothing(tenant, milk, plant):  # noqa: F811
    plant("ALTER TABLE inventory_quant DROP CONSTRAINT inventory_quant_not_negative")
    try:
        plant("UPDATE inventory_quant SET on_hand = -2 WHERE on_hand = 2")
        checks = {each[0]: each for each in found(tenant)}
        assert checks["lot_negative"][1] == "MILK at LEEDS (sellable): -2 units of lot A."
    finally:
        plant("TRUNCATE inventory_quant CASCADE")
        plant("ALTER TABLE inventory_quant ADD CONSTRAINT inventory_quant_not_negative CHECK (on_hand >= 0)")


def test_lots_of_an_item_that_has_none(tenant, milk, plant):  # noqa: F811
    plant("UPDATE inventory_item SET tracks_lots = false WHERE id = %s", milk.id)
    assert [each[0] for each in found(tenant)] == ["lots"]


def test_a_reversal_of_another_lot_is_no_mirror(tenant, milk, plant):  # noqa: F811
    from inventory.actions.reverse import reverse_movement

    last = entries(tenant, milk)[-1]
    with unit_of_work(tenant.id, system("Wim")):
        reverse_movement(movement_id=last, reason="Found again")
        other = Lot.objects.get(code="B").id
    plant("UPDATE inventory_movement SET lot_id = %s WHERE reverses_id = %s", other, last)
    assert "reversal" in {each[0] for each in found(tenant)}
    assert not audit_is_clean(tenant)


def audit_is_clean(tenant) -> bool:
    with inside(tenant):
        return audit_stock(full=True).holds
