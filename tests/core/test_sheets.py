"""Reading whatever comes: containers, encodings, delimiters, broken and hostile files."""

import csv
import gzip
import io
import tracemalloc
from decimal import Decimal
from itertools import islice

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from oms.core.errors import Invalid
from oms.core.sheets.intake import FileTooLarge, NotReadable, take_in
from oms.core.sheets.layout import layout_of
from oms.core.sheets.records import records
from oms.core.sheets.writing import csv_lines, plain_cell, safe_cell, write_workbook


def taken(raw: bytes, **options):
    plain = io.BytesIO()
    return take_in(io.BytesIO(raw), plain, **options), plain


def read(raw: bytes, **options):
    _, plain = taken(raw, **options)
    layout = layout_of(plain)
    return layout, list(records(plain, delimiter=layout.delimiter, start=layout.start, row=layout.row))


TEXT = "Order,Item,Price\n1,Café £5 gift,2.50\n"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_usual_encoding_is_found_packed_or_not(raw, encoding, pack):
    found, plain = taken(pack(raw))
    assert found.encoding == encoding
    assert found.container == ("csv" if pack is bytes else "csv.gz")
    assert plain.getvalue() == TEXT.encode()


def test_an_encoding_can_be_named():
    _, plain = taken("Order,Item\n1,Łódź\n".encode("cp1250"), encoding="cp1250")
    assert "Łódź" in plain.getvalue().decode()
    with pytest.raises(Invalid) as refused:
        taken(b"a,b\n", encoding="klingon")
    assert refused.value.fields[0].field == "encoding"


def test_an_undecodable_byte_is_named_with_its_line():
    with pytest.raises(NotReadable, match=r"Line 3 holds a byte \(0x81\)"):
        taken(b"Order,Item\n1,a\n2,\x81\xff\n")


