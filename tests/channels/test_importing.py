"""A file's whole way on real PostgreSQL: staged, checked, placed; interrupted, repeated, broken."""

import csv
import gzip
import io
import itertools
from decimal import Decimal

import pytest

from channels import queries
from channels.actions import checking, judging, placing, staging
from channels.actions.importing import cancel_import, set_mapping, start_check, start_placing
from channels.actions.uploading import start_import
from channels.models import Import, ImportDocument, ImportItem, ImportRow, Mapping
from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.release import release_orders
from fulfillment.actions.stopping import stop_unbegun
from fulfillment.models import FulfillmentOrder
from inventory.models import Item, Movement, Reservation
from oms.accounts.actions.channels import create_channel
from oms.core.actors import Actor
from oms.core.errors import Forbidden, Invalid, NotAllowed
from oms.core.jobs.running import run_chunk
from oms.core.models import Job
from oms.core.sheets.writing import csv_lines
from oms.core.tenancy import unit_of_work
from orders.models import Order, OrderLine, Refund
from returns.models import Return
from tests.channels.files import REAL_FILE, as_file, generated_rows, wholesale
from tests.channels.test_taking_back import send
from tests.inventory.stock import assert_book_adds_up

SALE = "540001,MUG-BLU,BLUE MUG,6,2011-03-01 10:00:00,2.55,17850,United Kingdom"
MORE = "540001,TEA,TEA ,2,2011-03-01 10:00:00,9.80,17850,United Kingdom"


def run(made: Import) -> Import:
    """Do all chunks of the import's job and of those it starts."""
    while True:
        while run_chunk(made.tenant_id, made.job_id):
            pass
        now = Import.objects.get(id=made.id)
        if now.job_id == made.job_id:
            return now
        made = now


def imported(file, *, name: str = "orders.csv", place: bool = True, **options) -> Import:
    made = start_import(file=file, name=name)
    if options:
        set_mapping(import_id=made.id, options=options)
    made = run(start_check(import_id=made.id))
    assert made.state == "checked"
    return run(start_placing(import_id=made.id)) if place else made


def outcomes(made: Import) -> dict[int, str]:
    return dict(queries.import_rows(made.id).values_list("row", "outcome"))


def sold_and_cancelled() -> tuple[int, int, int]:
    cancelled = OrderLine.objects.values_list("cancelled", flat=True)
    return Order.objects.count(), len(cancelled), sum(cancelled)


def test_a_small_file_becomes_orders(uow, catalog):
    made = imported(wholesale(SALE, MORE, "540002,NEW-1,NEW,1,2011-03-01 11:00:00,5.00,,EIRE"))
    assert made.state == "done"
    order = Order.objects.get(external_id="540001")
    assert (order.total, order.currency, order.source, order.line_count) == (Decimal("34.90"), "GBP", "import", 2)
    assert list(order.lines.order_by("position").values_list("sku", "title", "quantity")) == [
        ("MUG-BLU", "BLUE MUG", 6), ("TEA", "TEA", 2),
    ]  # fmt: skip
    assert Reservation.objects.filter(open__gt=0).count() == 2
    assert OrderLine.objects.get(sku="NEW-1").item is None
    assert ImportDocument.objects.get(document="540001").order_id == order.id
    report = queries.reconcile(made.id)
    assert (report.orders, report.guests, report.missing_items, report.balanced) == (2, 1, 1, True)


def test_the_check_changes_nothing_but_its_own_verdicts(uow, catalog):
    made = imported(wholesale(SALE, "540002,MUG-RED,RED,-1,2011-03-01 10:00:00,2.55,1,EIRE"), place=False)
    assert outcomes(made) == {2: "order", 3: "error"}
    assert not Order.objects.exists()
    assert not Reservation.objects.exists()


def test_nothing_is_placed_before_it_was_checked(uow, catalog):
    made = start_import(file=wholesale(SALE), name="orders.csv")
    with pytest.raises(NotAllowed, match="Check the file first"):
        start_placing(import_id=made.id)


