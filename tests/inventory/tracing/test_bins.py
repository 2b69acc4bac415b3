"""Bins: goods are put away, moved, and leave in the order of the walk; never more in them than on the shelf."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.adjust import adjust_stock
from inventory.actions.bins import BinInUse, create_bins, delete_bin, put_away, update_bin
from inventory.actions.commit import Commit, commit_stock
from inventory.actions.move_state import NotEnough
from inventory.models import Bin, BinStock
from inventory.queries.bins import bin_by_code, bins_of, bins_of_item, contents_of_bin, to_put_away
from inventory.stock.bins import InBin, code_problem, leaving, take_from
from inventory.stock.values import Entry
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotFound
from tests.inventory.stock import assert_book_adds_up
from tests.inventory.test_planted import found, inside, plant  # noqa: F401


@pytest.fixture
def bins(catalog, uow) -> dict[str, Bin]:
    made = create_bins(location_id=catalog.leeds.id, codes=["A-1", "A-2"])
    made += create_bins(location_id=catalog.leeds.id, codes=["B-1", "a-1"], kind="bulk")
    return {each.code: each for each in made}


def inside_of(item_id) -> dict[str, int]:
    return {each.bin.code: each.on_hand for each in bins_of_item(item_id)}


def test_bins_are_laid_out_in_the_order_of_the_walk(catalog, bins):
    """One that is there already stays as it is."""
    assert [(each.code, each.kind, each.place) for each in bins_of(catalog.leeds.id).order_by("place")] == [
        ("A-1", "pick", 10), ("A-2", "pick", 20), ("B-1", "bulk", 30),
    ]  # fmt: skip
    assert bin_by_code(catalog.leeds.id, " b-1") == bins["B-1"]
    assert bin_by_code(catalog.london.id, "B-1") is None


def test_goods_are_put_away_moved_and_leave_pick_bins_first(catalog, bins):
    mug = catalog.id("MUG-BLU")
    put_away(item_id=mug, bin_id=bins["B-1"].id, quantity=4)
    put_away(item_id=mug, bin_id=bins["A-2"].id, quantity=3)
    put_away(item_id=mug, bin_id=bins["A-1"].id, quantity=1, from_bin_id=bins["A-2"].id)
    assert inside_of(mug) == {"A-1": 1, "A-2": 2, "B-1": 4}
    assert ("MUG-BLU", 3) in [(each.sku, each.units) for each in to_put_away(catalog.leeds.id)]
    _leave(mug, catalog, 2)
    assert inside_of(mug) == {"A-2": 1, "B-1": 4}
    assert [each.on_hand for each in contents_of_bin(bins["A-2"].id)] == [1]
    assert_book_adds_up()
    adjust_stock(item_id=mug, location_id=catalog.leeds.id, counted=2, reason="count")
    assert sum(inside_of(mug).values()) <= 2
    assert_book_adds_up()


def test_who_has_no_bins_pays_no_statement(catalog, uow, django_assert_num_queries):
    with django_assert_num_queries(7):
        _leave(catalog.id("TEA"), catalog, 1)


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"quantity": 11}, NotEnough, "quantity"),
        ({"quantity": 0}, Invalid, "quantity"),
        ({"from_bin": "A-2"}, NotEnough, "quantity"),
        ({"from_bin": "A-1"}, Invalid, "from_bin_id"),
        ({"item_id": True}, Invalid, "item_id"),
    ],
)
def test_what_cannot_be_put_away(catalog, bins, given, error, field):
    asked = {"item_id": uuid7() if given.pop("item_id", None) else catalog.id("TEA"), "quantity": 1}
    if code := given.pop("from_bin", None):
        asked["from_bin_id"] = bins[code].id
    with pytest.raises(error) as refused:
        put_away(bin_id=bins["A-1"].id, **(asked | given))
    assert refused.value.fields[0].field == field
    assert not BinStock.objects.exists()


def test_bins_change_and_go_when_they_are_empty(catalog, bins):
    put_away(item_id=catalog.id("TEA"), bin_id=bins["A-1"].id, quantity=1)
    update_bin(bin_id=bins["A-1"].id, kind="bulk", place=99)
    with pytest.raises(BinInUse):
        delete_bin(bin_id=bins["A-1"].id)
    delete_bin(bin_id=bins["A-2"].id)
    with pytest.raises(Invalid):
        update_bin(bin_id=bins["A-1"].id, kind="shelf", place=-1)
    with pytest.raises(NotFound):
        delete_bin(bin_id=bins["A-2"].id)
    for codes, kind in (([], "pick"), (["A 1"], "pick"), (["A-9"], "shelf")):
        with pytest.raises(Invalid):
            create_bins(location_id=catalog.leeds.id, codes=codes, kind=kind)


def _leave(item_id, catalog, units) -> None:
    commit_stock(commits=[Commit(uuid7(), item_id, catalog.leeds.id, units, uuid7())], cause_kind="parcel")


rows = st.lists(st.tuples(st.sampled_from(["pick", "bulk", "receiving"]), st.integers(0, 5), st.integers(0, 9)))


@given(rows, st.integers(0, 60))
def test_units_come_out_of_pick_bins_first_and_no_bin_gives_more_than_it_has(held, units):
    bins = [InBin(number, *row) for number, row in enumerate(held)]
    given = take_from(bins, units)
    assert sum(given.values()) == min(units, sum(each.on_hand for each in bins))
    assert all(0 < count <= bins[number].on_hand for number, count in given.items())
    if any(bins[number].kind != "pick" for number in given):
        assert all(given.get(each.id, 0) == each.on_hand for each in bins if each.kind == "pick")


def test_what_comes_and_goes_at_once_leaves_no_bin():
    item, here = uuid7(), uuid7()
    out = Entry(item, 5, "sellable", "customer", here)
    assert leaving([out, Entry(item, 2, "unexplained", "sellable", None, here)], "sellable") == {(item, here): 3}
    assert leaving([Entry(item, 2, "supplier", "sellable", None, here)], "sellable") == {}


@pytest.mark.parametrize(
    ("code", "fine"), [("A-01/3", True), ("ä.1", True), ("A 1", False), ("", False), ("x" * 41, False)]
)
def test_a_bins_code(code, fine):
    assert (code_problem(code) == "") is fine


@pytest.mark.usefixtures("own_transactions")
def test_more_in_bins_than_on_the_shelf_is_found(tenant, catalog, plant):  # noqa: F811
    with inside(tenant):
        (made,) = create_bins(location_id=catalog.leeds.id, codes=["A-1"])
        put_away(item_id=catalog.id("TEA"), bin_id=made.id, quantity=8)
        _leave(catalog.id("TEA"), catalog, 1)
    assert found(tenant) == []
    plant("UPDATE inventory_binstock SET on_hand = 12")
    [(check, sentence, first, entry)] = found(tenant)
    assert (check, sentence) == ("bins", "TEA at LEEDS: its bins add up to 12, the shelf has 9.")
    assert f"entry {entry} (parcel by Wim" in first
    plant("UPDATE inventory_binstock SET on_hand = 1, location_id = %s", catalog.london.id)
    assert {each[0] for each in found(tenant)} == {"bin_place"}
    plant("TRUNCATE inventory_binstock, inventory_bin CASCADE")
