"""Reserving, giving back and moving, on the real database."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.actions.items import ItemDraft, create_items
from inventory.actions.locations import update_location
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import expire_reservations, rereserve_stock, reserve_stock, unreserve_stock
from inventory.models import Reservation
from inventory.stock.values import Need, Placement
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid
from oms.core.tenancy import unit
from tests.inventory.stock import assert_book_adds_up, facts, held_by, shelf, wants


@pytest.fixture
def mug(catalog, uow):
    return catalog.id("MUG-BLU")


def test_reserves_at_the_preferred_location(catalog, mug):
    demand = wants(mug, 3)
    reserved = reserve_stock(demands=[demand])
    assert reserved.placed == {demand.demand_id: {catalog.leeds.id: 3}}
    assert shelf(mug, catalog.leeds.id) == (10, 3)
    assert held_by(demand) == {catalog.leeds.id: 3}
    assert_book_adds_up()


def test_backorders_what_nobody_has(catalog, mug):
    demand = wants(mug, 17)
    reserved = reserve_stock(demands=[demand])
    assert reserved.placed == {demand.demand_id: {catalog.leeds.id: 10, catalog.london.id: 5}}
    assert reserved.short == {demand.demand_id: 2}
    assert_book_adds_up()


def test_refuses_a_whole_group_and_says_what_is_short(catalog, mug):
    group = uuid7()
    fits = wants(catalog.id("TEA"), 1, group=group, refuse=True)
    too_many = wants(mug, 16, group=group, refuse=True)
    reserved = reserve_stock(demands=[fits, too_many])
    assert reserved.placed == {}
    (shortage,) = reserved.refused[group]
    assert (shortage.demand_id, shortage.sku, shortage.wanted, shortage.available) == (
        too_many.demand_id, "MUG-BLU", 16, 15,
    )  # fmt: skip
    assert not Reservation.objects.exists()
    assert_book_adds_up()


def test_one_list_serves_its_orders_in_turn(catalog, mug):
    demands = [wants(mug, 6, refuse=True) for _ in range(3)]
    reserved = reserve_stock(demands=demands)
    assert [demand.demand_id in reserved.placed for demand in demands] == [True, True, False]
    assert shelf(mug, catalog.leeds.id) == (10, 10)
    assert_book_adds_up()


def test_reserving_again_for_the_same_demand_adds_to_it(catalog, mug):
    demand = wants(mug, 2)
    reserve_stock(demands=[demand])
    reserve_stock(demands=[demand])
    (reservation,) = Reservation.objects.filter(demand_id=demand.demand_id)
    assert (reservation.quantity, reservation.open) == (4, 4)
    assert_book_adds_up()


def test_a_location_that_does_not_ship_gives_nothing(catalog, mug):
    update_location(location_id=catalog.leeds.id, changes={"ships": False})
    demand = wants(mug, 6)
    reserved = reserve_stock(demands=[demand])
    assert reserved.placed == {demand.demand_id: {catalog.london.id: 5}}
    assert reserved.short == {demand.demand_id: 1}


@pytest.mark.parametrize("quantity", [0, -1, 10**12])
def test_refuses_what_is_no_quantity_before_it_locks_anything(mug, quantity):
    with pytest.raises(Invalid) as refusal:
        reserve_stock(demands=[wants(mug, 1), wants(mug, quantity)])
    assert [each.field for each in refusal.value.fields] == ["demands.1.quantity"]
    assert not Reservation.objects.exists()


def test_a_stranger_s_item_is_simply_not_there(uow, other_tenant, catalog):
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work
    from tests.fixtures import make_catalog

    theirs = make_catalog(other_tenant)
    demand = wants(theirs.id("TEA"), 1)
    assert reserve_stock(demands=[demand]).short == {demand.demand_id: 1}
    with unit_of_work(other_tenant.id, system("tests")):
        assert shelf(theirs.id("TEA"), theirs.leeds.id) == (10, 0)


def test_giving_back_part_and_all(catalog, mug):
    some, all_of_it = wants(mug, 12), wants(mug, 2)
    reserve_stock(demands=[some, all_of_it])
    given = unreserve_stock(demands={some.demand_id: 3, all_of_it.demand_id: None, uuid7(): 5})
    assert given == {some.demand_id: 3, all_of_it.demand_id: 2}
    assert sum(held_by(some).values()) == 9
    assert held_by(all_of_it) == {}
    assert sum(each["quantity"] for each in facts("stock.rose") if each["why"] == "given_back") == 5
    assert_book_adds_up()


def test_giving_back_twice_gives_back_once(mug):
    demand = wants(mug, 2)
    reserve_stock(demands=[demand])
    assert unreserve_stock(demands={demand.demand_id: None}) == {demand.demand_id: 2}
    assert unreserve_stock(demands={demand.demand_id: None}) == {}
    assert_book_adds_up()


def test_moves_only_the_difference(catalog, mug):
    demand = wants(mug, 3)
    reserve_stock(demands=[demand])
    rose_before = len(facts("stock.rose"))
    seen = []

    def choose(needs, view):
        seen.append(view)
        return [
            Placement(demand.demand_id, mug, catalog.leeds.id, 1),
            Placement(demand.demand_id, mug, catalog.london.id, 2),
        ]

    rereserve_stock(needs=[Need(demand.group_id, demand.demand_id, mug, 3)], choose=choose)
    assert seen[0].available == {(mug, catalog.leeds.id): 10, (mug, catalog.london.id): 5}
    assert seen[0].held == {demand.demand_id: {catalog.leeds.id: 3}}
    assert held_by(demand) == {catalog.leeds.id: 1, catalog.london.id: 2}
    assert Reservation.objects.get(demand_id=demand.demand_id, location_id=catalog.leeds.id).given_back == 2
    assert len(facts("stock.rose")) == rose_before
    assert_book_adds_up()


def test_a_chooser_that_overdoes_it_changes_nothing(catalog, mug):
    demand = wants(mug, 3)
    reserve_stock(demands=[demand])
    with pytest.raises(ValueError, match="which has 5"):
        rereserve_stock(
            needs=[Need(demand.group_id, demand.demand_id, mug, 9)],
            choose=lambda needs, view: [Placement(demand.demand_id, mug, catalog.london.id, 6)],
        )
    assert held_by(demand) == {catalog.leeds.id: 3}


def test_overdue_reservations_end(catalog, mug):
    overdue, lasting = wants(mug, 2), wants(mug, 1)
    reserve_stock(demands=[overdue], expires_at=unit().now - timedelta(minutes=1))
    reserve_stock(demands=[lasting], expires_at=unit().now + timedelta(hours=1))
    assert expire_reservations() == 1
    assert (held_by(overdue), held_by(lasting)) == ({}, {catalog.leeds.id: 1})
    assert Reservation.objects.get(demand_id=overdue.demand_id).expired == 2
    assert expire_reservations() == 0
    assert_book_adds_up()


# --- the shape of the SQL


def test_the_ordered_lock_comes_before_the_update_and_numbers_do_not_count(catalog, uow):
    items = create_items(items=[ItemDraft(sku=f"BULK-{n}") for n in range(100)])
    receive_stock(receipts=[Receipt(item.id, catalog.leeds.id, 5) for item in items])
    with CaptureQueriesContext(connection) as one:
        reserve_stock(demands=[wants(items[0].id, 1)])
    with CaptureQueriesContext(connection) as hundred:
        reserve_stock(demands=[wants(item.id, 2) for item in items])
    assert len(one) == len(hundred) == 4
    statements = [query["sql"] for query in hundred.captured_queries]
    locks = [n for n, sql in enumerate(statements) if "FOR NO KEY UPDATE" in sql]
    updates = [n for n, sql in enumerate(statements) if sql.startswith("UPDATE")]
    assert len(locks) == len(updates) == 1
    assert locks < updates
    assert re.search(r"ORDER BY b\.item_id, b\.location_id, b\.state FOR NO KEY UPDATE", statements[locks[0]])


def test_giving_back_a_hundred_takes_as_many_statements_as_one(catalog, uow):
    items = create_items(items=[ItemDraft(sku=f"BULK-{n}") for n in range(100)])
    receive_stock(receipts=[Receipt(item.id, catalog.leeds.id, 5) for item in items])
    demands = [wants(item.id, 2) for item in items]
    reserve_stock(demands=demands)
    with CaptureQueriesContext(connection) as one:
        unreserve_stock(demands={demands[0].demand_id: 1})
    with CaptureQueriesContext(connection) as hundred:
        unreserve_stock(demands={demand.demand_id: 1 for demand in demands})
    assert len(one) == len(hundred)
