"""Tables that we write: a cell can never become a formula in somebody's spreadsheet."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import BinaryIO

PLAIN_NUMBER = re.compile(r"^[-+]?\d[\d.,]*$")
# With marks before it already, so that taking one mark off always gives back what was written.
RUNS = re.compile(r"'*[=+\-@\t\r\n]")


def safe_cell(value: object) -> str:
    """The value as text, with a leading ``'`` where a spreadsheet would run it. Numbers stay numbers."""
    text = "" if value is None else str(value)
    return f"'{text}" if RUNS.match(text) and not PLAIN_NUMBER.match(text) else text


def plain_cell(text: str) -> str:
    """What `safe_cell` was given: the mark that stands before a formula's first letter is not part of the text."""
    return text[1:] if text.startswith("'") and RUNS.match(text) else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file line by line, for a streamed answer."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in itertools.chain([header], rows):
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([safe_cell(value) for value in row])
        yield buffer.getvalue()


def write_workbook(target: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One sheet, written row by row in little memory; text stays text, whatever it looks like."""
    import xlsxwriter

    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate(itertools.chain([header], rows)):
        for column, value in enumerate(row):
            if isinstance(value, int | Decimal) and _exact(value):
                sheet.write_number(at, column, float(value))
            elif value not in (None, ""):
                sheet.write_string(at, column, safe_cell(value))
    book.close()


def _exact(value: int | Decimal) -> bool:
    """A workbook's numbers have some 15 digits; what has more is written as text."""
    return Decimal(repr(float(value))) == value
