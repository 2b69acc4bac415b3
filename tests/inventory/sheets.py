"""Words the tests of files share."""

import io

from inventory import queries
from inventory.actions.sheets.steps import start_sheet_applying, start_sheet_check
from inventory.actions.sheets.uploading import start_sheet_import
from inventory.models import SheetImport
from inventory.queries import SheetStanding
from oms.core.jobs.running import run_chunk
from oms.core.tenancy import unit, unit_of_work

ITEMS_HEADER = "SKU,Name,Barcodes,Weight (g),Price,Active"
STOCK_HEADER = "SKU,Location,Quantity"


def file_of(*lines: str) -> io.BytesIO:
    return io.BytesIO(("\n".join(lines) + "\n").encode())


def run(found: SheetImport) -> SheetStanding:
    """Do all chunks of the job that works on it."""
    while run_chunk(found.tenant_id, queries.standing_of(found).job.id):
        pass
    return queries.standing_of(SheetImport.objects.get(id=found.id))


def checked(kind: str, file, *, mode: str = "counted", name: str = "file.csv") -> SheetStanding:
    made = start_sheet_import(kind=kind, file=file, name=name, mode=mode)
    return run(start_sheet_check(import_id=made.id))


def applied(kind: str, file, *, mode: str = "counted", name: str = "file.csv") -> SheetStanding:
    standing = checked(kind, file, mode=mode, name=name)
    assert standing.state == "checked"
    # Later than what was applied before: a request of its own.
    with unit_of_work(unit().tenant_id, unit().actor):
        found = start_sheet_applying(import_id=standing.found.id)
    return run(found)


def rows_by_outcome(standing: SheetStanding) -> dict[str, int]:
    return {name: sums.rows for name, sums in standing.report.outcomes.items()}


def problems(standing: SheetStanding) -> list[tuple[int, str, str]]:
    """Line, column and what to do of each bad row."""
    return list(queries.bad_rows(standing.found).order_by("id").values_list("row", "field", "message"))
