"""What a document is, what its rows become, and that sums never lose a cent."""

from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.documents.classifying import Known, classify
from channels.documents.drafts import DraftProblem, draft_of
from channels.documents.matching import Sale, match_credit
from channels.documents.outcomes import Tally, Totals, summed
from channels.documents.reading import DocumentReader, RawRow
from channels.mapping.guessing import guess
from channels.mapping.options import Options, options_from
from tests.channels.files import COLUMNS, generated_rows
from tests.channels.test_mapping import SHOPIFY

GUESS = guess(COLUMNS)
OPTIONS = options_from(GUESS.options)
CHANNEL = uuid4()


def reader(options: Options = OPTIONS) -> DocumentReader:
    return DocumentReader(COLUMNS, GUESS.columns, options)


def document(key: str, *lines: str, options: Options = OPTIONS):
    """Lines are ``code,title,quantity,price,customer,country``, at one time."""
    rows = []
    for number, line in enumerate(lines, start=2):
        code, title, quantity, price, customer, country = line.split(",")
        rows.append(RawRow(number, [key, code, title, quantity, "2011-03-01 10:00:00", price, customer, country]))
    return reader(options).document(key, rows)


def draft(document, options: Options = OPTIONS):
    return draft_of(document, options, channel_id=CHANNEL, has_addresses=False)


GOODS = "85123A,HOLDER,6,2.55,17850,United Kingdom"


@pytest.mark.parametrize(
    ("key", "lines", "outcome"),
    [
        ("536365", [GOODS, "POST,POSTAGE,1,18.00,17850,France"], "order"),
        ("536366", ["22139,,5,0.0,,EIRE"], "order"),
        ("536367", ["M,Manual,1,5.00,,EIRE"], "order"),
        ("C536383", ["35004C,DUCKS,-1,4.65,15311,EIRE"], "cancellation"),
        ("C536384", ["D,Discount,-1,27.50,14527,EIRE"], "cancellation"),
        ("536589", ["21777,wet pallet,-10,0.0,,EIRE"], "stock_note"),
        ("A563185", ["B,Adjust bad debt,1,11062.06,,EIRE"], "adjustment"),
        ("A563186", ["B,Adjust bad debt,1,-11062.06,,EIRE"], "adjustment"),
        ("536779", ["BANK CHARGES,Bank Charges,1,15.00,,EIRE"], "adjustment"),
        ("537632", ["AMAZONFEE,AMAZON FEE,1,13541.33,,EIRE"], "adjustment"),
        ("536368", [GOODS, "B,Bad debt,1,3.00,17850,EIRE"], "order"),
        ("536369", ["85123A,HOLDER,-6,2.55,17850,EIRE"], "error"),
        ("536370", [GOODS, "85123A,HOLDER,1,-2.55,17850,EIRE"], "error"),
        ("536371", [GOODS, "85123A,HOLDER,six,2.55,17850,EIRE"], "error"),
        ("536372", ["85123A,HOLDER,99999999,2.55,17850,EIRE"], "error"),
        ("536373", ["85123A,HOLDER,0,2.55,17850,EIRE"], "error"),
        ("536374", ["85123A,HOLDER,1,,17850,EIRE"], "error"),
        ("536375", [GOODS, "85123A,HOLDER,1,2.55,17851,EIRE"], "error"),
        ("536376", ["85123A,HOLDER,1,2.55,17850,Atlantis"], "error"),
        ("CUPS-1", [GOODS], "order"),
    ],
)
def test_each_document_is_one_thing(key, lines, outcome):
    found = classify(document(key, *lines), OPTIONS)
    assert found.verdict.outcome == outcome
    assert outcome in ("order", "cancellation") or found.verdict.reason


def test_one_bad_row_refuses_its_order_and_is_named():
    found = classify(document("536371", GOODS, "85123A,HOLDER,six,2.55,17850,EIRE"), OPTIONS)
    assert found.of(2).outcome == found.of(3).outcome == "error"
    assert "Row 3" in found.of(2).reason
    assert found.of(3).field == "quantity"
    assert "“six” is not a whole number" in found.of(3).reason


@pytest.mark.parametrize("cells", [["1", "A", "x"], ["1", "A", "x", "1", "2011-03-01", "2.5", "1", "EIRE", "extra"]])
def test_rows_with_too_few_or_too_many_cells_are_named(cells):
    found = classify(reader().document("1", [RawRow(2, cells)]), OPTIONS)
    assert found.verdict.outcome == "error"
    assert f"{len(cells)} cells where the header names 8" in found.verdict.reason


def test_empty_cells_at_the_end_are_no_error():
    raw = RawRow(2, ["1", "A", "x", "1", "2011-03-01 10:00", "2.5", "1", "EIRE", "", ""])
    assert classify(reader().document("1", [raw]), OPTIONS).verdict.outcome == "order"


