"""Two pickers and an expiry run are at one lot at the same moment; and what happens without the balance's lock."""

import pytest

from inventory.actions.items import ItemDraft, create_items
from inventory.models import Balance, Lot, Quant
from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from tests.concurrency import again
from tests.concurrency.pickers import UNITS, all_at_once, expire, pick, pick_without_the_lock
from tests.inventory.tracing.lots import in_days, receive


@pytest.fixture
def milk(committed_db, tenant, catalog):
    """Twenty units, ten of a lot that expired yesterday and that nobody has looked at yet."""
    with unit_of_work(tenant.id, system("tests")):
        (item,) = create_items(items=[ItemDraft(sku="MILK", tracks_lots=True)])
        old = receive(item.id, catalog.leeds.id, 10, "OLD", 5)
        receive(item.id, catalog.leeds.id, 10, "NEW", 90)
        Lot.objects.filter(id=old.id).update(expires_on=in_days(-1))
    return item


def lots_of(tenant, item) -> dict[tuple[str, str], int]:
    with unit_of_work(tenant.id, system("tests")):
        return {(state, lot): units for state, lot, units in Quant.objects.filter(item=item).values_list(
            "state", "lot__code", "on_hand"
        )}  # fmt: skip


@again
def test_every_unit_is_taken_once(tenant, catalog, milk, round_number):
    """Nobody gets of the expired lot while there is another, and the books agree."""
    outcomes = all_at_once([pick, pick, expire], tenant.id, milk.id, catalog.leeds.id)
    assert outcomes == {"picked": 2, "expired": 1}
    assert lots_of(tenant, milk) == {("quarantine", "OLD"): 10, ("sellable", "NEW"): 10 - 2 * UNITS}
    with unit_of_work(tenant.id, system("tests")):
        proof = prove_stock()
    assert proof.holds, proof.breaks


def test_control_without_the_lock_a_lot_is_taken_twice(tenant, catalog, milk):
    outcomes = all_at_once([pick_without_the_lock] * 2, tenant.id, milk.id, catalog.leeds.id)
    assert outcomes == {"picked": 2}
    with unit_of_work(tenant.id, system("tests")):
        assert Balance.objects.get(item=milk, location=catalog.leeds, state="sellable").on_hand == 20 - 2 * UNITS
        assert {each.check for each in prove_stock().breaks} == {"lots", "lot_movements"}
    assert lots_of(tenant, milk)["sellable", "NEW"] == 10 - UNITS