def test_two_thousand_rows_with_every_quirk(uow, catalog):
    rows = generated_rows(2_000)
    made = imported(as_file(rows), create_missing_items=True, opening_stock_location=str(catalog.leeds.id))
    report = queries.reconcile(made.id)
    assert report.balanced
    assert report.file.rows == 2_000
    assert report.file.money == sum((int(row[3]) * Decimal(row[5]) for row in rows), Decimal(0))
    assert {"order", "cancellation", "stock_note", "adjustment"} <= set(report.outcomes)
    assert ImportRow.objects.filter(import_id=made.id).count() == 2_000
    assert report.orders == Order.objects.count() == report.documents["order"]
    assert OrderLine.objects.count() == report.outcomes["order"].rows
    assert report.short_units == 0
    generated = Movement.objects.filter(reason="Generated opening stock for import orders.csv")
    assert sum(generated.values_list("quantity", flat=True)) == report.opening_units == report.lines["goods"].units
    assert Item.objects.filter(origin="import").count() == report.created_items == ImportItem.objects.count()
    assert sum(OrderLine.objects.values_list("cancelled", flat=True)) == report.cancelled_units
    assert_book_adds_up()


def test_the_same_file_twice_does_nothing_twice(uow, catalog):
    rows = generated_rows(400)
    imported(as_file(rows), create_missing_items=True)
    before = (
        Order.objects.count(),
        OrderLine.objects.count(),
        sum(OrderLine.objects.values_list("cancelled", flat=True)),
    )
    again = imported(as_file(rows), create_missing_items=True)
    report = queries.reconcile(again.id)
    assert (report.orders, report.cancelled_units, report.created_items) == (0, 0, 0)
    assert set(report.outcomes) == {"duplicate", "stock_note", "adjustment"}
    assert before == sold_and_cancelled()


def test_a_changed_document_is_a_conflict(uow, catalog):
    imported(wholesale(SALE))
    changed = imported(wholesale(SALE.replace(",6,", ",7,")))
    assert outcomes(changed) == {2: "conflict"}
    assert OrderLine.objects.get().quantity == 6


def test_checking_again_comes_to_the_same(uow, catalog):
    made = imported(as_file(generated_rows(400, seed=4)), place=False)
    first, report = outcomes(made), queries.reconcile(made.id)
    run(start_check(import_id=made.id))
    assert outcomes(made) == first
    assert queries.reconcile(made.id) == report
    assert {"cancellation", "credit_unmatched"} <= set(first.values())
    assert not queries.import_rows(made.id, ["credit_unmatched"]).filter(reason="").exists()


def test_credits_cancel_what_was_ordered(uow, catalog):
    made = imported(
        wholesale(
            SALE, MORE,
            "C540009,mug-blu,BACK,-4,2011-03-02 10:00:00,2.55,17850,United Kingdom",
            "C540009,TEA,BACK,-9,2011-03-02 10:00:00,9.80,17850,United Kingdom",
            "C540010,MUG-BLU,BACK,-1,2011-03-02 10:00:00,2.55,,United Kingdom",
            "C540011,POST,POSTAGE,-1,18.00,17850,United Kingdom".replace(",-1,", ",-1,2011-03-02 10:00:00,"),
            "C540012,MUG-BLU,EARLIER,-1,2011-02-02 10:00:00,2.55,17850,United Kingdom",
        ),
        place=False,
    )  # fmt: skip
    expected = {
        2: "order", 3: "order", 4: "cancellation", 5: "credit_unmatched", 6: "credit_unmatched",
        7: "credit_unmatched", 8: "credit_unmatched",
    }  # fmt: skip
    assert outcomes(made) == expected
    run(start_placing(import_id=made.id))
    assert outcomes(made) == expected
    line = OrderLine.objects.get(sku="MUG-BLU")
    assert (line.quantity, line.cancelled) == (6, 4)
    assert Reservation.objects.get(item=catalog.item("MUG-BLU"), open__gt=0).open == 2
    later = imported(wholesale("C540013,MUG-BLU,REST,-2,2011-04-02 10:00:00,2.55,17850,United Kingdom"))
    assert outcomes(later) == {2: "cancellation"}
    line.refresh_from_db()
    assert line.cancelled == 6
    assert_book_adds_up()