def test_what_is_known_already_is_skipped_or_a_conflict():
    mine = document("536365", GOODS)
    assert classify(mine, OPTIONS, Known("order #1001", mine.content)).verdict.outcome == "duplicate"
    assert classify(mine, OPTIONS, Known("order #1001", "other")).verdict.outcome == "conflict"
    assert classify(mine, OPTIONS, Known("order #1001")).verdict.outcome == "conflict"


def test_choices_change_what_a_document_is():
    free = document("536366", "22139,found,5,0.0,,EIRE")
    assert classify(free, options_from({"zero_price": "note"}, OPTIONS)).verdict.outcome == "stock_note"
    negative = document("536370", GOODS, "85123A,HOLDER,1,-2.55,17850,EIRE")
    keeps = options_from({"negative_price": "adjustment"}, OPTIONS)
    assert classify(negative, keeps).verdict.outcome == "order"
    assert [line.kind for line in draft(negative, keeps).lines] == ["goods", "adjustment"]
    none = options_from({"cancel_prefix": ""}, OPTIONS)
    assert classify(document("C1", "85123A,x,-1,2,1,EIRE", options=none), none).verdict.outcome == "error"


def test_repeated_rows_are_lines_of_their_own_and_titles_are_kept():
    found = draft(document("536365", GOODS, GOODS, "85123a,holder (new) ,1,0.0,17850,EIRE"))
    assert [line.quantity for line in found.lines] == [6, 6, 1]
    assert [line.title for line in found.lines] == ["HOLDER", "HOLDER", "holder (new)"]
    assert [line.unit_price for line in found.lines] == [Decimal("2.55"), Decimal("2.55"), Decimal("0.0")]


def test_case_variants_of_a_code_are_one_article():
    lines = document("1", "84970S,x,1,1.0,1,EIRE", "84970s,x,1,1.0,1,EIRE").lines
    assert {line.key for line in lines} == {"84970S"}
    assert reader().match_key(["1", "84970s", "", "", "", "", "17850", ""]) == "17850\t84970S"


def test_two_times_in_one_document_the_first_counts():
    rows = [
        RawRow(2, ["1", "A", "", "1", "2011-03-01 10:01:00", "1", "1", "EIRE"]),
        RawRow(3, ["1", "A", "", "1", "2011-03-01 10:00:00", "1", "1", "EIRE"]),
    ]
    assert reader().document("1", rows).placed_at.minute == 0


def test_a_draft_keeps_the_document_s_own_money_and_says_what_is_unknown():
    found = draft(document("536365", GOODS, "POST,POSTAGE,2,18.00,17850,EIRE", "D,Off,-1,3.00,17850,EIRE"))
    assert found.imported_total == Decimal("48.30")
    assert [(line.kind, line.quantity, line.unit_price) for line in found.lines] == [
        ("goods", 6, Decimal("2.55")), ("shipping", 2, Decimal("18.00")), ("discount", 1, Decimal("-3.00")),
    ]  # fmt: skip
    assert (found.ship_to.country, found.currency, found.customer_external_id) == ("GB", "GBP", "17850")
    assert found.attributes == {"address_known": False}
    assert draft(document("1", "A,x,1,1.0,,Unspecified")).ship_to.country == ""


def test_a_shop_s_order_is_read_with_its_tax_and_addresses():
    columns, options = guess(SHOPIFY).columns, options_from(guess(SHOPIFY).options)
    first = {
        "Name": "#1001", "Email": "a@example.com", "Financial Status": "paid", "Currency": "EUR", "Shipping": "5.00",
        "Taxes": "4.00", "Total": "29.00", "Created at": "2026-03-04 10:00:00 -0500", "Lineitem quantity": "2",
        "Lineitem name": "Mug", "Lineitem price": "10.00", "Lineitem sku": "MUG", "Shipping Name": "Ann Example",
        "Shipping Address1": "1 Street", "Shipping City": "Leeds", "Shipping Zip": "LS1", "Shipping Country": "GB",
        "Tags": "vip, gift",
    }  # fmt: skip
    second = {"Name": "#1001", "Email": "a@example.com", "Lineitem quantity": "1", "Lineitem price": "0.00",
              "Lineitem sku": "", "Lineitem name": "Sticker"}  # fmt: skip
    rows = [RawRow(n, [each.get(name, "") for name in SHOPIFY]) for n, each in enumerate((first, second), start=2)]
    order = DocumentReader(SHOPIFY, columns, options).document("#1001", rows)
    assert classify(order, options).verdict.outcome == "order"
    found = draft_of(order, options, channel_id=CHANNEL, has_addresses=True)
    assert (found.imported_total, found.payment_state, found.tags) == (Decimal("29.00"), "paid", ("vip", " gift"))
    assert [line.tax for line in found.lines] == [Decimal("4.00"), Decimal("0.00")]
    assert found.lines[1].sku == "Sticker"
    assert (found.ship_to.city, found.placed_at.hour) == ("Leeds", 15)
    done = {**first, "Fulfillment Status": "fulfilled"}
    closed = DocumentReader(SHOPIFY, columns, options).document("#1", [RawRow(2, [done.get(n, "") for n in SHOPIFY])])
    assert classify(closed, options).verdict.outcome == "closed"


