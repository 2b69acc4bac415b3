"""Take a file in: store it in its plain form, look at its header, and guess what its columns mean."""

from typing import BinaryIO
from uuid import UUID

from channels.actions.noting import note_import
from channels.lifecycle import UPLOADED
from channels.mapping.guessing import guess
from channels.mapping.options import Options, options_from
from channels.models import Import, Mapping
from oms.accounts.models import SalesChannel
from oms.core.audit import Change, record
from oms.core.errors import Invalid, NotFound
from oms.core.models import Tenant
from oms.core.sheets.columns import header_key
from oms.core.sheets.storing import UPLOAD_MAX, store_sheet, take_sheet
from oms.core.tenancy import unit


def start_import(
    *,
    file: BinaryIO,
    name: str,
    channel_id: UUID | None = None,
    encoding: str = "",
    mapping: str = "",
    limit: int | None = UPLOAD_MAX,
) -> Import:
    """A new import of ``file``: CSV, gzipped CSV or workbook, seekable.

    ``mapping`` names a saved one; else the last for these columns is taken, or a guess. A merchant with
    one channel need not name it. Raises `NotReadable`, `FileTooLarge`, `Invalid` or `NotFound`.
    """
    channel = _channel(channel_id)
    sheet = take_sheet(file, name, encoding=encoding, limit=limit)
    columns, options, source = _meaning(sheet.layout.header, sheet.samples, mapping)
    stored = store_sheet(sheet)
    opened = unit()
    made = Import.objects.create(
        channel=channel, file_id=stored.id, file_name=stored.name, file_sha256=stored.sha256,
        header=list(sheet.layout.header), dialect={**sheet.dialect, "mapped_by": source}, columns=columns,
        options=options.to_json(), state=UPLOADED, created_by=opened.actor.label, created_at=opened.now,
    )  # fmt: skip
    note_import(found=made)
    record([Change("orders.import", f"File {stored.name} uploaded for {channel.name}", (("import", made.id),))])
    return made


def _channel(channel_id: UUID | None) -> SalesChannel:
    channels = SalesChannel.objects.filter(active=True)
    if unit().actor.channels is not None:
        channels = channels.filter(id__in=unit().actor.channels)
    if channel_id is not None:
        found = channels.filter(id=channel_id).first()
        if found is None:
            message = "There is no such sales channel, or it is switched off."
            raise Invalid.field("channel_id", message, "unknown_channel")
        return found
    some = list(channels[:2])
    if len(some) != 1:
        raise Invalid.field("channel_id", "Name the sales channel these orders came from.", "required")
    return some[0]


def _meaning(header: tuple[str, ...], samples: list[list[str]], name: str) -> tuple[dict, Options, str]:
    """Columns, options and where they come from: a named mapping, the last one for this header, or a guess."""
    tenant = Tenant.objects.get(id=unit().tenant_id)
    base = Options(timezone=tenant.timezone, currency=tenant.currency)
    guessed = guess(header, samples, day_first=tenant.country != "US")
    options = options_from(guessed.options, base)
    saved = _saved(header, name)
    if saved is None:
        return guessed.columns, options, guessed.layout or "guess"
    columns = {field: column for field, column in saved.columns.items() if column in header}
    return columns, options_from(saved.options, options), saved.name


def _saved(header: tuple[str, ...], name: str) -> Mapping | None:
    if name:
        found = Mapping.objects.filter(name=name).first()
        if found is None:
            raise NotFound(f"There is no saved mapping called “{name}”.")
        return found
    return Mapping.objects.filter(header_key=header_key(header)).order_by("-updated_at").first()
