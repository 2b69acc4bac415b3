"""Files of suppliers with their catalogues, and of counts."""

import io
from decimal import Decimal

import pytest

from inventory.actions.counts.finishing import finish_count
from inventory.actions.counts.opening import open_count
from inventory.actions.items import Pack, update_item
from inventory.actions.purchasing.suppliers import create_supplier, set_supplier_item
from inventory.actions.sheets import chunks
from inventory.models import Movement, StockCount, StockCountLine, Supplier, SupplierItem
from inventory.queries import exports
from inventory.replenishing.buying import Break
from oms.core.actors import Actor
from oms.core.errors import Forbidden
from oms.core.tenancy import unit_of_work
from tests.inventory.sheets import applied, checked, file_of, problems, rows_by_outcome
from tests.inventory.stock import shelf
from tests.inventory.test_sheet_exports import exported

CATALOGUE = "Supplier,Supplier name,Currency,SKU,Supplier SKU,Price,MOQ,Pack,Lead days"
COUNT = "Location,SKU,Counted,State"


def price(units: int, amount: int) -> Break:
    return Break(units, Decimal(amount))


def test_a_file_makes_suppliers_and_their_catalogues(uow, catalog):
    rows = [
        "potters,The Potters,eur,MUG-BLU,P-1,4.10,12,6,10",
        "potters,,,MUG-RED,P-2,1: 4.10; 100: 3.80,,,",
        "TEAS,,,,,,,,",
    ]
    assert rows_by_outcome(checked("suppliers", file_of(CATALOGUE, *rows))) == {"new": 3}
    assert not Supplier.objects.exists()
    standing = applied("suppliers", file_of(CATALOGUE, *rows), name="again.csv")
    assert (rows_by_outcome(standing), problems(standing)) == ({"new": 3}, [])
    potters = Supplier.objects.get(code="POTTERS")
    assert (potters.name, potters.currency, Supplier.objects.get(code="TEAS").currency) == ("The Potters", "EUR", "EUR")
    blue = SupplierItem.objects.get(item_id=catalog.id("MUG-BLU"))
    assert (blue.code, blue.prices, blue.minimum, blue.pack_size, blue.lead_time_days) == (
        "P-1", [[1, "4.10"]], 12, 6, 10,
    )  # fmt: skip
    assert SupplierItem.objects.get(item_id=catalog.id("MUG-RED")).prices == [[1, "4.10"], [100, "3.80"]]
    assert rows_by_outcome(applied("suppliers", file_of(CATALOGUE, *rows), name="third.csv")) == {"same": 3}


def test_a_file_changes_only_what_it_says(uow, catalog):
    potters = create_supplier(code="POTTERS", name="The Potters", currency="EUR", email="a@pot.example")
    mug = catalog.id("MUG-BLU")
    set_supplier_item(supplier_id=potters.id, item_id=mug, code="P-1", prices=[price(1, 4)], minimum=12, rank=7)
    rows = "Supplier,E-mail,SKU,Price", "the potters,b@pot.example,MUG-BLU,4.20"
    assert rows_by_outcome(applied("suppliers", file_of(*rows))) == {"changed": 1}
    row = SupplierItem.objects.get()
    assert (row.code, row.prices, row.minimum, row.rank) == ("P-1", [[1, "4.20"]], 12, 7)
    potters.refresh_from_db()
    assert (potters.name, potters.email) == ("The Potters", "b@pot.example")


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (",,,TEA,,1,,,", "Supplier", "names no supplier"),
        ("S,,,NOBODY,,1,,,", "SKU", "No item has"),
        ("S,,,,,1,,,", "SKU", "Enter a SKU"),
        ("S,,,TEA,,lots,,,", "Price", "lots"),
        ("S,,,TEA,,5: 4; 2: 3,,,", "Price", "Begin each price"),
        ("S,,,TEA,,x: 4,,,", "Price", "is no price"),
        ("S,,,TEA,,1,0,,", "MOQ", "Give 1 to"),
        ("S,,,TEA,,1,,half,", "Pack", "half"),
        ("S,,,TEA,,1,,,9999", "Lead days", "Give 0 to"),
        ("S,,XYZ,TEA,,1,,,", "Currency", "ISO 4217"),
    ],
)
def test_a_bad_row_of_suppliers_names_its_column(uow, catalog, row, column, says):
    standing = applied("suppliers", file_of(CATALOGUE, row, "GOOD,,,TEA,,1,,,", "good,,,TEA,,2,,,"))
    (line, named, message), (again, _, twice) = problems(standing)
    assert (line, named, again) == (2, column, 4)
    assert says in message
    assert "Line 3 says this" in twice
    assert list(Supplier.objects.values_list("code", flat=True)) == ["GOOD"]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_exported_suppliers_are_the_same_when_imported(uow, catalog, format, monkeypatch):
    monkeypatch.setattr(exports, "ITEMS_AT_ONCE", 2)
    create_supplier(code="BARE", name="=Nobody", currency="USD")
    potters = create_supplier(code="POTTERS", name="The Potters", currency="EUR")
    for sku, prices in (
        ("TEA", ()),
        ("MUG-BLU", (price(1, 4),)),
        ("MUG-RED", (price(5, 4), price(50, 3))),
    ):
        set_supplier_item(supplier_id=potters.id, item_id=catalog.id(sku), prices=prices, lead_time_days=3)
    standing = checked("suppliers", io.BytesIO(exported("suppliers", format)))
    assert (rows_by_outcome(standing), problems(standing)) == ({"same": 4}, [])


