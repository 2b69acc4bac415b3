"""Files of items and of stock on real PostgreSQL: checked, applied, repeated, stopped, broken."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory import queries
from inventory.actions.items import update_item
from inventory.actions.reverse import reverse_movement
from inventory.actions.sheets import chunks
from inventory.actions.sheets.steps import cancel_sheet, map_sheet, start_sheet_applying, start_sheet_check
from inventory.actions.sheets.uploading import start_sheet_import
from inventory.models import Item, ItemCode, Movement
from oms.core.actors import Actor
from oms.core.errors import Forbidden, Invalid, NotAllowed, NotFound
from oms.core.jobs.running import run_chunk
from oms.core.tenancy import unit_of_work
from tests.inventory.sheets import (
    ITEMS_HEADER,
    STOCK_HEADER,
    applied,
    checked,
    file_of,
    problems,
    rows_by_outcome,
    run,
)
from tests.inventory.stock import assert_book_adds_up, facts, shelf, sides


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Stored files of a test go with it."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


CUP = "CUP,Paper cup,5012345678900;CUP-BOX,12,0.40,yes"
MUG = "mug-blu,Stoneware mug,4006381333931,380,13.00,no"
TEA = "TEA,Loose leaf tea,,130,9.8,yes"


def test_items_are_made_and_changed_as_the_check_said(uow, catalog):
    file = (ITEMS_HEADER, CUP, MUG, TEA)
    standing = checked("items", file_of(*file))
    assert (standing.state, rows_by_outcome(standing)) == ("checked", {"new": 1, "changed": 1, "same": 1})
    assert [(each["row"], each["outcome"]) for each in standing.report.examples] == [(2, "new"), (3, "changed")]
    assert standing.report.examples[0]["said"] == "CUP: Paper cup"
    assert "price 12.5 → 13" in standing.report.examples[1]["said"]
    assert not Item.objects.filter(sku="CUP").exists()

    done = run(start_sheet_applying(import_id=standing.found.id))
    assert (done.state, done.report.balanced, done.report.file.rows) == ("done", True, 3)
    cup, mug = Item.objects.get(sku="CUP"), Item.objects.get(sku="MUG-BLU")
    assert (cup.name, cup.barcodes, cup.weight_g, cup.price) == (
        "Paper cup", ["5012345678900", "CUP-BOX"], 12, Decimal("0.40"),
    )  # fmt: skip
    assert (mug.name, mug.price, mug.active, mug.version, mug.cost) == (
        "Stoneware mug", Decimal(13), False, 2, Decimal("4.10"),
    )  # fmt: skip
    assert ItemCode.objects.get(code_key="4006381333931").item_id == mug.id
    assert [item.sku for item in queries.find_items(text="paper")] == ["CUP"]
    assert queries.find_items(text="blue").count() == 0
    assert [sorted(each["fields"]) for each in facts("item.changed")] == [["active", "barcodes", "name", "price"]]

    again = applied("items", file_of(*file))
    assert rows_by_outcome(again) == {"same": 3}


BAD_ITEMS = [
    (",Nameless,,,,", "SKU", "The row names no item"),
    ("A,Cut,1.23E+12,,,", "Barcodes", "took for a number"),
    ("A,Heavy,,lots,,", "Weight (g)", "not a whole number"),
    ("A,Light,,-5,,", "Weight (g)", "0 to 100,000,000 grams"),
    ('A,Comma,,,"12,50",', "Price", "separates no thousands"),
    ("A,Free,,,free,", "Price", "not an amount"),
    ("A,Perhaps,,,,perhaps", "Active", "neither yes nor no"),
    ("A,Short", "", "has 2 cells where the header names 6"),
    (f"A,{'x' * 6000},,,,", "", "more than 5,000 characters"),
    ("A,Taken,TAKEN,,,", "Barcodes", "belongs to the item TEA"),
    ("cup ,Twice,,,,", "SKU", "Line 2 names this SKU already"),
    ("A,Same code,5012345678900,,,", "Barcodes", "Line 2 gives the barcode"),
    ("A,\0null,,,,", "", "NUL byte"),
]


@pytest.mark.parametrize(("line", "column", "words"), BAD_ITEMS, ids=[words for _, _, words in BAD_ITEMS])
def test_a_bad_row_says_what_to_do_and_stops_no_other(uow, catalog, line, column, words):
    update_item(item_id=catalog.id("TEA"), changes={"barcodes": ["taken"]})
    done = applied("items", file_of(ITEMS_HEADER, CUP, line, MUG))
    ((row, field, message),) = problems(done)
    assert (row, field) == (3, column)
    assert words in message
    assert rows_by_outcome(done) == {"new": 1, "changed": 1, "bad": 1}
    assert set(Item.objects.values_list("sku", flat=True)) == {"CUP", "MUG-BLU", "MUG-RED", "TEA"}


def test_bad_rows_come_as_a_file_to_correct(uow, catalog):
    done = applied("items", file_of(ITEMS_HEADER, "=cmd|x,Calc,,lots,,"))
    assert queries.bad_rows_header(done.found)[:4] == ["Line", "Column", "What to do", "SKU"]
    ((line, column, _, sku, name, *_),) = queries.bad_rows_file(done.found)
    assert (line, column, sku, name) == (2, "Weight (g)", "=cmd|x", "Calc")


def test_prices_with_a_decimal_comma_are_known_or_said(uow, catalog):
    done = applied("items", file_of("SKU;Price;Cost", "A;1.234,50;2,5"))
    assert list(Item.objects.filter(sku="A").values_list("price", "cost")) == [(Decimal("1234.50"), Decimal("2.5"))]
    assert done.found.options["decimal_comma"] is True
    wrong = start_sheet_import(kind="items", file=file_of("SKU;Price", "A;1,5"), name="b.csv")
    map_sheet(import_id=wrong.id, decimal_comma=False)
    assert rows_by_outcome(run(start_sheet_check(import_id=wrong.id))) == {"bad": 1}


@pytest.mark.parametrize(
    ("mode", "quantity", "outcome", "on_hand"),
    [("counted", 7, "changed", 7), ("counted", 10, "same", 10), ("add", 7, "changed", 17), ("add", 0, "bad", 10)],
)
def test_a_quantity_means_what_was_chosen(uow, catalog, mode, quantity, outcome, on_hand):
    done = applied("stock", file_of(STOCK_HEADER, f"TEA,leeds,{quantity}"), mode=mode)
    assert rows_by_outcome(done) == {outcome: 1}
    assert shelf(catalog.id("TEA"), catalog.leeds.id) == (on_hand, 0)
    assert (done.report.file.units, done.report.balanced) == (quantity, True)
    assert [each["said"] for each in done.report.examples] == [f"TEA at LEEDS: 10 → {on_hand}"] * (outcome == "changed")
    assert_book_adds_up()


@pytest.mark.parametrize("mode", ["counted", "add"])
def test_the_same_file_twice_changes_nothing(uow, catalog, mode):
    lines = (STOCK_HEADER, "TEA,LEEDS,7", "MUG-RED,LONDON,3")
    first = applied("stock", file_of(*lines), mode=mode)
    before = Movement.objects.count()
    again = applied("stock", file_of(*lines), mode=mode)
    assert (rows_by_outcome(first), rows_by_outcome(again)) == ({"changed": 2}, {"same": 2})
    assert Movement.objects.count() == before
    assert again.report.balanced


@pytest.mark.parametrize("mode", ["opening", "add"])
def test_what_was_taken_back_may_be_imported_again(uow, catalog, mode):
    applied("items", file_of(ITEMS_HEADER, CUP))
    first = applied("stock", file_of(STOCK_HEADER, "CUP,LEEDS,40"), mode=mode)
    cup = Item.objects.get(sku="CUP")
    reverse_movement(movement_id=Movement.objects.get(item=cup).id, reason="The wrong file")
    again = applied("stock", file_of(STOCK_HEADER, "CUP,LEEDS,40"), mode=mode)
    assert rows_by_outcome(again) == rows_by_outcome(first)
    assert shelf(cup.id, catalog.leeds.id) == (40, 0)


def test_opening_stock_is_booked_once_per_shelf(uow, catalog):
    applied("items", file_of(ITEMS_HEADER, CUP))
    cup = Item.objects.get(sku="CUP")
    opened = applied("stock", file_of("SKU,Location,State,Qty", "CUP,LEEDS,,40", "CUP,LEEDS,damaged,2"), mode="opening")
    assert (rows_by_outcome(opened), opened.report.moved, opened.report.booked) == ({"new": 2}, 42, 42)
    assert sides(cup.id) == [("opening", "sellable", 40), ("opening", "damaged", 2)]
    again = applied("stock", file_of("SKU,Location,Qty", "CUP,LEEDS,40", "CUP,LONDON,5"), mode="opening")
    assert rows_by_outcome(again) == {"new": 1, "same": 1}
    other = checked("stock", file_of(STOCK_HEADER, "CUP,LEEDS,41"), mode="opening")
    assert "Opening stock of 40 is booked here already" in problems(other)[0][2]


BAD_STOCK = [
    ("NOPE,LEEDS,1", "SKU", "No item has the SKU or barcode “NOPE”"),
    ("TEA,PARIS,1", "Location", "no location with the code “PARIS”"),
    ("TEA,LEEDS,-1", "Quantity", "-1 is below 0"),
    ("TEA,LEEDS,1.5", "Quantity", "not a whole number"),
    ("TEA,LEEDS,", "Quantity", "not a whole number"),
    ("MUG-RED,LEEDS,1", "SKU", "Line 2 names this item at this location already"),
]


@pytest.mark.parametrize(("line", "column", "words"), BAD_STOCK, ids=[words for _, _, words in BAD_STOCK])
def test_a_bad_shelf_says_what_to_do_and_stops_no_other(uow, catalog, line, column, words):
    done = applied("stock", file_of(STOCK_HEADER, "MUG-RED,LEEDS,4", line))
    ((row, field, message),) = problems(done)
    assert (row, field) == (3, column)
    assert words in message
    assert shelf(catalog.id("MUG-RED"), catalog.leeds.id) == (4, 0)
    assert done.report.balanced


def test_columns_that_are_needed_are_named(uow, catalog):
    made = start_sheet_import(kind="items", file=file_of("Foo,Bar", "1,2"), name="a.csv")
    assert made.columns == {}
    with pytest.raises(Invalid) as refused:
        start_sheet_check(import_id=made.id)
    assert [each.field for each in refused.value.fields] == ["columns.sku"]
    with pytest.raises(Invalid) as refused:
        map_sheet(import_id=made.id, columns={"sku": "Baz", "colour": "Foo"})
    assert [each.field for each in refused.value.fields] == ["columns.colour", "columns.sku"]
    with pytest.raises(NotAllowed, match="Check the file first"):
        start_sheet_applying(import_id=made.id)


def test_it_goes_on_at_the_last_chunk_after_a_stop_and_what_is_applied_stays(uow, catalog, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 2)
    lines = [f"N{number},Name {number},,,," for number in range(5)]
    standing = checked("items", file_of(ITEMS_HEADER, *lines))
    found = start_sheet_applying(import_id=standing.found.id)
    assert run_chunk(found.tenant_id, found.apply_id)
    cancel_sheet(import_id=found.id)
    assert not run_chunk(found.tenant_id, found.apply_id)
    stopped = queries.standing_of(found)
    assert (stopped.state, stopped.verbs, stopped.applying.done) == ("cancelled", ("apply",), 2)
    assert Item.objects.filter(sku__startswith="N").count() == 2
    with pytest.raises(NotAllowed, match="Part of this file is applied already"):
        map_sheet(import_id=found.id, columns={"sku": "SKU"})
    done = run(start_sheet_applying(import_id=found.id))
    assert (done.state, rows_by_outcome(done), done.applying.done) == ("done", {"new": 5}, 5)
    assert Item.objects.filter(sku__startswith="N").count() == 5


def test_nothing_of_a_chunk_is_half_written(uow, catalog, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 2)
    standing = checked("stock", file_of(STOCK_HEADER, "TEA,LEEDS,1", "MUG-RED,LEEDS,2", "MUG-BLU,LEEDS,3"))
    found = start_sheet_applying(import_id=standing.found.id)
    with monkeypatch.context() as broken:
        broken.setattr(chunks, "_added", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_chunk(found.tenant_id, found.apply_id)
    assert shelf(catalog.id("TEA"), catalog.leeds.id) == (10, 0)
    assert run(found).report.balanced
    assert shelf(catalog.id("MUG-BLU"), catalog.leeds.id) == (3, 0)
    assert_book_adds_up()


def clerk(tenant, **more) -> Actor:
    return Actor("user", "7", "Wim", frozenset({"stock.adjust", "stock.view"}), **more)


def test_a_count_above_the_limit_waits_for_somebody_who_may(uow, tenant, catalog):
    with unit_of_work(tenant.id, clerk(tenant, limits={"stock.adjust": Decimal(20)})):
        standing = checked("stock", file_of(STOCK_HEADER, "TEA,LEEDS,2"))
        assert standing.report.amount == Decimal("26.40")
        with pytest.raises(Forbidden, match=r"worth 26\.40, and you may decide 20\.00 alone"):
            start_sheet_applying(import_id=standing.found.id)
    assert run(start_sheet_applying(import_id=standing.found.id)).state == "done"


def test_shelves_that_moved_since_the_check_do_not_pass_the_limit(uow, tenant, catalog):
    with unit_of_work(tenant.id, clerk(tenant, limits={"stock.adjust": Decimal(20)})):
        standing = checked("stock", file_of(STOCK_HEADER, "TEA,LEEDS,9"))
        found = start_sheet_applying(import_id=standing.found.id)
    applied("stock", file_of(STOCK_HEADER, "TEA,LEEDS,500"))
    done = run(found)
    assert rows_by_outcome(done) == {"bad": 1}
    assert "Ask somebody with a higher limit" in problems(done)[0][2]
    assert shelf(catalog.id("TEA"), catalog.leeds.id) == (500, 0)


def test_only_own_locations_and_own_files_for_whoever_sees_some(uow, tenant, catalog):
    foreign = start_sheet_import(kind="stock", file=file_of(STOCK_HEADER, "TEA,LEEDS,2"), name="a.csv")
    with unit_of_work(tenant.id, clerk(tenant, locations=frozenset({catalog.london.id}))):
        assert rows_by_outcome(checked("stock", file_of(STOCK_HEADER, "TEA,LEEDS,2", "TEA,LONDON,2"))) == {
            "changed": 1, "bad": 1,
        }  # fmt: skip
        assert queries.visible_sheets().count() == 1
        with pytest.raises(NotFound):
            queries.sheet_by_id(foreign.id)
        with pytest.raises(Forbidden):
            start_sheet_import(kind="items", file=file_of(ITEMS_HEADER, CUP), name="a.csv")
        with pytest.raises(Forbidden):
            start_sheet_import(kind="stock", file=file_of(STOCK_HEADER), name="a.csv", mode="opening")


@pytest.mark.parametrize("kind", ["items", "stock"])
def test_a_chunk_takes_as_many_statements_whatever_its_size(uow, catalog, kind):
    applied("items", file_of(ITEMS_HEADER, *(f"N{number},Old name,,,," for number in range(60))))
    asked = []
    for first, last in ((0, 5), (5, 60)):
        lines = {
            "items": (
                ITEMS_HEADER,
                *(f"N{number},New name,B{number},,," for number in range(first, last)),
                "X,,,lots,,",
            ),
            "stock": (STOCK_HEADER, *(f"N{number},LEEDS,{number + 1}" for number in range(first, last)), "X,LEEDS,1"),
        }[kind]
        with CaptureQueriesContext(connection) as captured:
            done = applied(kind, file_of(*lines))
        assert rows_by_outcome(done) == {"changed": last - first, "bad": 1}
        asked.append(len(captured))
    assert asked[0] == asked[1] < 150
