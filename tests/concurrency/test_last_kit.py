"""Buyers of a kit and of its component alone race for the last units; and what happens without the lock."""

import pytest
from django.db.models import Sum

from inventory.actions.items import ItemDraft, create_items
from inventory.actions.kits.contents import Contents, set_contents
from inventory.actions.receive import Receipt, set_opening_stock
from inventory.models import Reservation
from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from tests.concurrency import again
from tests.concurrency.buyers import BUYERS, race
from tests.concurrency.kit_buyers import of_kits_and_components

MUGS, TEAS = 6, 20


@pytest.fixture
def last_kits(committed_db, tenant, catalog):
    """Six mugs are left, each of which makes a kit with two teas."""
    with unit_of_work(tenant.id, system("tests")):
        mug, tea, box = create_items(items=[ItemDraft(sku=sku) for sku in ("LAST-MUG", "LAST-TEA", "LAST-BOX")])
        set_contents(item_id=box.id, contents=Contents(components={mug.id: 1, tea.id: 2}))
        set_opening_stock(receipts=[Receipt(mug.id, catalog.leeds.id, MUGS), Receipt(tea.id, catalog.leeds.id, TEAS)])
    return mug.id, tea.id, box.id


@again
def test_each_mug_goes_once_alone_or_in_a_kit(tenant, last_kits, round_number):
    mug, tea, box = last_kits
    outcomes = race(of_kits_and_components, tenant_id=tenant.id, item_id=box, mug_id=mug)
    assert outcomes["kit"] + outcomes["mug"] == MUGS
    assert outcomes["refused"] == BUYERS - MUGS
    with unit_of_work(tenant.id, system("tests")):
        held = dict(Reservation.objects.filter(open__gt=0).values_list("item_id").annotate(Sum("open")))
        assert (held[mug], held.get(tea, 0)) == (MUGS, 2 * outcomes["kit"])
        proof = prove_stock()
        assert proof.holds, proof.breaks


def test_control_without_the_lock_too_many_are_promised(tenant, last_kits):
    """Only the last wall is left, and it is needed."""
    mug, _tea, box = last_kits
    outcomes = race(of_kits_and_components, tenant_id=tenant.id, item_id=box, mug_id=mug, locked=False)
    assert outcomes["stopped by the constraint"] > 0
    assert outcomes["kit"] + outcomes["mug"] + outcomes["stopped by the constraint"] == BUYERS
