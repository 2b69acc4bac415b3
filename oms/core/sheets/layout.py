"""Find a text file's delimiter and header."""

import csv
import re
from dataclasses import dataclass
from typing import BinaryIO

from oms.core.sheets.intake import NotReadable
from oms.core.sheets.records import records

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAMPLE_BYTES, SAMPLE_LINES = 65536, 50
COLUMNS_MAX = 300
NAMES_DELIMITER = re.compile(r"^\"?sep=(.)\"?$", re.IGNORECASE)
LOOKS_LIKE_DATA = re.compile(r"^[-+]?[\d.,:/ -]+$")


@dataclass(frozen=True)
class Layout:
    """``start`` is the byte of the first record behind the header, ``row`` its number."""

    delimiter: str
    header: tuple[str, ...]
    start: int
    row: int


def layout_of(file: BinaryIO) -> Layout:
    """Raises `NotReadable` where no line names columns."""
    file.seek(0)
    lines = file.read(SAMPLE_BYTES).decode(errors="replace").split("\n")[:SAMPLE_LINES]
    named = NAMES_DELIMITER.match(lines[0].strip())
    delimiter = named[1] if named else _most_likely(lines)
    rows = records(file, delimiter=delimiter)
    if named:
        next(rows, None)
    first = next(rows, None)
    if first is None:
        raise NotReadable("The file is empty. Export it again.")
    if first.problem:
        raise NotReadable(f"The first line, which should name the columns, cannot be read. {first.problem}")
    return Layout(delimiter, _header(first.values), first.end, first.row + 1)


def _most_likely(lines: list[str]) -> str:
    """The delimiter that cuts most lines into the same number of cells, and more than one."""

    def score(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        if not widths or widths[0] < 2:
            return (0, 0)
        return (sum(width == widths[0] for width in widths) * 100 // len(widths), widths[0])

    best = max(DELIMITERS, key=score)
    if score(best) == (0, 0):
        raise NotReadable(
            "The first line does not name at least two columns, separated by comma, semicolon, tab or bar. "
            "Add a header line, or export the file as CSV."
        )
    return best


def _header(values: list[str]) -> tuple[str, ...]:
    """Every column gets a name of its own: blanks are numbered, and so are repetitions."""
    if len(values) > COLUMNS_MAX:
        raise NotReadable(f"The header names {len(values)} columns; at most {COLUMNS_MAX} can be read.")
    given = [value.strip() for value in values]
    if sum(bool(LOOKS_LIKE_DATA.match(value)) for value in given if value) * 2 > len(given):
        raise NotReadable(
            "The first line holds data, not column names. Add a line that names the columns, like: SKU,Quantity,Price."
        )
    names: list[str] = []
    for position, name in enumerate(given, start=1):
        name, again = name or f"Column {position}", 2
        while name in names:
            name, again = f"{given[position - 1] or 'Column'} ({again})", again + 1
        names.append(name)
    return tuple(names)
