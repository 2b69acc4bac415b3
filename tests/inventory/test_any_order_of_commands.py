"""Any commands in any order against a tiny model: the book always adds up and always agrees."""

from collections import Counter
from contextlib import ExitStack
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from inventory.actions.adjust import adjust_stock
from inventory.actions.items import ItemDraft, create_items
from inventory.actions.locations import create_location
from inventory.actions.move_state import NotEnough, move_state
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import rereserve_stock, reserve_stock, unreserve_stock
from inventory.models import Balance, Reservation
from inventory.stock.values import Need, Placement
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from tests.factories import TenantFactory
from tests.inventory.stock import assert_book_adds_up, wants
from tests.inventory.value import follow_all

LIVES = 25
PLACES, ITEMS = ("A", "B"), ("MUG", "TEA")
shelves = st.tuples(st.sampled_from(ITEMS), st.sampled_from(PLACES))
units = st.integers(1, 9)


class Warehouse(RuleBasedStateMachine):
    """The model: units on each sellable shelf, units set aside, and units reserved there."""

    demands = Bundle("demands")
    lived = 0

    def __init__(self) -> None:
        super().__init__()
        self.scope = ExitStack()
        self.tenant = TenantFactory()
        self.scope.enter_context(unit_of_work(self.tenant.id, system("tests")))
        drafts = [ItemDraft(sku=sku, cost=cost) for sku, cost in zip(ITEMS, (Decimal("3.3333"), None), strict=True)]
        self.items = {item.sku: item.id for item in create_items(items=drafts)}
        self.places = {code: create_location(code=code, name=code).id for code in PLACES}
        self.on_hand: Counter = Counter()
        self.aside: Counter = Counter()
        self.reserved: Counter = Counter()

    def ids(self, shelf):
        return {"item_id": self.items[shelf[0]], "location_id": self.places[shelf[1]]}

    def free(self, item):
        return sum(self.on_hand[item, place] - self.reserved[item, place] for place in PLACES)

    def shrink(self, shelf, count):
        self.on_hand[shelf] = max(0, self.on_hand[shelf] - count)
        self.reserved[shelf] = min(self.reserved[shelf], self.on_hand[shelf])

    @rule(shelf=shelves, count=units)
    def receive(self, shelf, count):
        ids = self.ids(shelf)
        receive_stock(receipts=[Receipt(ids["item_id"], ids["location_id"], count)])
        self.on_hand[shelf] += count

    @rule(target=demands, item=st.sampled_from(ITEMS), count=units, refuse=st.booleans())
    def reserve(self, item, count, refuse):
        demand = wants(self.items[item], count, refuse=refuse)
        free = self.free(item)
        outcome = reserve_stock(demands=[demand])
        placed = outcome.placed.get(demand.demand_id, {})
        expected = 0 if refuse and free < count else min(count, free)
        assert sum(placed.values()) == expected
        assert bool(outcome.refused) == (refuse and free < count)
        for place, held in placed.items():
            self.reserved[item, self.place_of(place)] += held
        return item, demand

    @rule(which=consumes(demands), count=st.none() | units)
    def give_back(self, which, count):
        item, demand = which
        before = self.held(demand)
        given = unreserve_stock(demands={demand.demand_id: count}).get(demand.demand_id, 0)
        assert given == (before.total() if count is None else min(count, before.total()))
        for place, held in (before - self.held(demand)).items():
            self.reserved[item, place] -= held

    @rule(which=demands, place=st.sampled_from(PLACES))
    def move(self, which, place):
        item, demand = which
        before = self.held(demand)

        def choose(needs, view):
            count = min(needs[0].quantity, view.available.get((self.items[item], self.places[place]), 0))
            return [Placement(demand.demand_id, self.items[item], self.places[place], count)] if count else []

        need = Need(demand.group_id, demand.demand_id, self.items[item], demand.quantity)
        rereserve_stock(needs=[need], choose=choose)
        after = self.held(demand)
        assert set(after) <= {place}
        for each in PLACES:
            self.reserved[item, each] += after[each] - before[each]

    @rule(shelf=shelves, count=units)
    def lose(self, shelf, count):
        adjust_stock(**self.ids(shelf), change=-count, reason="loss")
        self.shrink(shelf, count)

    @rule(shelf=shelves, count=units)
    def count(self, shelf, count):
        adjust_stock(**self.ids(shelf), counted=count, reason="count")
        self.shrink(shelf, self.on_hand[shelf] - count)

    @rule(shelf=shelves, count=units)
    def set_aside(self, shelf, count):
        if count > self.on_hand[shelf]:
            with pytest.raises(NotEnough):
                move_state(**self.ids(shelf), from_state="sellable", to_state="damaged", quantity=count)
            return
        move_state(**self.ids(shelf), from_state="sellable", to_state="damaged", quantity=count)
        self.shrink(shelf, count)
        self.aside[shelf] += count

    @rule()
    def value(self):
        """Whenever the ledger is followed, in the middle of all that."""
        follow_all(self.tenant)

    @invariant()
    def the_book_adds_up_and_agrees(self):
        assert_book_adds_up()
        for state, model in (("sellable", self.on_hand), ("damaged", self.aside)):
            book = Balance.objects.filter(state=state).values_list("item_id", "location_id", "on_hand", "reserved")
            for item, place, on_hand, reserved in book:
                shelf = (self.sku_of(item), self.place_of(place))
                assert on_hand == model[shelf]
                assert reserved == (self.reserved[shelf] if state == "sellable" else 0)

    def held(self, demand) -> Counter:
        rows = Reservation.objects.filter(demand_id=demand.demand_id, open__gt=0).values_list("location_id", "open")
        return Counter({self.place_of(place): held for place, held in rows})

    def place_of(self, key):
        return next(code for code, each in self.places.items() if each == key)

    def sku_of(self, key):
        return next(sku for sku, each in self.items.items() if each == key)

    def teardown(self) -> None:
        self.scope.close()
        Warehouse.lived += 1


def test_any_order_of_commands(db):
    """What must hold after every command is the warehouse's invariant; here, that it was tried often enough."""
    Warehouse.lived = 0
    run_state_machine_as_test(
        Warehouse,
        settings=settings(
            max_examples=LIVES, stateful_step_count=15, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert Warehouse.lived >= LIVES
