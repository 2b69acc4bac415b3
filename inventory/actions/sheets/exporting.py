"""Write items or stock to a file: part by part, one chunk of the job each, then all parts together."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal

import orjson
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from inventory.queries.exports import EXPORT, WHAT, Table, own_columns, table_of
from inventory.sheets.fields import SEEN
from oms.core.audit import Change, record
from oms.core.db.bulk import to_json
from oms.core.errors import FieldError, Forbidden, Invalid
from oms.core.files import keep, tenant_path
from oms.core.jobs import Step, start_job
from oms.core.models import Job, StoredFile
from oms.core.sheets.writing import csv_lines, write_workbook
from oms.core.tenancy import unit

CSV, XLSX = "csv", "xlsx"
FORMATS = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def start_export(*, what: str, format: str) -> Job:
    """A file of ``what`` (items or stock), as far as the actor may see it. Raises `Invalid`."""
    check_export(what, format)
    job = start_job(kind=EXPORT, title=f"Export of {what}", params={
        "what": what, "format": format, "own": own_columns(what)
    })  # fmt: skip
    record([Change(f"{what}.export", f"Export of {what} started", (("job", job.id),))])
    return job


def check_export(what: str, format: str) -> None:
    problems = []
    if what not in WHAT:
        problems.append(FieldError("what", "unknown_choice", f"Choose one of: {', '.join(WHAT)}."))
    elif not unit().actor.permits(SEEN[what]):
        raise Forbidden(f"You may not export {what}.", verb=SEEN[what])
    if format not in FORMATS:
        problems.append(FieldError("format", "unknown_choice", f"Choose one of: {', '.join(FORMATS)}."))
    if problems:
        raise Invalid(problems[0].message, fields=problems)


def export_chunk(job: Job) -> Step:
    """The rows of the next thousand items as a part of their own; after the last, the file is put together."""
    cursor = job.cursor or {"after": "", "part": 0}
    rows, after = _table(job).page(cursor["after"])
    keep(_part(job, cursor["part"]), "".join(f"{to_json(row)}\n" for row in rows).encode())
    done = {"after": after, "part": cursor["part"] + 1}
    if after:
        return Step(done, done=len(rows))
    stored = _put_together(job, done["part"])
    return Step(done, done=len(rows), finished=True, total=job.done + len(rows), result={"file_id": str(stored.id)})


def drop_parts(job: Job) -> None:
    """Parts of an export that stopped half-way; storage knows no transactions, so each may be gone already."""
    for number in range((job.cursor or {"part": 0})["part"] + 1):
        default_storage.delete(_part(job, number))


def write_table(target, table: Table, format: str, rows: Iterator[Sequence[object]]) -> None:
    """``rows`` as a file of this format."""
    if format == XLSX:
        write_workbook(target, table.header, rows)
        return
    # The mark tells spreadsheets that the file is UTF-8.
    target.write("\ufeff".encode())
    target.writelines(line.encode() for line in csv_lines(table.header, rows))


def _put_together(job: Job, parts: int) -> StoredFile:
    what, format = job.params["what"], job.params["format"]
    with tempfile.TemporaryFile() as target:
        write_table(target, _table(job), format, _rows_of(job, parts))
        size = target.tell()
        target.seek(0)
        digest = hashlib.file_digest(target, "sha256").hexdigest()
        path = default_storage.save(tenant_path(unit().tenant_id, f"exports/{job.id}.{format}"), File(target))
    stored = StoredFile.objects.create(
        name=f"{what}.{format}", path=path, content_type=FORMATS[format], size=size, sha256=digest,
        created_at=unit().now,
    )  # fmt: skip
    transaction.on_commit(lambda: drop_parts(job))
    return stored


def _rows_of(job: Job, parts: int) -> Iterator[Sequence[object]]:
    amounts = _table(job).amounts
    for number in range(parts):
        with default_storage.open(_part(job, number)) as lines:
            for line in lines:
                row = orjson.loads(line)
                for at in amounts:
                    row[at] = None if row[at] is None else Decimal(row[at])
                yield row


def _table(job: Job) -> Table:
    return table_of(job.params["what"], job.params["own"])


def _part(job: Job, number: int) -> str:
    return tenant_path(unit().tenant_id, f"exports/{job.id}-{number}.part")
