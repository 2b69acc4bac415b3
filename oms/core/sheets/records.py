"""Records of a plain text file, from any byte on, with what is broken named instead of swallowed.

``csv.reader`` alone turns one forgotten quotation mark into a cell that holds the rest of the file.
Here a record that never closes costs its first line only: that line becomes a record with a
``problem``, and reading goes on behind it.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

CELL_MAX = 5_000
LINES_MAX = 100
LINE_BYTES_MAX = 1024 * 1024
FIRST_DATA_ROW = 2
# PostgreSQL keeps no NUL in text; its picture shows where it stood.
NUL, NUL_SHOWN = "\0", "␀"


class Record(NamedTuple):
    """``row`` counts as a spreadsheet does (the header is 1); ``end`` is the byte behind this record."""

    row: int
    values: list[str]
    end: int
    problem: str = ""


class _NeverCloses(Exception):
    """A quoted cell has run over more lines than any real one."""


class _Lines:
    """Feeds ``csv.reader``, and remembers the lines that the current record has taken."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.put_back: deque[bytes] = deque()
        self.taken: list[bytes] = []
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= LINES_MAX:
            raise _NeverCloses
        line = self.put_back.popleft() if self.put_back else self.file.readline(LINE_BYTES_MAX)
        if not line:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        return line.decode(errors="replace")

    def begin(self) -> None:
        self.taken = []
        self.ended = False

    def keep_first(self) -> bytes:
        """Give back all but the first line of a record that turned out to be none."""
        first, *rest = self.taken
        self.put_back.extendleft(reversed(rest))
        return first


def records(file: BinaryIO, *, delimiter: str, start: int = 0, row: int = 1) -> Iterator[Record]:
    """Every record from byte ``start`` on, the first of them being ``row``. Blank lines count but are not yielded."""
    file.seek(start)
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter)
    end = start
    while True:
        lines.begin()
        problem = ""
        try:
            values = next(reader)
        except StopIteration:
            return
        except (_NeverCloses, csv.Error):
            values, problem = _broken(lines, delimiter)
        else:
            # The reader asks for a line behind the last one only when a quoted cell is still open.
            if lines.ended or (len(lines.taken) > 1 and _swallowed(lines.taken, delimiter)):
                values, problem = _broken(lines, delimiter)
        taken = lines.taken[:1] if problem else lines.taken
        end += sum(map(len, taken))
        if any(b"\0" in line for line in taken):
            values = [value.replace(NUL, NUL_SHOWN) for value in values]
            problem = problem or "The row holds a NUL byte (shown as ␀): the file was damaged. Export it again."
        if problem or any(values):
            yield Record(row, values, end, problem)
        row += 1


def shape_problem(values: Sequence[str], width: int) -> str:
    """Why these cells are no row of a table that is ``width`` columns wide; empty when they are."""
    count = len(values)
    if count != width and (count < width or any(values[width:])):
        return (
            f"The row has {count} cells where the header names {width}. "
            "A delimiter is missing, or one stands inside a cell without quotation marks."
        )
    if sum(map(len, values)) > CELL_MAX and len(max(values, key=len)) > CELL_MAX:
        return f"A cell holds more than {CELL_MAX:,} characters."
    return ""


def _swallowed(taken: list[bytes], delimiter: str) -> bool:
    """Did a stray mark close at the next mark lines below? Then something follows it that cannot."""
    try:
        list(csv.reader((line.decode(errors="replace") for line in taken), delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _broken(lines: _Lines, delimiter: str) -> tuple[list[str], str]:
    text = lines.keep_first().decode(errors="replace").rstrip("\n")
    values = [value.strip('"')[:1000] for value in text.split(delimiter)]
    return values, (
        "The row opens a quotation mark that is never closed: the file was cut off here, or the mark is stray. "
        "Export it again, or double the mark inside the cell."
    )
