"""Map, check, place and cancel an import. The work itself is done in chunks by the jobs these start."""

import json
from collections.abc import Mapping as AnyMapping
from uuid import UUID

from channels import queries
from channels.actions.noting import settle_import
from channels.lifecycle import BUSY, next_state
from channels.locks import lock_import
from channels.mapping.fields import FIELDS
from channels.mapping.options import options_from
from channels.models import ChannelMessage, Import, Mapping
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import NotAllowed
from oms.core.jobs import cancel_job, start_job
from oms.core.models import Job
from oms.core.sheets.columns import check_columns, check_required, header_key
from oms.core.tenancy import unit

# True for one file only; the next file with the same columns starts without.
NOT_REMEMBERED = ("opening_stock_location", "opening_stock_factor")
AGAIN = "Open it and check it again: what is placed is not placed twice."
STOPPED = "The import was stopped; what is placed stays."


def set_mapping(
    *,
    import_id: UUID,
    columns: AnyMapping[str, str] | None = None,
    options: AnyMapping[str, object] | None = None,
    save_as: str = "",
) -> Import:
    """Change what columns mean (all of them: field → column) or some options; an earlier check no longer holds.

    ``save_as`` names the mapping, remembered for files with the same columns. Raises `Invalid` naming each
    bad column (``columns.sku``) or option.
    """
    found = lock_import(import_id)
    _move(found, "map")
    if queries.has_effects(found.id):
        raise NotAllowed(
            found.state, "map",
            "Part of this file is imported already, as it was mapped. Check it again to go on, or upload it anew.",
        )  # fmt: skip
    if columns is not None:
        given = {field: column for field, column in columns.items() if column}
        check_columns(given, found.header, FIELDS, "an order")
        found.columns = given
    if options:
        found.options = options_from(options, options_from(found.options)).to_json()
    found.save()
    if save_as.strip():
        _remember(found, save_as.strip()[:100])
    return found


def start_check(*, import_id: UUID) -> Import:
    """Begin the dry run: every row gets its verdict, nothing else happens. Raises `Invalid` for unnamed columns."""
    found = lock_import(import_id)
    _move(found, "check")
    check_required(found.columns, FIELDS)
    _remember(found)
    staged = found.summary.get("staged") == staging_key(found)
    found.summary = {name: found.summary[name] for name in ("staged", "file") if staged}
    start_import_job(found, "channels.check" if staged else "channels.stage")
    return found


def start_placing(*, import_id: UUID) -> Import:
    """Place what the check found. Raises `NotAllowed` before a check, `Forbidden` where a choice needs another verb."""
    found = lock_import(import_id)
    _move(found, "place")
    options = options_from(found.options)
    if options.create_missing_items:
        require(unit().actor, "items.edit")
    if options.opening_stock_location:
        require(unit().actor, "stock.receive", location_id=UUID(options.opening_stock_location))
    start_import_job(found, "channels.place")
    record([Change("orders.import", f"Import of {found.file_name} started", (("import", found.id),))])
    return found


def cancel_import(*, import_id: UUID) -> Import:
    """Stop after the current chunk. Orders placed by then stay."""
    found = lock_import(import_id)
    job = Job.objects.filter(id=found.job_id).first()
    _move(found, "cancel")
    if job is not None and job.is_open:
        cancel_job(job_id=job.id)
    found.finished_at = unit().now
    found.save()
    settle_import(found=found, state=ChannelMessage.SKIPPED, outcome=STOPPED)
    record([Change("orders.import", f"Import of {found.file_name} cancelled", (("import", found.id),))])
    return found


def end_unfinished(job: Job) -> None:
    """Its job gave up or was stopped, not by `cancel_import`: the import and the log say so, and what to do."""
    found = lock_import(UUID(job.params["import_id"]))
    if found.job_id != job.id or found.state not in BUSY:
        return
    failed = job.state == Job.FAILED
    found.state, found.finished_at = next_state(found.state, "give_up" if failed else "cancel"), unit().now
    found.save()
    if failed:
        why = f"{job.error.rstrip('.')}."
        settle_import(found=found, state=ChannelMessage.FAILED, error=f"The import gave up: {why} {AGAIN}")
        record([Change("orders.import", f"Import of {found.file_name} gave up: {why}", (("import", found.id),))])
    else:
        settle_import(found=found, state=ChannelMessage.SKIPPED, outcome=STOPPED)


TITLES = {
    "channels.stage": "Reading {}", "channels.check": "Checking {}", "channels.place": "Importing {}",
}  # fmt: skip


def start_import_job(found: Import, kind: str) -> None:
    """Hand the import to a job of this kind, and save it."""
    job = start_job(kind=kind, title=TITLES[kind].format(found.file_name), params={"import_id": str(found.id)})
    found.job_id = job.id
    found.save()
    settle_import(found=found, state=ChannelMessage.DUE)


def staging_key(found: Import) -> str:
    """What the staged rows depend on: with the same key they need not be read again."""
    return json.dumps([found.columns, found.options["decimal_comma"]], sort_keys=True)


def _move(found: Import, verb: str) -> None:
    """An import whose job has given up can be begun again."""
    found.state = next_state(queries.state_of(found), verb)


def _remember(found: Import, name: str = "") -> None:
    """Keep the mapping for the next file with these columns, under ``name``, its old name or the file's."""
    key = header_key(found.header)
    options = {each: value for each, value in found.options.items() if each not in NOT_REMEMBERED}
    saved = Mapping.objects.filter(header_key=key).order_by("-updated_at").first()
    if saved is not None and name in ("", saved.name):
        name = saved.name
    elif not name:
        taken = Mapping.objects.filter(name=found.file_name).exists()
        name = f"{found.file_name} ({key[:6]})" if taken else found.file_name
    Mapping.objects.update_or_create(
        tenant_id=unit().tenant_id,
        name=name,
        defaults={"header_key": key, "columns": found.columns, "options": options, "updated_at": unit().now},
    )
