"""Value follows the ledger: in order, never past what is not settled, and the same when worked out anew."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory import book
from inventory.actions.adjust import adjust_stock
from inventory.actions.commit import Commit, commit_stock
from inventory.actions.purchasing.suppliers import create_supplier
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.actions.reverse import reverse_movement
from inventory.actions.take_back import Disposal, TakenBack, dispose, take_back
from inventory.actions.valuing.decide import NotPriceable, price_goods, set_value_policy
from inventory.actions.valuing.follow import draw_value_horizon, follow_value
from inventory.actions.valuing.rebuild import start_rebuild
from inventory.locks import lock_accounts
from inventory.models import Item, Reservation, ValuationState, ValueEvent, ValueLayer
from inventory.tasks import follow_value_of_all
from inventory.valuing import origins
from oms.accounts.queries import actor_of_membership
from oms.core.db.keys import uuid7
from oms.core.errors import Forbidden, Invalid, NotFound
from oms.core.jobs.running import run_chunk, run_due_jobs
from oms.core.models import Job
from oms.core.tenancy import unit, unit_of_work
from tests.inventory.stock import wants
from tests.inventory.test_audit import open_entry, receive_one
from tests.inventory.value import (
    a_supplier,
    balances,
    delivered,
    everything,
    follow,
    inside,
    last_entry,
    layers,
    ordered,
    posted,
    worth,
)

real_commits = pytest.mark.usefixtures("committed_db", "own_transactions")
D = Decimal


def sell(catalog, sku: str, units: int, parcel=None) -> None:
    """Reserved and handed over in a parcel."""
    demand = wants(catalog.id(sku), units)
    reserve_stock(demands=[demand])
    held = Reservation.objects.filter(demand_id=demand.demand_id)
    parcel = parcel or uuid7()
    commit_stock(
        commits=[Commit(each.id, each.item_id, each.location_id, each.open, parcel) for each in held],
        cause_kind="parcel",
    )


def trade(tenant, catalog) -> None:
    """A little of everything: bought, sold, moved about, lost, found, taken back, returned damaged."""
    mug, tea, parcel, back = catalog.id("MUG-BLU"), catalog.id("TEA"), uuid7(), uuid7()
    with inside(tenant):
        bought = ordered(a_supplier(), catalog.leeds, (mug, 20, "5.25"), (tea, 3, "1.1111"))
        delivered(bought, (mug, 12), (tea, 3))
    with inside(tenant):
        sell(catalog, "MUG-BLU", 9, parcel)
        adjust_stock(item_id=mug, location_id=catalog.leeds.id, change=-2, reason="loss")
        adjust_stock(item_id=tea, location_id=catalog.london.id, change=1, reason="found")
    with inside(tenant):
        reverse_movement(movement_id=last_entry(tea).id, reason="Miscounted")
        take_back(receipts=[TakenBack(mug, catalog.london.id, 2, back)])
        dispose(disposals=[Disposal(mug, catalog.london.id, 1, "damaged", back)])
        dispose(disposals=[Disposal(mug, catalog.london.id, 1, "sellable", back)])
    with inside(tenant):
        delivered(bought, (mug, 8))
        sell(catalog, "MUG-BLU", 3)


def test_opening_stock_purchases_and_sales(tenant, catalog):
    """15 mugs opened at 4.10; 12 come at 5.25 on an order; 16 leave: 15 of the first, one of the second."""
    mug = catalog.id("MUG-BLU")
    with inside(tenant):
        delivered(ordered(a_supplier(), catalog.leeds, (mug, 12, "5.25")), (mug, 12))
        sell(catalog, "MUG-BLU", 16)
    follow(tenant)
    with inside(tenant):
        assert worth(mug) == (11, D("57.75"))
        assert layers(mug) == [(11, D("57.75"))]
        assert posted(mug) == [("stock", "received_not_billed", D("63.00")), ("cost_of_sales", "stock", D("66.75"))]
        found = balances()
        assert sum(found.values()) == 0
        assert found["received_not_billed"] == D("-63.00")
        assert found["stock"] == sum(worth(each.id)[1] for each in catalog.items)


@real_commits
def test_following_again_changes_nothing(tenant, catalog):
    trade(tenant, catalog)
    follow(tenant)
    with inside(tenant):
        before = everything()
    follow(tenant)
    with inside(tenant):
        assert everything() == before


@pytest.mark.parametrize("limit", [1, 1000])
def test_worked_out_anew_it_is_the_same(tenant, catalog, limit, monkeypatch: pytest.MonkeyPatch):
    """However long the chunks are, and with what was decided where it had counted."""
    tea = catalog.id("TEA")
    with inside(tenant):
        Item.objects.filter(id=tea).update(cost=None)
        receive_stock(receipts=[Receipt(tea, catalog.leeds.id, 4)])
    follow(tenant)
    trade(tenant, catalog)
    with inside(tenant):
        price_goods(movement_id=ValueLayer.objects.filter(item_id=tea, source="unpriced").first().movement_id,
                    unit_cost=D("2.50"))  # fmt: skip
    follow(tenant)
    with inside(tenant):
        sell(catalog, "TEA", 5)
    follow(tenant)
    with inside(tenant):
        before = everything()
        Item.objects.all().update(cost=D("99"))
        start_rebuild()
    monkeypatch.setattr("inventory.actions.valuing.rebuild.CHUNK", limit)
    run_due_jobs(tenant.id)
    with inside(tenant):
        job = Job.objects.get()
        assert (job.state, job.done) == (Job.DONE, job.total)
        assert everything() == before
        assert not ValuationState.objects.get().rebuilding


@real_commits
def test_an_entry_that_is_not_committed_yet_is_not_passed_over(tenant, catalog):
    """Its id is below those that others commit meanwhile."""
    mug, tea = catalog.id("MUG-BLU"), catalog.id("TEA")
    follow(tenant)
    with open_entry(tenant, catalog):
        receive_one(tenant, catalog)
        follow(tenant)
        with inside(tenant):
            assert (worth(tea), worth(mug)) == ((15, D("49.50")), (15, D("61.50")))
    follow(tenant)
    with inside(tenant):
        assert (worth(tea), worth(mug)) == ((16, D("52.80")), (20, D("82.00")))


@real_commits
def test_control_without_waiting_the_late_entry_is_lost(tenant, catalog, monkeypatch: pytest.MonkeyPatch):
    mug, tea = catalog.id("MUG-BLU"), catalog.id("TEA")
    monkeypatch.setattr("inventory.actions.valuing.follow.oldest_open_transaction", lambda: 2**62)
    follow(tenant)
    with open_entry(tenant, catalog):
        receive_one(tenant, catalog)
        follow(tenant)
    follow(tenant)
    with inside(tenant):
        assert (worth(tea), worth(mug)) == ((16, D("52.80")), (15, D("61.50")))


def test_goods_without_a_cost_wait_for_a_price(tenant, catalog):
    """4 came unpriced and 3 of them were sold at nothing; at 2.50 each the sales owe 7.50."""
    tea = catalog.id("TEA")
    with inside(tenant):
        Item.objects.filter(id=tea).update(cost=None)
        adjust_stock(item_id=tea, location_id=catalog.leeds.id, change=4, reason="found")
        sell(catalog, "TEA", 14)
    follow(tenant)
    with inside(tenant):
        unpriced = list(ValueLayer.objects.filter(item_id=tea, source="unpriced"))
        assert [each.units_left for each in unpriced] == [0, 1, 4]
        price_goods(movement_id=unpriced[2].movement_id, unit_cost=D("2.50"), reason="Found an old bill")
        price_goods(movement_id=unpriced[1].movement_id, unit_cost=D("1"))
    follow(tenant)
    with inside(tenant):
        assert worth(tea) == (5, D("11.00"))
        assert posted(tea)[-3:] == [
            ("stock", "adjustment", D("0")), ("cost_of_sales", "stock", D("0")), ("stock", "adjustment", D("10.00")),
        ]  # fmt: skip
        price_goods(movement_id=unpriced[2].movement_id, unit_cost=D("2"))
    follow(tenant)
    with inside(tenant):
        assert worth(tea) == (5, D("9.00"))
        assert posted(tea)[-1] == ("adjustment", "stock", D("2.00"))


def test_a_return_comes_back_at_the_cost_it_left_with(tenant, catalog, monkeypatch: pytest.MonkeyPatch):
    """The mugs left at 4.10 out of the opening stock; what lies there meanwhile has cost 9.00."""
    mug, parcel, back = catalog.id("MUG-BLU"), uuid7(), uuid7()
    monkeypatch.setitem(origins._answers, "return", lambda causes: {each: [parcel] for each in causes})
    with inside(tenant):
        delivered(ordered(a_supplier(), catalog.leeds, (mug, 5, "9")), (mug, 5))
        sell(catalog, "MUG-BLU", 15, parcel)
        take_back(receipts=[TakenBack(mug, catalog.leeds.id, 2, back)])
        dispose(disposals=[Disposal(mug, catalog.leeds.id, 1, "damaged", back)])
    follow(tenant)
    with inside(tenant):
        assert posted(mug)[-2:] == [("stock", "cost_of_sales", D("8.20")), ("write_down", "stock", D("2.05"))]
        assert layers(mug) == [(5, D("45.00")), (2, D("6.15"))]


def assemble(catalog, cause, taken: dict[str, int], made: dict[str, int]) -> None:
    """As an assembly books it: what it takes first, what it makes then, in one act."""
    here = catalog.leeds.id
    accounts = {sku: (catalog.id(sku), here, "sellable") for sku in (*taken, *made)}
    balances = lock_accounts(accounts.values())
    book.change_balances(
        {balances[accounts[sku]].id: (made.get(sku, 0) - taken.get(sku, 0), 0) for sku in (*taken, *made)}
    )
    entries = [
        *(book.Entry(catalog.id(sku), units, "sellable", "production", here) for sku, units in taken.items()),
        *(book.Entry(catalog.id(sku), units, "production", "sellable", None, here) for sku, units in made.items()),
    ]
    book.enter(entries, cause_kind="assembly", cause_id=cause)


def test_what_is_assembled_is_worth_its_parts_and_taken_apart_they_have_it_back(tenant, catalog):
    """2 mugs and a packet of tea (4.10, 4.10 and 3.30) make a red one; 2 of those are taken apart again."""
    red, first = catalog.id("MUG-RED"), uuid7()
    with inside(tenant):
        for _ in range(2):
            assemble(catalog, first, {"MUG-BLU": 2, "TEA": 1}, {"MUG-RED": 1})
    follow(tenant)
    with inside(tenant):
        made = ValueLayer.objects.filter(source="made").order_by("id")
        assert [(each.unit_cost, each.value) for each in made] == [(D("11.50"), D("11.50"))] * 2
        assert (worth(red), balances()["production"]) == ((17, D("84.50")), 0)
        assemble(catalog, uuid7(), {"MUG-RED": 7}, {"MUG-BLU": 7, "TEA": 3})
    follow(tenant)
    with inside(tenant):
        assert [amount for debit, _, amount in posted(catalog.id("TEA"))[-1:] if debit == "stock"] == [D("7.36")]
        assert balances()["production"] == 0
        before = everything()
        Item.objects.update(cost=D("1"))
        start_rebuild()
    run_due_jobs(tenant.id)
    with inside(tenant):
        assert everything() == before


@real_commits
def test_another_method_counts_from_its_day_on(tenant, catalog):
    """What is entered before that day, but valued after it, is valued by the old one."""
    mug = catalog.id("MUG-BLU")
    with inside(tenant):
        delivered(ordered(a_supplier(), catalog.leeds, (mug, 15, "6.10")), (mug, 15))
        tomorrow = unit().now.date() + timedelta(days=1)
        set_value_policy(method="average", damaged_percent=20, from_day=tomorrow, reason="The auditor wants it")
        sell(catalog, "MUG-BLU", 1)
        later = unit().now + timedelta(days=2)
    with inside(tenant, now=later):
        sell(catalog, "MUG-BLU", 1)
    with inside(tenant, now=later):
        draw_value_horizon()
    with inside(tenant, now=later):
        while follow_value().more:
            pass
    with inside(tenant, now=later):
        state = ValuationState.objects.get()
        assert (state.method, state.damaged_percent) == ("average", 20)
        sold = [amount for debit, _, amount in posted(mug) if debit == "cost_of_sales"]
        assert sold == [D("4.10"), D("5.13")]
        again = everything()
        start_rebuild()
    run_due_jobs(tenant.id)
    with inside(tenant):
        assert everything() == again


def test_a_rebuild_that_is_begun_again_gives_way_to_the_new_one(tenant, catalog):
    trade(tenant, catalog)
    follow(tenant)
    with inside(tenant):
        before = everything()
        first = start_rebuild()
    for _ in range(3):
        run_chunk(tenant.id, first.id)
    with inside(tenant):
        Job.objects.filter(id=first.id).update(state=Job.RUNNING)
        second = start_rebuild()
        assert second.id != first.id
    run_chunk(tenant.id, second.id)
    for job in (first, second, first, second, second, second):
        run_chunk(tenant.id, job.id)
    with inside(tenant):
        assert set(Job.objects.values_list("state", flat=True)) == {Job.DONE}
        assert everything() == before


def test_the_clock_follows_every_merchants_ledger(committed_db, own_transactions, tenant, other_tenant, catalog):
    follow_value_of_all()
    with inside(tenant):
        assert worth(catalog.id("TEA")) == (15, D("49.50"))
    with inside(other_tenant):
        assert ValuationState.objects.get().settled > 0


def test_at_first_the_method_may_count_from_the_beginning(tenant, catalog):
    mug = catalog.id("MUG-BLU")
    with inside(tenant):
        receive_stock(receipts=[Receipt(mug, catalog.leeds.id, 5)])
        delivered(ordered(a_supplier(), catalog.leeds, (mug, 20, "6.10")), (mug, 20))
        sell(catalog, "MUG-BLU", 1)
    follow(tenant)
    with inside(tenant):
        set_value_policy(method="average", from_day=None, reason="We always did")
        with pytest.raises(Invalid, match="attention"):
            set_value_policy(method="fifo", from_day=None, reason="No, we did not")
    run_due_jobs(tenant.id)
    with inside(tenant):
        assert posted(mug)[-1] == ("cost_of_sales", "stock", D("5.10"))


def test_goods_in_a_foreign_currency_come_in_at_the_items_cost_until_they_are_billed(tenant, catalog):
    mug = catalog.id("MUG-BLU")
    with inside(tenant):
        foreign = create_supplier(code="JP", name="Kyoto", currency="JPY")
        delivered(ordered(foreign, catalog.leeds, (mug, 2, "700")), (mug, 2))
    follow(tenant)
    with inside(tenant):
        assert posted(mug) == [("stock", "received_not_billed", D("8.20"))]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"method": "lifo", "reason": "Because"}, "method"),
        ({"method": "fifo", "reason": " "}, "reason"),
        ({"reason": "Because"}, "method"),
        ({"damaged_percent": 101, "reason": "Because"}, "damaged_percent"),
        ({"method": "average", "reason": "Because", "days": 0}, "from_day"),
        ({"method": "average", "reason": "Because", "days": -9}, "from_day"),
    ],
)
def test_a_policy_that_cannot_be(tenant, catalog, given, field):
    days = given.pop("days", 1) if isinstance(given, dict) else 1
    with inside(tenant), pytest.raises(Invalid) as refused:
        set_value_policy(from_day=unit().now.date() + timedelta(days=days), **given)
    assert [each.field for each in refused.value.fields] == [field]
    with inside(tenant):
        assert not ValueEvent.objects.exists()


def test_a_price_that_cannot_be(tenant, catalog, membership):
    mug = catalog.id("MUG-BLU")
    with inside(tenant):
        delivered(ordered(a_supplier(), catalog.leeds, (mug, 2, "5")), (mug, 2))
        bought = last_entry(mug)
        with pytest.raises(NotFound):
            price_goods(movement_id=bought.id, unit_cost=D(1))
    follow(tenant)
    with inside(tenant):
        with pytest.raises(NotPriceable):
            price_goods(movement_id=bought.id, unit_cost=D(1))
        for cost in ("-1", "NaN", "Infinity", "1.1234567", "1e20"):
            with pytest.raises(Invalid):
                price_goods(movement_id=bought.id, unit_cost=D(cost))
    limited = actor_of_membership(membership(role="manager", locations=[catalog.leeds.id]))
    with unit_of_work(tenant.id, limited), pytest.raises(Forbidden):
        price_goods(movement_id=bought.id, unit_cost=D(1))