@pytest.mark.parametrize(
    "raw", [b"", b"  \n ", b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n....", bytes(range(256)) * 40 + bytes(4000)]
)
def test_what_is_no_text_is_refused(raw):
    with pytest.raises(NotReadable):
        read(raw)


def test_a_cut_gzip_is_refused_whole():
    packed = gzip.compress(("Order,Item\n" + "".join(f"{n},x{n * n}\n" for n in range(9999))).encode())
    with pytest.raises(NotReadable, match="cut short"):
        taken(packed[: len(packed) // 2])


def test_the_limit_counts_opened_bytes():
    bomb = gzip.compress(b"Order,Item\n" + b"1,aaaaaaaaaaaaaaaa\n" * 200_000)
    with pytest.raises(FileTooLarge, match="larger than 1 MB"):
        taken(bomb, limit=1024 * 1024)


@pytest.mark.parametrize(("delimiter", "ends"), [(",", "\n"), (";", "\r\n"), ("\t", "\r"), ("|", "\n")])
def test_delimiters_and_line_ends(delimiter, ends):
    text = ends.join([delimiter.join(["Order", "Item", "Price"]), delimiter.join(["1", '"say ""hi"""', "2"]), ""])
    layout, rows = read(text.encode())
    assert layout.delimiter == delimiter
    assert layout.header == ("Order", "Item", "Price")
    assert rows[0].values == ["1", 'say "hi"', "2"]


def test_excel_may_name_the_delimiter_itself():
    layout, rows = read(b"sep=;\nOrder;Item,name\n1;a\n")
    assert layout.header == ("Order", "Item,name")
    assert [row.values for row in rows] == [["1", "a"]]


def test_header_names_are_made_unique_and_data_is_no_header():
    layout, _ = read(b"Order,,Order,\n1,2,3,4\n")
    assert layout.header == ("Order", "Column 2", "Order (2)", "Column 4")
    with pytest.raises(NotReadable, match="holds data"):
        read(b"536365,6,2.55\n536366,7,2.55\n")
    with pytest.raises(NotReadable, match="at least two columns"):
        read(b"just words\nno columns\n")


def test_a_file_cut_inside_a_quote_costs_only_the_rows_it_hit():
    _, rows = read(b'Order,Item\n1,a\n2,"b\n3,c\n4,"never clo')
    assert [(row.row, row.values[0], bool(row.problem)) for row in rows] == [
        (2, "1", False), (3, "2", True), (4, "3", False), (5, "4", True),
    ]  # fmt: skip
    assert "never closed" in rows[1].problem


def test_a_stray_quote_does_not_swallow_what_follows():
    many = "".join(f"{n},x\n" for n in range(500))
    _, rows = read(f'Order,Item\n1,"stray\n{many}'.encode())
    assert len(rows) == 501
    assert [row.row for row in rows if row.problem] == [2]


def test_inch_marks_and_line_breaks_in_cells_are_fine():
    _, rows = read(b'Order,Item\n1,FRAME 7" SINGLE\n2,"two\nlines"\n')
    assert [(row.values, row.problem) for row in rows] == [(["1", 'FRAME 7" SINGLE'], ""), (["2", "two\nlines"], "")]


def test_nul_bytes_are_shown_and_named():
    _, rows = read(b"Order,Item\n1,a\0b\n" + b"2,plain text that is long enough\n" * 9)
    assert rows[0].values == ["1", "a␀b"]
    assert "NUL" in rows[0].problem
    assert not any(row.problem for row in rows[1:])


def test_reading_goes_on_from_any_records_end():
    _, plain = taken(("Order,Item\n\n" + "".join(f'{n},"a\n{n}"\n\n' for n in range(50))).encode())
    whole = list(records(plain, delimiter=","))
    for stop in range(1, len(whole)):
        last = whole[stop - 1]
        onwards = next(records(plain, delimiter=",", start=last.end, row=last.row + 1))
        assert onwards.values == whole[stop].values


def test_a_workbook_is_read_as_its_first_sheet():
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order", "Quantity", "Price", "Item"])
        sheet.write_row(1, 0, [536365, 6, 2.55, "a, b"])
    found, plain = taken(raw.getvalue())
    assert found.container == "workbook"
    assert plain.getvalue() == b'Order,Quantity,Price,Item\n536365,6,2.55,"a, b"\n'
    with pytest.raises(NotReadable):
        taken(b"PK\x03\x04 no workbook at all")


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("w") as out:
        out.write("Order,Item,Description\n")
        out.writelines(f"{n},item-{n % 97},a description of usual length\n" for n in range(300_000))
    size = path.stat().st_size
    with path.open("rb") as source, (tmp_path / "plain").open("w+b") as plain:
        tracemalloc.start()
        take_in(source, plain)
        count = sum(1 for _ in records(plain, delimiter=","))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 300_001
    assert peak < size / 2


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_cell_we_write_is_a_formula(formula):
    assert safe_cell(formula) == "'" + formula
    written = "".join(csv_lines(["Row", "Cell"], [[1, formula]]))
    assert list(csv.reader(io.StringIO(written)))[1][1].startswith("'")


def test_numbers_stay_numbers_when_written():
    assert [safe_cell(value) for value in (-5, "-5", "+1.50", "1,000", None)] == ["-5", "-5", "+1.50", "1,000", ""]
    assert list(islice(csv_lines(["a"], ([n] for n in range(10**9))), 3)) == ["a\r\n", "0\r\n", "1\r\n"]


@given(st.text(alphabet="'=+-@1a,\t", max_size=6))
def test_what_we_write_is_read_back_as_it_was(text):
    assert plain_cell(safe_cell(text)) == text


def test_a_workbook_that_we_write_holds_no_formula_and_is_read_back():
    target = io.BytesIO()
    write_workbook(target, ["SKU", "Units", "Price"], [["=cmd|' /C calc'!A0", 3, Decimal("2.55")], ["007", -1, None]])
    _, rows = read(target.getvalue())
    assert [row.values for row in rows] == [["'=cmd|' /C calc'!A0", "3", "2.55"], ["007", "-1", ""]]
