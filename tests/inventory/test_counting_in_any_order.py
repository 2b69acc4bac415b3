"""Any commands in any order against a tiny model: a count finds what is off, however the shelf moves meanwhile."""

from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from inventory.actions.adjust import adjust_stock
from inventory.actions.counts.cancelling import cancel_count
from inventory.actions.counts.finishing import NothingCounted, finish_count
from inventory.actions.counts.opening import BeingCounted, open_count
from inventory.actions.counts.plan import set_counting_policy
from inventory.actions.counts.recording import CountEntry, record_counts
from inventory.actions.items import ItemDraft, create_items
from inventory.actions.locations import create_location
from inventory.actions.receive import Receipt, receive_stock
from inventory.models import Balance, StockCountLine
from inventory.stock.counting import CountingPolicy
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from tests.factories import TenantFactory
from tests.inventory.counts import replayed
from tests.inventory.stock import assert_book_adds_up

ITEMS, LIVES = ("MUG", "TEA"), 8
items = st.sampled_from(ITEMS)
units = st.integers(0, 9)


class Shelf(RuleBasedStateMachine):
    """The model: units in the book, and per item of the open count the difference that was found, if any was."""

    lived = 0

    @initialize()
    def begin(self) -> None:
        self.scope = ExitStack()
        self.scope.enter_context(unit_of_work(TenantFactory().id, system("tests")))
        self.ids = {item.sku: item.id for item in create_items(items=[ItemDraft(sku=sku) for sku in ITEMS])}
        self.place = create_location(code="A", name="A").id
        set_counting_policy(policy=CountingPolicy(recount_units=1_000_000))
        self.book = dict.fromkeys(ITEMS, 0)
        self.count, self.found = None, {}

    @rule(item=items, count=st.integers(1, 9))
    def receive(self, item, count):
        receive_stock(receipts=[Receipt(self.ids[item], self.place, count)])
        self.book[item] += count

    @rule(item=items, count=st.integers(1, 9))
    def lose(self, item, count):
        adjust_stock(item_id=self.ids[item], location_id=self.place, change=-count, reason="loss")
        self.book[item] = max(0, self.book[item] - count)

    @rule(chosen=st.sets(items, min_size=1))
    def open(self, chosen):
        item_ids = [self.ids[item] for item in sorted(chosen)]
        if self.count and chosen & set(self.found):
            with pytest.raises(BeingCounted):
                open_count(location_id=self.place, item_ids=item_ids)
        elif not self.count:
            self.count = open_count(location_id=self.place, item_ids=item_ids)
            self.found = dict.fromkeys(chosen)

    @precondition(lambda self: self.count)
    @rule(item=items, count=units)
    def enter(self, item, count):
        record_counts(count_id=self.count.id, entries=[CountEntry(self.ids[item], count)], add_missing=True)
        self.found[item] = (count, count - self.book[item])

    @precondition(lambda self: self.count)
    @rule(item=items, count=st.integers(1, 4))
    def scan(self, item, count):
        before, _off = self.found.get(item) or (0, 0)
        scan = CountEntry(self.ids[item], add=count)
        record_counts(count_id=self.count.id, entries=[scan], add_missing=True)
        record_counts(count_id=self.count.id, entries=[scan], add_missing=True)
        self.found[item] = (before + count, before + count - self.book[item])

    @precondition(lambda self: self.count)
    @rule()
    def finish(self):
        if not any(self.found.values()):
            with pytest.raises(NothingCounted):
                finish_count(count_id=self.count.id)
            return
        done = finish_count(count_id=self.count.id)
        assert done.uncounted == sum(each is None for each in self.found.values())
        for item, found in self.found.items():
            if found:
                self.book[item] = max(0, self.book[item] + found[1])
        self.count, self.found = None, {}

    @precondition(lambda self: self.count)
    @rule()
    def cancel(self):
        cancel_count(count_id=self.count.id)
        self.count, self.found = None, {}

    @invariant()
    def the_book_agrees(self):
        assert_book_adds_up()
        on_hand = dict(Balance.objects.values_list("item__sku", "on_hand"))
        assert {item: on_hand.get(item, 0) for item in ITEMS} == self.book
        for line in StockCountLine.objects.filter(counted__isnull=False):
            assert replayed(line) == line.expected

    def teardown(self) -> None:
        self.scope.close()
        Shelf.lived += 1


def test_counting_in_any_order(db):
    """What must hold after every step is the shelf's invariant; here, that it was tried often enough."""
    Shelf.lived = 0
    run_state_machine_as_test(
        Shelf,
        settings=settings(
            max_examples=LIVES, stateful_step_count=15, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert Shelf.lived >= LIVES
