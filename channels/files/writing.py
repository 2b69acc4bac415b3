"""CSV that we write: a cell can never become a formula in somebody's spreadsheet."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
PLAIN_NUMBER = re.compile(r"^[-+]?\d[\d.,]*$")


def safe_cell(value: object) -> str:
    """The value as text, with a leading ``'`` where a spreadsheet would run it. Numbers stay numbers."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) and not PLAIN_NUMBER.match(text) else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file line by line, for a streamed answer."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in itertools.chain([header], rows):
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([safe_cell(value) for value in row])
        yield buffer.getvalue()
