"""Say what a file's columns mean, check it, apply it, stop. The work is done in chunks by the jobs these start."""

from collections.abc import Mapping
from uuid import UUID

from inventory import queries
from inventory.actions.sheets.limits import over_limit
from inventory.actions.sheets.uploading import check_mode, verb_for
from inventory.locks import lock_sheet
from inventory.models import SheetImport
from inventory.sheets.fields import COUNTED, STOCK
from inventory.sheets.standing import check_verb
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import Forbidden, Invalid
from oms.core.jobs import cancel_job, resume_job, start_job
from oms.core.sheets.columns import check_columns, check_required
from oms.core.tenancy import unit

CHECK, APPLY = "inventory.check_sheet", "inventory.apply_sheet"
OF = {"items": "an item", "stock": "a shelf", "kits": "a kit", "suppliers": "a supplier", "counts": "a count"}


def map_sheet(
    *,
    import_id: UUID,
    columns: Mapping[str, str] | None = None,
    decimal_comma: bool | None = None,
    mode: str | None = None,
) -> SheetImport:
    """Change what columns mean (all of them: field → column) or how values are meant; a check before no longer holds.

    Raises `NotFound`, `NotAllowed`, and `Invalid` naming each bad column (``columns.sku``).
    """
    found = _at(import_id, "map")
    if columns is not None:
        given = {field: column for field, column in columns.items() if column}
        check_columns(given, found.header, queries.sheet_fields(found.kind), OF[found.kind])
        found.columns = given
    if decimal_comma is not None:
        found.options["decimal_comma"] = decimal_comma
    if mode is not None:
        _set_mode(found, mode)
    found.check_id = None
    found.save()
    return found


def start_sheet_check(*, import_id: UUID) -> SheetImport:
    """Begin the dry run, which changes nothing. Raises `Invalid` for needed fields that no column holds."""
    found = _at(import_id, "check")
    check_required(found.columns, queries.sheet_fields(found.kind))
    job = start_job(kind=CHECK, title=f"Checking {found.file_name}", params={"import_id": str(found.id)})
    found.check_id = job.id
    found.save(update_fields=["check_id"])
    return found


def start_sheet_applying(*, import_id: UUID) -> SheetImport:
    """Do what the check showed; one that stopped half-way goes on where it stopped.

    Raises `NotAllowed` before a check, `Forbidden` where the count is worth more than the actor may decide alone.
    """
    found = _at(import_id, "apply")
    _check_limit(found)
    if found.apply_id:
        resume_job(job_id=found.apply_id)
    else:
        job = start_job(kind=APPLY, title=f"Importing {found.file_name}", params={"import_id": str(found.id)})
        found.apply_id = job.id
        found.save(update_fields=["apply_id"])
    record([Change(f"{found.kind}.import", f"Import of {found.file_name} started", (("sheet_import", found.id),))])
    return found


def cancel_sheet(*, import_id: UUID) -> SheetImport:
    """Stop after the current chunk. What is applied by then stays."""
    found = _at(import_id, "cancel")
    cancel_job(job_id=found.apply_id or found.check_id)
    record([Change(f"{found.kind}.import", f"Import of {found.file_name} stopped", (("sheet_import", found.id),))])
    return found


def _at(import_id: UUID, verb: str) -> SheetImport:
    """The import, locked, once it is known that this may be done with it now, and by this actor."""
    queries.sheet_by_id(import_id)
    found = lock_sheet(import_id)
    require(unit().actor, verb_for(found.kind, found.options.get("mode", COUNTED)))
    check_verb(verb, *queries.standing_of(found).states)
    return found


def _set_mode(found: SheetImport, mode: str) -> None:
    check_mode(mode)
    if found.kind != STOCK:
        raise Invalid.field("mode", "Only a file of stock has a mode.", "unknown_option")
    require(unit().actor, verb_for(found.kind, mode))
    found.options["mode"] = mode


def _check_limit(found: SheetImport) -> None:
    amount = queries.standing_of(found).report.amount
    if why := over_limit(amount):
        raise Forbidden(why, verb="stock.adjust")