def leave(tenant, location: str) -> None:
    """What of the newest order is at this location goes to the customer."""
    order = Order.objects.latest("number")
    Order.objects.filter(id=order.id).update(state="open")
    allocate_orders(order_ids=[order.id], trigger="cleared")
    release_orders(order_ids=[order.id])
    send(tenant, FulfillmentOrder.objects.select_related("location").get(location__code=location))


def test_credits_bring_back_what_has_left_and_cancel_what_has_not(uow, tenant, catalog):
    """Ten of twelve have left Leeds, two are still in London; sold and paid for at 2.55."""
    sold = SALE.replace(",6,", ",12,")
    imported(wholesale(sold), payment_state="paid")
    leave(tenant, "LEEDS")
    credits = [
        "C540009,MUG-BLU,BACK,-3,2011-03-02 10:00:00,2.55,17850,United Kingdom",
        "C540010,MUG-BLU,BACK,-9,2011-03-03 10:00:00,2.55,17850,United Kingdom",
        "C540011,MUG-BLU,BACK,-1,2011-03-04 10:00:00,2.55,17850,United Kingdom",
    ]
    report = queries.reconcile(imported(wholesale(credits[0])).id)
    line = OrderLine.objects.get()
    # London's two are in work there, so neither here nor gone: what is with the customer comes back.
    assert (line.cancelled, line.shipped, line.returned, line.in_work) == (0, 10, 3, 2)
    stop_unbegun(order=line.order, reason="Not wanted")
    made = imported(wholesale(*credits))
    line.refresh_from_db()
    assert outcomes(made) == {2: "duplicate", 3: "cancellation", 4: "credit_unmatched"}
    assert (line.cancelled, line.returned) == (2, 10)
    after = queries.reconcile(made.id)
    assert [(each.cancelled_units, each.returned_units) for each in (report, after)] == [(0, 3), (2, 7)]
    assert (report.balanced, after.balanced) == (True, True)
    assert Return.objects.count() == 2
    assert sum(Refund.objects.values_list("amount", flat=True)) == Decimal("30.60")
    assert_book_adds_up()


def test_the_dry_run_foresees_every_outcome_of_placing(uow, catalog):
    made = imported(as_file(generated_rows(1_500, seed=3)), place=False, create_missing_items=True)
    foreseen = outcomes(made)
    run(start_placing(import_id=made.id))
    assert outcomes(made) == foreseen


class Struck(Exception):
    """A worker that dies here."""


@pytest.mark.parametrize("strike", range(1, 9))
def test_a_worker_that_dies_loses_and_doubles_nothing(uow, catalog, monkeypatch, strike):
    """Small chunks, and every so many of them dies after its work, before its commit."""
    monkeypatch.setattr(staging, "CHUNK", 60)
    monkeypatch.setattr(judging, "DOCUMENTS", 12)
    monkeypatch.setattr(placing, "ITEMS_AT_ONCE", 40)
    rows, count = generated_rows(260, seed=5), itertools.count(1)

    def dying(chunk):
        def work(job):
            step = chunk(job)
            if next(count) % 9 == strike:
                raise Struck
            return step

        return work

    made = start_import(file=as_file(rows), name="orders.csv")
    options = {"create_missing_items": True, "opening_stock_location": str(catalog.leeds.id)}
    set_mapping(import_id=made.id, options=options)
    for module, name in ((staging, "stage_chunk"), (checking, "check_chunk"), (placing, "place_chunk")):
        monkeypatch.setattr(f"channels.jobs.{name}", dying(getattr(module, name)))
    for start in (start_check, start_placing):
        made = start(import_id=made.id)
        while made.state in ("checking", "placing"):
            try:
                made = run(made)
            except Struck:
                made = Import.objects.get(id=made.id)
    assert next(count) > 20
    report = queries.reconcile(made.id)
    assert report.balanced
    assert report.file.rows == ImportRow.objects.count() == 260
    assert report.orders == Order.objects.count() == report.documents["order"]
    assert OrderLine.objects.count() == report.outcomes["order"].rows
    assert report.opening_units == report.lines["goods"].units
    assert report.short_units == 0
    assert_book_adds_up()


