"""A table that was sent: taken in, kept in its plain form, and read again from any record on."""

import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage

from oms.core.db.keys import uuid7
from oms.core.models import StoredFile
from oms.core.sheets.intake import MEGABYTE, Taken, take_in
from oms.core.sheets.layout import Layout, layout_of
from oms.core.sheets.records import Record, records
from oms.core.tenancy import unit

UPLOAD_MAX = 512 * MEGABYTE
SAMPLES = 200


@dataclass(frozen=True)
class Sheet:
    """What was sent, open: ``samples`` are its first rows, ``plain`` its UTF-8 text."""

    name: str
    taken: Taken
    layout: Layout
    samples: list[list[str]]
    plain: BinaryIO

    @property
    def dialect(self) -> dict[str, object]:
        """How the stored file is read, for `rows_from`."""
        return {
            "container": self.taken.container, "encoding": self.taken.encoding, "delimiter": self.layout.delimiter,
            "start": self.layout.start, "row": self.layout.row, "size": self.taken.size,
        }  # fmt: skip


def take_sheet(file: BinaryIO, name: str, *, encoding: str = "", limit: int | None = UPLOAD_MAX) -> Sheet:
    """Read what was sent: CSV, gzipped CSV or workbook, seekable.

    Raises `NotReadable`, `FileTooLarge` or `Invalid`.
    """
    plain = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it is stored, or let go
    taken = take_in(file, plain, encoding=encoding, limit=limit)
    layout = layout_of(plain)
    rows = records(plain, delimiter=layout.delimiter, start=layout.start, row=layout.row)
    samples = [each.values for each in itertools.islice(rows, SAMPLES)]
    return Sheet(PurePath(name).name, taken, layout, samples, plain)


def store_sheet(sheet: Sheet) -> StoredFile:
    """Storage knows no transactions: a file whose import was rolled back stays behind, named by nobody."""
    sheet.plain.seek(0)
    file_id = uuid7()
    with sheet.plain:
        path = default_storage.save(f"tenants/{unit().tenant_id}/imports/{file_id}.csv", File(sheet.plain))
    return StoredFile.objects.create(
        id=file_id, name=sheet.name[:200], path=path, content_type="text/csv", size=sheet.taken.size,
        sha256=sheet.taken.sha256, created_at=unit().now,
    )  # fmt: skip


def first_place(dialect: dict) -> dict[str, int]:
    """Where the first record behind the header stands."""
    return {"at": dialect["start"], "row": dialect["row"]}


def rows_from(file_id: UUID, dialect: dict, place: dict[str, int], count: int) -> list[Record]:
    """Up to ``count`` records of the stored file from ``place`` on."""
    stored = StoredFile.objects.get(id=file_id)
    with default_storage.open(stored.path) as file:
        rows = records(file, delimiter=dialect["delimiter"], start=place["at"], row=place["row"])
        return list(itertools.islice(rows, count))


def place_behind(rows: Sequence[Record]) -> dict[str, int]:
    return {"at": rows[-1].end, "row": rows[-1].row + 1}


def first_rows(file_id: UUID, dialect: dict, count: int) -> list[list[str]]:
    """To see what a column holds; none where the file is gone."""
    stored = StoredFile.objects.filter(id=file_id).first()
    if stored is None or not default_storage.exists(stored.path):
        return []
    return [each.values for each in rows_from(file_id, dialect, first_place(dialect), count)]


def expected_rows(dialect: dict, place: dict[str, int], done: int) -> int:
    """How many rows the file will have had in the end, from how far ``done`` of them reach."""
    return max(done, done * dialect["size"] // max(place["at"], 1))
