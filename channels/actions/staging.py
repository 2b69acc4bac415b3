"""Stage a file: its rows as text in the database, chunk by chunk, each from the byte where the last one ended.

``COPY`` into a temporary table, then ``INSERT … SELECT``: row-level security refuses ``COPY`` into the
table itself, and the detour costs nothing (docs/adr/0004-set-based-writes.md).
"""

from collections.abc import Sequence

from django.db import connection

from channels.actions.importing import staging_key, start_import_job
from channels.documents.outcomes import Totals, summed
from channels.documents.reading import DocumentReader, RawRow
from channels.locks import lock_import
from channels.mapping.options import options_from
from channels.models import Import, ImportDocument, ImportItem, ImportRow
from oms.core.db.bulk import to_json
from oms.core.jobs import Step
from oms.core.models import Job
from oms.core.sheets.storing import expected_rows, first_place, place_behind, rows_from
from oms.core.tenancy import unit

CHUNK = 5_000

MAKE_TABLE = """
CREATE TEMP TABLE channels_staged (row bigint, document text, match_key text, values jsonb, problem text)
ON COMMIT DROP
"""
INSERT_ROWS = """
INSERT INTO channels_importrow
  (tenant_id, import_id, row, document, match_key, values, problem, outcome, field, reason)
SELECT %s, %s, row, document, match_key, values, problem, 'order', '', '' FROM channels_staged
ON CONFLICT (tenant_id, import_id, row) DO NOTHING
"""
INSERT_DOCUMENTS = """
INSERT INTO channels_importdocument
  (tenant_id, import_id, channel_id, document, first_row, rows, outcome, reason, content)
SELECT tenant_id, import_id, %s, document, min(row), count(*), '', '', '' FROM channels_importrow
WHERE tenant_id = %s AND import_id = %s GROUP BY tenant_id, import_id, document
"""


def stage_chunk(job: Job) -> Step:
    """The next 5,000 rows of the file; after the last, its documents are listed and the check begins."""
    found = lock_import(job.params["import_id"])
    if job.cursor is None:
        _begin(found)
    cursor = job.cursor or first_place(found.dialect)
    reader = DocumentReader(found.header, found.columns, options_from(found.options))
    chunk = rows_from(found.file_id, found.dialect, cursor, CHUNK)
    raw = [RawRow(each.row, each.values, each.problem) for each in chunk]
    _insert(found, reader, raw)
    totals = Totals.from_json(found.summary["file"]) + summed(map(reader.totals, raw))
    found.summary["file"] = totals.to_json()
    if len(chunk) < CHUNK:
        _finish(found)
        return Step(cursor, done=len(chunk), finished=True, total=totals.rows)
    found.save(update_fields=["summary"])
    cursor = place_behind(chunk)
    return Step(cursor, done=len(chunk), total=expected_rows(found.dialect, cursor, totals.rows))


def _begin(found: Import) -> None:
    """Staged for another mapping before, or half-way by a job that was cancelled: start over."""
    for model in (ImportRow, ImportDocument, ImportItem):
        model.objects.filter(import_id=found.id)._raw_delete("default")
    found.summary = {"file": Totals().to_json()}


def _insert(found: Import, reader: DocumentReader, rows: Sequence[RawRow]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MAKE_TABLE)
        with cursor.copy("COPY channels_staged FROM STDIN") as copy:
            for raw in rows:
                key, match = reader.document_key(raw), reader.match_key(raw.values)
                copy.write_row((raw.row, key, match, to_json(raw.values), raw.problem))
        cursor.execute(INSERT_ROWS, [unit().tenant_id, found.id])
        cursor.execute("DROP TABLE channels_staged")


def _finish(found: Import) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT_DOCUMENTS, [found.channel_id, unit().tenant_id, found.id])
    found.summary["staged"] = staging_key(found)
    start_import_job(found, "channels.check")
