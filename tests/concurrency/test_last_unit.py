"""Sixteen buyers in real processes race for the last ten units; and what happens without the lock."""

import pytest

from inventory.actions.items import ItemDraft, create_items
from inventory.actions.receive import Receipt, set_opening_stock
from inventory.models import Balance, Reservation
from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from tests.concurrency import again
from tests.concurrency.buyers import BUYERS, by_reading_and_writing_back, race, through_the_product

UNITS = 10


@pytest.fixture
def last_units(committed_db, tenant, catalog):
    """An item of which ten are left, at one location."""
    with unit_of_work(tenant.id, system("tests")):
        (item,) = create_items(items=[ItemDraft(sku="LAST")])
        set_opening_stock(receipts=[Receipt(item.id, catalog.leeds.id, UNITS)])
    return item.id


def book_of(tenant, item_id):
    """The balance's reserved, the open reservations' sum, and the proof."""
    with unit_of_work(tenant.id, system("tests")):
        reserved = Balance.objects.get(item_id=item_id).reserved
        promised = sum(Reservation.objects.filter(item_id=item_id).values_list("open", flat=True))
        return reserved, promised, prove_stock()


@again
@pytest.mark.parametrize(("refuse", "loser"), [(True, "refused"), (False, "waiting")])
def test_exactly_ten_get_one(tenant, last_units, refuse, loser, round_number):
    outcomes = race(through_the_product, tenant_id=tenant.id, item_id=last_units, refuse=refuse)
    assert outcomes == {"reserved": UNITS, loser: BUYERS - UNITS}
    reserved, promised, proof = book_of(tenant, last_units)
    assert reserved == promised == UNITS
    assert proof.holds, proof.breaks


def test_control_without_the_lock_the_same_code_sells_too_many(tenant, last_units):
    """All but the last wall is gone: buyers decide on what they can not have, and only the constraint stops them."""
    outcomes = race(through_the_product, tenant_id=tenant.id, item_id=last_units, refuse=True, locked=False)
    assert outcomes == {"reserved": UNITS, "stopped by the constraint": BUYERS - UNITS}


def test_control_reading_and_writing_back_loses_updates(tenant, last_units):
    """No constraint sees anything: sixteen have a promise, the shelf says one, and the proof says so."""
    outcomes = race(by_reading_and_writing_back, tenant_id=tenant.id, item_id=last_units)
    assert outcomes == {"reserved": BUYERS}
    reserved, promised, proof = book_of(tenant, last_units)
    assert (reserved, promised) == (1, BUYERS)
    assert [each.sentence for each in proof.breaks] == [
        "LAST at LEEDS: the balance says 1 reserved, its open reservations add up to 16."
    ]
