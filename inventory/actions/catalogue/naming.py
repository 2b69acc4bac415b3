"""The codes and words by which items are found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.items import name_words, sku_key
from inventory.models import Item, ItemCode, ItemWord, PackLevel
from inventory.packing import codes_of
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError


class DuplicateCode(Conflict):
    """Another item, or another packing level, has this barcode or alias already."""

    code = "duplicate_code"
    title = "This code names another item"


@dataclass(frozen=True, slots=True)
class _Code:
    item_id: UUID
    kind: str
    key: str
    channel_id: UUID | str | None = None
    pack_id: UUID | None = None


def index_words(items: Sequence[Item]) -> None:
    """Names and tags, so that the beginning of any of their words finds the item."""
    if not items:
        return
    ItemWord.objects.filter(item_id__in=[item.id for item in items]).delete()
    rows = [{"item_id": item.id, "word": word} for item in items for word in _words(item)]
    insert_rows(ItemWord, rows)


def write_barcodes(items: Sequence[Item]) -> None:
    """Every code of the items and of their packing levels anew. Raises `DuplicateCode`."""
    if not items:
        return
    ids = [item.id for item in items]
    ItemCode.objects.filter(item_id__in=ids, kind="barcode").delete()
    codes = [_Code(item.id, "barcode", key) for item in items for key in codes_of(item.gtin, item.barcodes)]
    for pack in PackLevel.objects.filter(item_id__in=ids):
        codes += [_Code(pack.item_id, "barcode", key, pack_id=pack.id) for key in codes_of(pack.gtin, pack.barcodes)]
    _write(codes)


def write_aliases(aliases: Mapping[UUID, Sequence[Mapping]]) -> None:
    """Item → its aliases (``code``, ``channel_id``), in place of those there were. Raises `DuplicateCode`."""
    if not aliases:
        return
    ItemCode.objects.filter(item_id__in=aliases, kind="alias").delete()
    _write([
        _Code(item_id, "alias", sku_key(each["code"]), each["channel_id"])
        for item_id, given in aliases.items() for each in given
    ])  # fmt: skip


def _words(item: Item) -> list[str]:
    return list(dict.fromkeys(name_words(item.name) + [word for tag in item.tags for word in name_words(tag)]))


def _write(codes: Collection[_Code]) -> None:
    rows = [
        {
            "id": uuid7(), "item_id": code.item_id, "kind": code.kind, "channel_id": code.channel_id,
            "code_key": code.key, "pack_id": code.pack_id,
        }
        for code in codes
    ]  # fmt: skip
    written = insert_rows(
        ItemCode, rows, on_conflict="ON CONFLICT (tenant_id, code_key, kind, channel_id) DO NOTHING", returning=["id"]
    )
    kept = {row[0] for row in written}
    refused = next((row for row in rows if row["id"] not in kept), None)
    if refused:
        raise _duplicate(refused)


def _duplicate(refused: Mapping) -> DuplicateCode:
    code, kind = refused["code_key"], refused["kind"]
    taken = ItemCode.objects.select_related("item", "pack").get(
        code_key=code, kind=kind, channel_id=refused["channel_id"]
    )
    level = f"the packing level {taken.pack.name} of {taken.item.sku}" if taken.pack else taken.item.sku
    field = "aliases" if kind == "alias" else "packs" if refused["pack_id"] else "barcodes"
    message = f"The {kind} “{code}” names {level} already. Take it away there first."
    return DuplicateCode(message, fields=[FieldError(field, "duplicate_code", message)], value=code, sku=taken.item.sku)
