"""Take a file of items or stock in, and guess what its columns mean."""

from typing import BinaryIO

from inventory.models import SheetImport
from inventory.queries.sheets import owner_of_unit, sheet_fields
from inventory.sheets.fields import COUNTED, KINDS, MODES, STOCK, VERBS
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import Invalid
from oms.core.sheets.columns import by_name, values_in, writes_decimal_comma
from oms.core.sheets.storing import UPLOAD_MAX, Sheet, store_sheet, take_sheet
from oms.core.tenancy import unit


def start_sheet_import(
    *, kind: str, file: BinaryIO, name: str, mode: str = COUNTED, encoding: str = "", limit: int | None = UPLOAD_MAX
) -> SheetImport:
    """A new import of ``file`` (CSV, gzipped CSV or workbook, seekable); ``mode`` says what quantities are.

    Raises `NotReadable`, `FileTooLarge`, `Invalid`, or `Forbidden` for who may not do what the file is for.
    """
    if kind not in KINDS:
        raise Invalid.field("kind", f"Choose one of: {', '.join(KINDS)}.", "unknown_choice")
    check_mode(mode)
    require(unit().actor, verb_for(kind, mode))
    sheet = take_sheet(file, name, encoding=encoding, limit=limit)
    stored = store_sheet(sheet)
    opened = unit()
    made = SheetImport.objects.create(
        kind=kind, file_id=stored.id, file_name=stored.name, file_sha256=stored.sha256, dialect=sheet.dialect,
        header=list(sheet.layout.header), **_meaning(kind, sheet, mode), owner=owner_of_unit(),
        created_by=opened.actor.label, created_at=opened.now,
    )  # fmt: skip
    record([Change(f"{kind}.import", f"File {stored.name} uploaded", (("sheet_import", made.id),))])
    return made


def verb_for(kind: str, mode: str) -> str:
    """What whoever imports such a file must be allowed to do."""
    return MODES[mode] if kind == STOCK else VERBS[kind]


def check_mode(mode: str) -> None:
    if mode not in MODES:
        raise Invalid.field("mode", f"Choose one of: {', '.join(MODES)}.", "unknown_choice")


def _meaning(kind: str, sheet: Sheet, mode: str) -> dict[str, dict]:
    header = sheet.layout.header
    columns = by_name(header, sheet_fields(kind))
    amounts = [text for name in ("price", "cost", "prices") for text in values_in(header, columns, sheet.samples, name)]
    options: dict[str, object] = {"decimal_comma": writes_decimal_comma(amounts)}
    return {"columns": columns, "options": options | ({"mode": mode} if kind == STOCK else {})}
