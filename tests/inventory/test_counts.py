"""Counting on real stock: open, record, finish, cancel, while trade goes on."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.actions.adjust import adjust_stock
from inventory.actions.counts.cancelling import cancel_count
from inventory.actions.counts.finishing import NothingCounted, finish_count
from inventory.actions.counts.opening import BeingCounted, open_count
from inventory.actions.counts.recording import CountEntry, record_counts
from inventory.actions.items import ItemDraft, create_items
from inventory.actions.locations import create_location
from inventory.actions.move_state import move_state
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock
from inventory.models import Movement, StockCountEntry, StockCountLine
from inventory.queries import counts as questions
from oms.accounts.actions.approvals import decide
from oms.core.db.keys import uuid7
from oms.core.errors import Forbidden, Invalid, NotAllowed, NotFound
from oms.core.events.delivery import drain
from oms.core.models import AuditEntry
from tests.fixtures import make_catalog
from tests.inventory.counts import as_person, counting, entered, line_of, replayed, state_of
from tests.inventory.stock import assert_book_adds_up, facts, held_by, shelf, wants

pytestmark = pytest.mark.django_db
MUG, TEA = "MUG-BLU", "TEA"


def problems(refusal) -> list[tuple[str, str]]:
    return [(each.field, each.code) for each in refusal.value.fields]


# --- opening


def test_a_count_looks_at_each_state_in_which_something_lies(uow, catalog):
    move_state(
        item_id=catalog.id(MUG), location_id=catalog.leeds.id, from_state="sellable", to_state="damaged", quantity=2
    )
    stock_count = counting(catalog, TEA, MUG)
    lines = questions.lines_of(stock_count).order_by("place")
    assert [(each.item.sku, each.state) for each in lines] == [
        (MUG, "sellable"), (MUG, "damaged"), (TEA, "sellable"),
    ]  # fmt: skip
    assert (stock_count.number, stock_count.state, stock_count.title) == (1001, "open", "2 items")
    damaged = open_count(location_id=catalog.london.id, everything=True)
    assert questions.progress_of([damaged.id])[damaged.id].lines == 3


def test_what_is_being_counted_is_refused_and_the_other_count_named(uow, catalog):
    first = counting(catalog, MUG)
    with pytest.raises(BeingCounted, match="Count 1001 at Leeds is counting MUG-BLU already") as refusal:
        counting(catalog, TEA, MUG)
    assert problems(refusal) == [("item_ids.1", "being_counted")]
    assert refusal.value.data == {"counts": [1001]}
    with pytest.raises(BeingCounted):
        open_count(location_id=catalog.leeds.id, everything=True)
    open_count(location_id=catalog.london.id, everything=True)
    cancel_count(count_id=first.id)
    assert counting(catalog, TEA, MUG).number == 1003


@pytest.mark.parametrize(
    ("chosen", "field", "code"),
    [
        ({}, "item_ids", "choose_one"),
        ({"due": True, "everything": True}, "item_ids", "choose_one"),
        ({"abc_class": "D"}, "abc_class", "unknown_class"),
        ({"due": True}, "item_ids", "nothing_to_count"),
        ({"due": True, "state": "damaged"}, "state", "unknown_state"),
        ({"everything": True, "state": "damaged"}, "item_ids", "nothing_to_count"),
        ({"everything": True, "note": "x" * 501}, "note", "too_long"),
        ({"item_ids": [uuid7()]}, "item_ids.0", "unknown_item"),
    ],
)  # fmt: skip
def test_a_choice_that_is_none_is_refused(uow, catalog, chosen, field, code):
    with pytest.raises(Invalid) as refusal:
        open_count(location_id=catalog.leeds.id, **chosen)
    assert problems(refusal) == [(field, code)]


def test_another_merchants_ids_are_not_known(uow, catalog, other_tenant):
    theirs = make_catalog(other_tenant)
    with pytest.raises(Invalid, match="no such location"):
        open_count(location_id=theirs.leeds.id, everything=True)
    with pytest.raises(Invalid) as refusal:
        open_count(location_id=catalog.leeds.id, item_ids=[theirs.id(TEA)])
    assert problems(refusal) == [("item_ids.0", "unknown_item")]
    with pytest.raises(NotFound):
        finish_count(count_id=uuid7())


# --- recording


def test_trade_that_goes_on_does_no_harm(uow, catalog):
    """8 of 10 are counted after 3 came in; 4 more come before and 1 goes after the count is entered."""
    where = {"item_id": catalog.id(MUG), "location_id": catalog.leeds.id}
    stock_count = counting(catalog, MUG)
    receive_stock(receipts=[Receipt(*where.values(), 4)])
    entered(stock_count, {catalog.id(MUG): 12})
    line = line_of(stock_count, catalog.id(MUG))
    assert (line.expected, line.variance, replayed(line)) == (14, -2, 14)
    adjust_stock(**where, change=-5, reason="loss")
    receive_stock(receipts=[Receipt(*where.values(), 1)])
    finish_count(count_id=stock_count.id)
    assert shelf(*where.values()) == (8, 0)
    assert replayed(line_of(stock_count, catalog.id(MUG))) == 14
    assert_book_adds_up()


def test_entries_count_once_and_several_people_add_up(tenant, membership, catalog):
    wim, ada = (membership(role="warehouse", user__name=name) for name in ("Wim", "Ada"))
    item = catalog.id(MUG)
    with as_person(wim):
        stock_count = counting(catalog, MUG)
        scan = CountEntry(item, add=4)
        for _sent_again in range(2):
            record_counts(count_id=stock_count.id, entries=[scan, scan])
        assert line_of(stock_count, item).counted == 4
    with as_person(ada):
        record_counts(count_id=stock_count.id, entries=[CountEntry(item, add=7), CountEntry(item, add=-1)])
        line = line_of(stock_count, item)
        assert (line.counted, line.counted_by, state_of(stock_count)) == (10, "Ada", "counted")
        assert list(StockCountEntry.objects.order_by("id").values_list("person", "counted")) == [
            ("Wim", 4), ("Ada", 11), ("Ada", 10),
        ]  # fmt: skip


def test_bad_entries_are_all_named_and_nothing_is_written(uow, catalog):
    stock_count, item = counting(catalog, MUG), catalog.id(MUG)
    bad = [
        CountEntry(item, -1), CountEntry(item, 4_006_381_333_931), CountEntry(item), CountEntry(item, 1, 1),
        CountEntry(item, add=0), CountEntry(item, 1, state="lost"),
    ]  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        record_counts(count_id=stock_count.id, entries=[CountEntry(item, 3), *bad])
    assert problems(refusal) == [
        ("entries.1.counted", "out_of_range"), ("entries.2.counted", "out_of_range"), ("entries.3.counted", "required"),
        ("entries.4.counted", "required"), ("entries.5.add", "out_of_range"), ("entries.6.state", "unknown_state"),
    ]  # fmt: skip
    assert "Was a barcode scanned" in refusal.value.fields[1].message
    with pytest.raises(Invalid, match="Only 0 were counted"):
        record_counts(count_id=stock_count.id, entries=[CountEntry(item, add=-1)])
    assert line_of(stock_count, item).counted is None


def test_an_item_that_is_not_in_the_count_can_be_added(uow, catalog):
    stock_count, item = counting(catalog, MUG), catalog.id(TEA)
    with pytest.raises(Invalid, match="some entries need") as refusal:
        entered(stock_count, {item: 3})
    assert problems(refusal) == [("entries.0.item_id", "not_in_count")]
    entered(stock_count, {item: 10}, add_missing=True)
    assert line_of(stock_count, item).place == 2
    assert state_of(stock_count) == "open"
    counting(catalog, "MUG-RED")
    with pytest.raises(Invalid) as refusal:
        entered(stock_count, {catalog.id("MUG-RED"): 3, uuid7(): 3}, add_missing=True)
    assert problems(refusal) == [("entries.0.item_id", "being_counted"), ("entries.1.item_id", "unknown_item")]


# --- finishing


def test_a_count_is_booked_at_once_and_what_it_cost_is_told(uow, catalog):
    mug, tea, red = (catalog.id(sku) for sku in (MUG, TEA, "MUG-RED"))
    demand = wants(mug, 9, location_id=catalog.leeds.id)
    reserve_stock(demands=[demand])
    stock_count = counting(catalog)
    entered(stock_count, {mug: 6, tea: 12, red: 10})
    before = Movement.objects.count()
    done = finish_count(count_id=stock_count.id)
    assert (done.outcome, done.amount) == ("finished", Decimal("23.0000"))
    assert done.sentence == "1 of 3 lines are as in the book: 4 missing, 2 too many."
    assert shelf(mug, catalog.leeds.id) == (6, 6)
    assert shelf(tea, catalog.leeds.id) == (12, 0)
    assert held_by(demand) == {catalog.leeds.id: 6}
    assert Movement.objects.filter(cause_kind="count", cause_id=stock_count.id).count() == 2
    assert Movement.objects.count() == before + 2
    assert [each["quantity"] for each in facts("reservation.lost")] == [3]
    assert [each["change"] for each in facts("stock.adjusted")] == [-4, 2]
    assert [each["why"] for each in facts("stock.rose")][-1] == "adjusted"
    (told,) = facts("stock.count_finished")
    assert {name: told[name] for name in ("lines", "exact", "units_counted", "units_off")} == {
        "lines": 3, "exact": 1, "units_counted": 32, "units_off": 6,
    }  # fmt: skip
    assert "6 counted, 10 expected by the book" in AuditEntry.objects.filter(verb="stock.adjust").first().sentence
    assert_book_adds_up()
    for again in (finish_count, cancel_count):
        with pytest.raises(NotAllowed, match="This count is finished"):
            again(count_id=stock_count.id)
    with pytest.raises(NotAllowed):
        entered(stock_count, {mug: 1})


def test_what_nobody_counted_stays_and_is_said(uow, catalog):
    stock_count = counting(catalog)
    with pytest.raises(NothingCounted, match="no entry yet"):
        finish_count(count_id=stock_count.id)
    entered(stock_count, {catalog.id(MUG): 10})
    done = finish_count(count_id=stock_count.id)
    assert done.sentence == "The one line counted is as in the book. 2 lines were not counted and stay."
    assert done.uncounted == 2
    assert not StockCountLine.objects.filter(counting=True).exists()
    assert shelf(catalog.id(TEA), catalog.leeds.id) == (10, 0)


def test_what_the_book_never_had_comes_from_unexplained_first(uow, catalog):
    where = {"item_id": catalog.id(MUG), "location_id": catalog.leeds.id}
    stock_count = counting(catalog, MUG)
    entered(stock_count, {catalog.id(MUG): 6})
    adjust_stock(**where, change=-8, reason="loss")
    finish_count(count_id=stock_count.id)
    assert shelf(*where.values()) == (0, 0)
    assert facts("stock.adjusted")[-1]["unexplained"] == 2
    assert_book_adds_up()


def test_far_off_is_counted_again_by_somebody_else(tenant, membership, catalog):
    wim, ada = (membership(role="warehouse", user__name=name) for name in ("Wim", "Ada"))
    item = catalog.id(MUG)
    with as_person(wim):
        stock_count = counting(catalog, MUG, TEA)
        entered(stock_count, {item: 2, catalog.id(TEA): 9})
        asked = finish_count(count_id=stock_count.id)
        assert (asked.outcome, [each.item.sku for each in asked.recounts]) == ("recount", [MUG])
        assert (shelf(item, catalog.leeds.id), state_of(stock_count)) == ((10, 0), "open")
        with pytest.raises(Invalid, match="somebody else") as refusal:
            entered(stock_count, {item: 10})
        assert problems(refusal) == [("entries.0.item_id", "same_person")]
    with as_person(ada):
        record_counts(count_id=stock_count.id, entries=[CountEntry(item, add=3)])
        line = line_of(stock_count, item)
        assert (line.counted, line.recounted, line.recount_wanted, state_of(stock_count)) == (3, True, False, "counted")
        assert finish_count(count_id=stock_count.id).outcome == "finished"
        assert shelf(item, catalog.leeds.id) == (3, 0)


def test_above_the_money_limit_a_second_person_decides(tenant, owner, membership, catalog):
    wim = membership(role="warehouse", limits={"stock.adjust": "10"}, user__name="Wim")
    item = catalog.id(MUG)
    with as_person(wim):
        stock_count = counting(catalog, MUG)
        entered(stock_count, {item: 7})
        asked = finish_count(count_id=stock_count.id)
        assert (asked.outcome, asked.amount, state_of(stock_count)) == ("waiting", Decimal("12.3000"), "waiting")
        approval = asked.stock_count.approval
        with pytest.raises(NotAllowed, match="waiting for approval"):
            entered(stock_count, {item: 10})
        with pytest.raises(Forbidden):
            decide(approval_id=approval.id, approve=True)
        receive_stock(receipts=[Receipt(item, catalog.leeds.id, 5)])
    with as_person(owner):
        decide(approval_id=approval.id, approve=True)
        assert (shelf(item, catalog.leeds.id), state_of(stock_count)) == ((12, 0), "finished")
        assert facts("stock.count_finished")[-1]["units_off"] == 3
        assert_book_adds_up()


def test_declined_it_is_counted_again(tenant, owner, membership, catalog, drain):
    wim = membership(role="warehouse", limits={"stock.adjust": "10"}, user__name="Wim")
    with as_person(wim):
        stock_count = counting(catalog, MUG)
        entered(stock_count, {catalog.id(MUG): 7})
        approval = finish_count(count_id=stock_count.id).stock_count.approval
    with as_person(owner):
        decide(approval_id=approval.id, approve=False)
    drain()
    with as_person(wim):
        assert state_of(stock_count) == "open"
        entered(stock_count, {catalog.id(MUG): 9})
        assert finish_count(count_id=stock_count.id).outcome == "finished"
        assert shelf(catalog.id(MUG), catalog.leeds.id) == (9, 0)


def test_a_canceled_count_changes_nothing(uow, catalog):
    stock_count = counting(catalog, MUG)
    entered(stock_count, {catalog.id(MUG): 3})
    assert cancel_count(count_id=stock_count.id, note="Wrong aisle").note == "Wrong aisle"
    assert (shelf(catalog.id(MUG), catalog.leeds.id), facts("stock.adjusted")) == ((10, 0), [])
    with pytest.raises(NotAllowed):
        finish_count(count_id=stock_count.id)


def test_somebody_limited_to_london_counts_nothing_in_leeds(tenant, owner, membership, catalog):
    with as_person(owner):
        stock_count = counting(catalog, MUG)
    with as_person(membership(role="warehouse", locations=[catalog.london.id])):
        assert not questions.counts().exists()
        with pytest.raises(NotFound):
            entered(stock_count, {catalog.id(MUG): 1})
        with pytest.raises(Invalid, match="no such location"):
            counting(catalog, TEA)


def test_hundreds_of_lines_cost_a_fixed_number_of_statements(uow, catalog):
    place = create_location(code="BIG", name="Big")

    def statements(lines: int, prefix: str) -> int:
        items = create_items(items=[ItemDraft(sku=f"{prefix}-{n}") for n in range(lines)])
        receive_stock(receipts=[Receipt(each.id, place.id, 5) for each in items])
        reserve_stock(demands=[wants(each.id, 5) for each in items])
        with CaptureQueriesContext(connection) as made:
            stock_count = open_count(location_id=place.id, item_ids=[each.id for each in items])
            entered(stock_count, {each.id: 4 for each in items})
            assert finish_count(count_id=stock_count.id).outcome == "finished"
        return len(made)

    assert statements(200, "X") == statements(2, "Y")
    assert len(facts("reservation.lost")) == 202
    drain(uow.tenant_id)
