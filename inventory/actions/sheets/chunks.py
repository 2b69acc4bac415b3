"""One chunk of a file, judged and, unless it is only the check, applied: preview and execution share one path.

A chunk and how far it came are one transaction, so a crash loses and doubles nothing.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from inventory import queries
from inventory.actions.sheets.claiming import forget_claims
from inventory.actions.sheets.counts import CountSheet
from inventory.actions.sheets.items import ItemSheet
from inventory.actions.sheets.kits import KitSheet
from inventory.actions.sheets.stock import StockSheet
from inventory.actions.sheets.suppliers import SupplierSheet
from inventory.models import SheetImport
from inventory.sheets.fields import COUNTS, ITEMS, KITS, STOCK, SUPPLIERS
from inventory.sheets.verdicts import BAD, OUTCOMES, SAME, Verdict
from oms.core.jobs import Row, Step
from oms.core.models import Job
from oms.core.sheets.records import CELL_MAX, Record
from oms.core.sheets.storing import expected_rows, first_place, place_behind, rows_from

CHUNK = 1_000
EXAMPLES = 20


class SheetOf(Protocol):
    """The rows of one chunk. ``amount`` and ``moved`` are known once they are judged."""

    amount: Decimal
    moved: int

    def judge(self, rows: Sequence[Record], *, applying: bool, spent: Decimal) -> list[tuple[Record, Verdict, int]]:
        """Each row, what it does, and its units. ``spent``: what this file changed before, in money."""

    def units(self) -> int:
        """Those the rows name, as far as they can be read."""

    def apply(self) -> None:
        """Do what was judged."""

    def booked(self) -> int | None:
        """The units that the ledger says this file moved; None where it moves none."""


SHEETS: dict[str, type[SheetOf]] = {
    ITEMS: ItemSheet, STOCK: StockSheet, KITS: KitSheet, SUPPLIERS: SupplierSheet, COUNTS: CountSheet,
}  # fmt: skip


def check_chunk(job: Job) -> Step:
    """The next rows of the dry run."""
    found = SheetImport.objects.get(id=job.params["import_id"])
    if job.cursor is None:
        forget_claims(found.id)
    return _chunk(job, found, applying=False)


def apply_chunk(job: Job) -> Step:
    """The next rows, applied."""
    return _chunk(job, SheetImport.objects.get(id=job.params["import_id"]), applying=True)


def _chunk(job: Job, found: SheetImport, *, applying: bool) -> Step:
    place = job.cursor or first_place(found.dialect)
    rows = rows_from(found.file_id, found.dialect, place, CHUNK)
    sheet, before = SHEETS[found.kind](found), queries.report_of(job.result)
    judged = sheet.judge(rows, applying=applying, spent=before.amount)
    if applying:
        sheet.apply()
    result = _added(before, judged, sheet)
    last = len(rows) < CHUNK
    if last and applying:
        result["booked"] = sheet.booked()
        forget_claims(found.id)
    labels = {field.name: field.label for field in queries.sheet_fields(found.kind)}
    bad = [_bad_row(found, record, verdict, labels) for record, verdict, _ in judged if verdict.outcome == BAD]
    after = place if last else place_behind(rows)
    total = job.done + len(rows) if last else expected_rows(found.dialect, after, job.done + len(rows))
    return Step(
        after, done=len(rows), failed=len(bad) if applying else 0, finished=last, rows=tuple(bad), result=result,
        total=total,
    )  # fmt: skip


def _added(
    before: queries.SheetReport, judged: Sequence[tuple[Record, Verdict, int]], sheet: SheetOf
) -> dict[str, object]:
    """The report so far with these rows in it, as the job keeps it."""
    outcomes = {}
    for name in OUTCOMES:
        was, units = before.outcomes.get(name, queries.Sums()), [u for _, v, u in judged if v.outcome == name]
        if was.rows or units:
            outcomes[name] = (was.rows + len(units), was.units + sum(units))
    told = [
        {"row": record.row, "outcome": verdict.outcome, "said": verdict.said}
        for record, verdict, _ in judged
        if verdict.outcome not in (BAD, SAME)
    ]
    return {
        "file": (before.file.rows + len(judged), before.file.units + sheet.units()),
        "outcomes": outcomes,
        "amount": str(before.amount + sheet.amount),
        "moved": before.moved + sheet.moved,
        "examples": [*before.examples, *told][:EXAMPLES],
    }


def _bad_row(found: SheetImport, record: Record, verdict: Verdict, labels: Mapping[str, str]) -> Row:
    """Named by its column in the file; a cell too large to be one is shown by its beginning."""
    cells = [value[:CELL_MAX] for value in record.values]
    return Row(
        record.row, "failed", verdict.message, dict(zip(found.header, cells, strict=False)),
        field=found.columns.get(verdict.field, labels.get(verdict.field, "")),
    )  # fmt: skip