def test_a_cancelled_import_goes_on_where_it_was(uow, catalog, monkeypatch):
    monkeypatch.setattr(judging, "DOCUMENTS", 10)
    rows = generated_rows(300, seed=9)
    made = imported(as_file(rows), place=False, create_missing_items=True, opening_stock_location=str(catalog.leeds.id))
    whole = queries.reconcile(made.id)
    made = start_placing(import_id=made.id)
    while not Order.objects.exists():
        run_chunk(made.tenant_id, made.job_id)
    cancel_import(import_id=made.id)
    assert not run_chunk(made.tenant_id, made.job_id)
    assert Job.objects.get(id=made.job_id).state == "cancelled"
    part = Order.objects.count()
    assert 0 < part < whole.documents["order"]
    with pytest.raises(NotAllowed, match="imported already"):
        set_mapping(import_id=made.id, columns={"order": "InvoiceNo"})
    made = run(start_check(import_id=made.id))
    assert queries.reconcile(made.id).documents["order"] == whole.documents["order"] - part
    run(start_placing(import_id=made.id))
    assert Order.objects.count() == whole.documents["order"]
    stocked = Movement.objects.filter(reason__startswith="Generated").values_list("quantity", flat=True)
    assert sum(stocked) == whole.lines["goods"].units


def test_an_overlong_document_is_refused_but_counted(uow, catalog, monkeypatch):
    for module in (judging, checking):
        monkeypatch.setattr(module, "LINES_MAX", 5)
    monkeypatch.setattr("channels.documents.classifying.LINES_MAX", 5)
    made = imported(wholesale(SALE, *[SALE.replace("540001", "540002")] * 12), place=False)
    report = queries.reconcile(made.id)
    assert report.balanced
    assert (report.outcomes["error"].rows, report.outcomes["order"].rows) == (12, 1)
    assert set(outcomes(made).values()) == {"order", "error"}


def test_shortage_can_refuse(uow, catalog):
    made = imported(wholesale(SALE, SALE.replace("540001", "540002").replace(",6,", ",900,")), on_shortage="refuse")
    assert outcomes(made) == {2: "order", 3: "error"}
    (row,) = queries.import_rows(made.id, ["error"])
    assert "available" in row.reason
    assert queries.reconcile(made.id).balanced


def test_half_a_file_keeps_its_whole_orders(uow, catalog):
    made = imported(io.BytesIO(wholesale(SALE, MORE).getvalue() + b'540003,TEA,"CUT HE'))
    assert outcomes(made) == {2: "order", 3: "order", 4: "error"}
    (row,) = queries.import_rows(made.id, ["error"])
    assert (row.row, row.document) == (4, "540003")
    assert "never closed" in row.reason


def test_hostile_cells_are_kept_as_text_and_written_back_harmless(uow, catalog):
    evil = """540004,MUG-BLU,"=HYPERLINK(""http://x"",""y"")",-1,2011-03-01 10:00:00,1,1,<script>'; DROP TABLE x;--"""
    made = imported(wholesale(SALE, evil), place=False)
    assert ImportRow.objects.get(import_id=made.id, row=3).values[2] == '=HYPERLINK("http://x","y")'
    (row,) = queries.outcome_rows(made.id, ["error"])
    assert row[:2] == [3, "error"]
    written = "".join(csv_lines(queries.download_header(made.header), [row]))
    assert """\"'=HYPERLINK(""http://x"",""y"")\"""" in written