def test_an_unreadable_order_field_is_named():
    columns = {**GUESS.columns, "shipping": "Country"}
    found = DocumentReader(COLUMNS, columns, OPTIONS).document(
        "1", [RawRow(2, ["1", "A", "", "1", "", "1", "1", "dear"])]
    )
    with pytest.raises(DraftProblem) as bad:
        draft(found)
    assert bad.value.field == "shipping"


def sales(*given):
    return [Sale(ref, None, Decimal(price), units) for ref, price, units in given]


@pytest.mark.parametrize(
    ("book", "quantity", "price", "takes"),
    [
        ([("a", "1", 5), ("b", "1", 5)], 5, "1", [("b", 5)]),
        ([("a", "1", 5), ("b", "2", 5)], 5, "1", [("a", 5)]),
        ([("a", "1", 5), ("b", "1", 9)], 5, "1", [("a", 5)]),
        ([("a", "1", 9), ("b", "1", 9)], 5, "1", [("b", 5)]),
        ([("a", "1", 3), ("b", "1", 4)], 5, "1", [("b", 4), ("a", 1)]),
        ([("a", "1", 3), ("b", "2", 4)], 5, "1", [("a", 3), ("b", 2)]),
        ([("a", "1", 3)], 5, "1", []),
        ([], 5, "1", []),
    ],
)
def test_a_credit_takes_back_the_likeliest_sale(book, quantity, price, takes):
    found = match_credit(sales(*book), quantity=quantity, price=Decimal(price), at=None)
    assert [tuple(each) for each in found] == takes


@given(
    st.lists(st.tuples(st.integers(1, 50), st.sampled_from(["1", "2"])), max_size=8),
    st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["1", "2"])), max_size=12),
)
def test_credits_never_take_more_than_was_sold(sold, credits):
    book = sales(*((n, price, units) for n, (units, price) in enumerate(sold)))
    taken = 0
    for quantity, price in credits:
        takes = match_credit(book, quantity=quantity, price=Decimal(price), at=None)
        assert sum(take.units for take in takes) in (0, quantity)
        taken += sum(take.units for take in takes)
    assert all(sale.open >= 0 for sale in book)
    assert taken + sum(sale.open for sale in book) == sum(units for units, _ in sold)


CELLS = st.one_of(st.integers(-500, 500).map(str), st.sampled_from(["", "x", "1.5", "=1+1", "-0", "7.0"]))
PRICES = st.one_of(st.decimals(-20, 500, places=3).map(str), st.sampled_from(["", "free", "0.0", "1.23456"]))
KEYS = st.sampled_from(["1", "2", "C3", "C4", "A5", "", "6"])
ROWS = st.lists(
    st.tuples(KEYS, st.sampled_from(["A", "a", "POST", "B", ""]), CELLS, PRICES, st.sampled_from(["", "7", "8"])),
    max_size=40,
)


@given(ROWS)
def test_the_outcomes_always_add_up_to_the_file(rows):
    """Whatever the rows: each has one outcome, and rows, units and money of all outcomes equal the file's."""
    read, tally, by_key = reader(), Tally(), {}
    raw = [
        RawRow(number, [key, code, "t", units, "2011-03-01 10:00", price, customer, "EIRE"])
        for number, (key, code, units, price, customer) in enumerate(rows, start=2)
    ]
    for each in raw:
        by_key.setdefault(read.document_key(each), []).append(each)
    for key, its in by_key.items():
        found = read.document(key, its)
        verdicts = classify(found, OPTIONS)
        for line in found.lines:
            tally.add(verdicts.of(line.row).outcome, line.totals)
    again = Tally(tally.to_json())
    assert summed(again.by_name.values()) == summed(map(read.totals, raw))
    assert summed(again.by_name.values()).rows == len(rows)


def test_sums_are_those_of_the_file_to_the_last_digit():
    rows = generated_rows(2_000)
    by_hand = sum((int(row[3]) * Decimal(row[5]) for row in rows), Decimal(0))
    totals = summed(reader().totals(RawRow(n, row)) for n, row in enumerate(rows))
    assert totals == Totals(2_000, sum(int(row[3]) for row in rows), by_hand)