def test_prices_are_not_for_everybody(uow, catalog):
    with unit_of_work(uow.tenant_id, Actor("user", "1", "Pat", verbs=frozenset({"stock.view"}))):
        with pytest.raises(Forbidden):
            exported("suppliers", "csv")
        with pytest.raises(Forbidden):
            checked("suppliers", file_of(CATALOGUE, "S,,,,,,,,"))


# Counts


def test_a_file_of_counts_opens_a_count_and_leaves_the_book_alone(uow, catalog):
    tea = catalog.id("TEA")
    update_item(item_id=tea, changes={"packs": (Pack("Case", 4, barcodes=("CASE",)),)})
    before = Movement.objects.count()
    rows = ["LEEDS,MUG-BLU,9,", "leeds,CASE,2,", "LONDON,TEA,5,", "LEEDS,TEA,1,damaged"]
    assert rows_by_outcome(checked("counts", file_of(COUNT, *rows))) == {"new": 4}
    assert not StockCount.objects.exists()
    standing = applied("counts", file_of(COUNT, *rows), name="again.csv")
    assert (rows_by_outcome(standing), standing.report.balanced) == ({"new": 4}, True)
    assert Movement.objects.count() == before
    leeds, london = StockCount.objects.order_by("location__code")
    found = {(each.item.sku, each.state): each.counted for each in leeds.lines.select_related("item")}
    assert found == {("MUG-BLU", "sellable"): 9, ("TEA", "sellable"): 8, ("TEA", "damaged"): 1}
    assert [leeds.state, london.state] == ["counted", "counted"]
    finish_count(count_id=leeds.id)
    assert shelf(tea, catalog.leeds.id) == (8, 0)


def test_chunks_of_one_file_go_on_in_its_count(uow, catalog, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 2)
    rows = ["LEEDS,MUG-BLU,1,", "LEEDS,TEA,2,", "LEEDS,TEA,3,damaged", "LEEDS,MUG-RED,4,", "LEEDS,TEA,5,sellable"]
    standing = applied("counts", file_of(COUNT, *rows))
    assert rows_by_outcome(standing) == {"new": 4, "bad": 1}
    assert "Line 3 counts this" in problems(standing)[0][2]
    lines = StockCountLine.objects.select_related("item", "stock_count")
    assert {(each.item.sku, each.state): each.counted for each in lines} == {
        ("MUG-BLU", "sellable"): 1, ("TEA", "sellable"): 2, ("TEA", "damaged"): 3, ("MUG-RED", "sellable"): 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("LEEDS,NOBODY,1,", "SKU", "No item has"),
        ("MARS,TEA,1,", "Location", "no location"),
        ("LEEDS,TEA,-1,", "Counted", "below 0"),
        ("LEEDS,TEA,some,", "Counted", "some"),
        ("LEEDS,TEA,,", "Counted", ""),
        ("LEEDS,TEA,1,lost", "State", "no state of goods"),
        ("LEEDS,MUG-RED,1,", "SKU", "is being counted in count"),
    ],
)
def test_a_bad_row_of_counts_names_its_column(uow, catalog, row, column, says):
    open_count(location_id=catalog.leeds.id, item_ids=[catalog.id("MUG-RED")])
    standing = applied("counts", file_of(COUNT, row, "LONDON,TEA,1,"))
    assert rows_by_outcome(standing) == {"bad": 1, "new": 1}
    ((line, named, message),) = problems(standing)
    assert (line, named) == (2, column)
    assert says in message


def test_a_count_is_a_file_that_can_be_imported_when_it_is_over(uow, catalog):
    made = open_count(location_id=catalog.leeds.id, item_ids=[catalog.id("TEA")])
    assert exports.count_rows(made, open_book=True) == [
        ["LEEDS", "TEA", None, "sellable", "Loose leaf tea", None, None, ""]
    ]
    assert exports.count_header()[:4] == ("Location", "SKU", "Counted", "State")
