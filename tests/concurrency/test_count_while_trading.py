"""A shelf is counted while others receive, reserve and ship from it, in real processes; and without the lock."""

import pytest

from inventory.actions.counts.plan import set_counting_policy
from inventory.actions.items import ItemDraft, create_items
from inventory.actions.receive import Receipt, set_opening_stock
from inventory.models import Balance, Movement, StockCountLine
from inventory.proof import prove_stock
from inventory.stock.counting import CountingPolicy
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from tests.concurrency import again
from tests.concurrency.buyers import BUYERS, race
from tests.concurrency.stocktakers import COUNTERS, FOUND, HAD, ROUNDS, count_against_a_buyer, count_or_trade
from tests.inventory.counts import replayed


@pytest.fixture
def hot(committed_db, tenant, catalog):
    """An item of which `HAD` are left, at one location; nothing is ever far off."""
    with unit_of_work(tenant.id, system("tests")):
        (item,) = create_items(items=[ItemDraft(sku="HOT")])
        set_opening_stock(receipts=[Receipt(item.id, catalog.leeds.id, HAD)])
        set_counting_policy(policy=CountingPolicy(recount_units=1_000_000))
    return item.id


def correction_of(line: StockCountLine) -> Movement | None:
    """The movement that brought the book to the count; units made up before it, so that it fits, are not it."""
    return Movement.objects.filter(cause_kind="count", cause_id=line.stock_count_id).order_by("-id").first()


def moved_after(line: StockCountLine) -> int:
    """What came and went after the count was entered, its own correction aside."""
    after = Movement.objects.filter(item_id=line.item_id, id__gt=line.position)
    if line.variance:
        after = after.exclude(id=correction_of(line).id)
    came = after.filter(to_location_id=line.location_id, to_state=line.state)
    left = after.filter(from_location_id=line.location_id, from_state=line.state)
    return sum(came.values_list("quantity", flat=True)) - sum(left.values_list("quantity", flat=True))


def test_the_book_is_what_was_counted_and_what_moved_since(tenant, hot):
    assert race(count_or_trade, tenant_id=tenant.id, item_id=hot) == {"counted": COUNTERS, "traded": BUYERS - COUNTERS}
    with unit_of_work(tenant.id, system("tests")):
        lines = list(StockCountLine.objects.filter(item_id=hot).order_by("id"))
        assert len(lines) == COUNTERS * ROUNDS
        for each in lines:
            assert replayed(each) == each.expected
            assert not each.variance or correction_of(each).quantity == abs(each.variance)
        on_hand = Balance.objects.get(item_id=hot, state="sellable").on_hand
        assert on_hand == lines[-1].counted + moved_after(lines[-1])
        proof = prove_stock()
        assert proof.holds, proof.breaks


@again
def test_a_count_and_a_buyer_queue_for_the_shelf(tenant, hot, round_number):
    outcomes = race(count_against_a_buyer, tenant_id=tenant.id, item_id=hot)
    assert outcomes == {"counted": 1, f"reserved {FOUND}": 1, "watched": BUYERS - 2}
    with unit_of_work(tenant.id, system("tests")):
        assert Balance.objects.values_list("on_hand", "reserved").get(item_id=hot) == (FOUND, FOUND)
        assert prove_stock().holds


def test_control_without_the_lock_the_buyer_gets_what_is_not_there(tenant, hot):
    """Only the last wall stands between a count that decided on an old shelf and a promise nobody can keep."""
    outcomes = race(count_against_a_buyer, tenant_id=tenant.id, item_id=hot, locked=False)
    assert outcomes == {"stopped by the constraint": 1, f"reserved {HAD}": 1, "watched": BUYERS - 2}