def test_the_mapping_is_remembered_for_the_same_columns(uow, catalog):
    text = "Nummer;Artikel;Menge;Preis\n1;TEA;2;9,80\n"
    made = start_import(file=io.BytesIO(text.encode()), name="bestellungen.csv")
    with pytest.raises(Invalid) as missing:
        start_check(import_id=made.id)
    assert {each.field for each in missing.value.fields} == {"columns.order", "columns.sku", "columns.quantity"}
    with pytest.raises(Invalid) as wrong:
        set_mapping(import_id=made.id, columns={"order": "Number", "colour": "Preis"})
    assert {each.field for each in wrong.value.fields} == {"columns.order", "columns.colour"}
    columns = {"order": "Nummer", "sku": "Artikel", "quantity": "Menge", "unit_price": "Preis"}
    options = {"decimal_comma": True, "opening_stock_location": str(catalog.leeds.id)}
    set_mapping(import_id=made.id, columns=columns, options=options, save_as="Laden")
    run(start_check(import_id=made.id))
    assert queries.reconcile(made.id).file.money == Decimal("19.60")
    other = start_import(file=io.BytesIO(b"Preis;Menge;Artikel;Nummer\n1,5;1;TEA;2\n"), name="mehr.csv")
    assert other.columns == columns
    assert other.dialect["mapped_by"] == "Laden"
    assert (other.options["decimal_comma"], other.options["opening_stock_location"]) == (True, "")
    assert Mapping.objects.count() == 1


def test_a_changed_mapping_is_read_anew(uow, catalog):
    made = imported(wholesale(SALE), place=False)
    made = set_mapping(import_id=made.id, columns={**made.columns, "order": "CustomerID"})
    assert made.state == "uploaded"
    run(start_check(import_id=made.id))
    assert list(ImportDocument.objects.values_list("document", flat=True)) == ["17850"]


def test_the_channel_must_be_named_where_there_are_several(uow, catalog):
    create_channel(code="market", name="Market place", kind="shop")
    with pytest.raises(Invalid) as refused:
        start_import(file=wholesale(SALE), name="orders.csv")
    assert refused.value.fields[0].field == "channel_id"


def test_making_items_and_stock_needs_those_permissions(tenant, uow, catalog):
    made = imported(wholesale(SALE), place=False, create_missing_items=True)
    with (
        unit_of_work(tenant.id, Actor("user", "1", "Ivy", frozenset({"orders.import"}))),
        pytest.raises(Forbidden, match=r"items\.edit"),
    ):
        start_placing(import_id=made.id)


def test_a_stranger_sees_no_import(uow, catalog, other_tenant):
    made = imported(wholesale(SALE))
    with unit_of_work(other_tenant.id, uow.actor):
        assert not queries.visible_imports().exists()
        assert list(queries.outcome_rows(made.id, ["order"])) == []


def test_statements_do_not_grow_with_the_rows(uow, catalog, django_assert_max_num_queries):
    """A chunk costs so many statements whether it holds 50 rows or 500 (the orders themselves included)."""
    for rows in (50, 500):
        made = imported(as_file(generated_rows(rows, seed=rows)), place=False, create_missing_items=True)
        made = start_placing(import_id=made.id)
        while Job.objects.get(id=made.job_id).cursor != {"phase": "documents", "after": 0}:
            run_chunk(made.tenant_id, made.job_id)
        with django_assert_max_num_queries(75):
            run_chunk(made.tenant_id, made.job_id)
        assert run(made).state == "done"


def test_a_slice_of_real_trade(uow, catalog):
    if not REAL_FILE.exists():
        pytest.skip(f"NOT TESTED ON REAL TRADE: {REAL_FILE.name} is not beside this checkout.")
    with gzip.open(REAL_FILE, "rt", encoding="utf-8", newline="") as text:
        lines = list(itertools.islice(text, 3_001))
    by_hand = list(csv.DictReader(lines))
    made = imported(io.BytesIO("".join(lines).encode()), create_missing_items=True)
    report = queries.reconcile(made.id)
    assert report.balanced
    assert report.file.rows == 3_000
    assert report.file.money == sum((int(row["Quantity"]) * Decimal(row["UnitPrice"]) for row in by_hand), Decimal(0))
    assert "error" not in report.outcomes
    assert report.orders == report.documents["order"] == Order.objects.count()
