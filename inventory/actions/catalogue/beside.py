"""What an item has in tables of its own: aliases, packing levels and substitutes, as they are and as they shall be."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from uuid import UUID

from inventory.actions.catalogue.naming import write_aliases, write_barcodes
from inventory.items import sku_key
from inventory.models import Item, PackLevel, Substitute
from inventory.queries.catalogue import pack_of
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7

BESIDE = ("aliases", "packs", "substitutes")
# What changes the codes of an item, and so has them written anew.
CODED = frozenset({"barcodes", "gtin", "packs"})


def current(item: Item, name: str) -> list:
    """As an audit entry tells it."""
    if name == "packs":
        return [asdict(pack_of(level)) | {"barcodes": level.barcodes} for level in item.packs.all()]
    if name == "substitutes":
        return [str(each.other_id) for each in item.substitutes.all()]
    rows = item.codes.filter(kind="alias").order_by("id").values_list("code_key", "channel_id")
    return [{"code": code, "channel_id": channel_id and str(channel_id)} for code, channel_id in rows]


def wanted(name: str, value: Sequence) -> list:
    """What was given, told in the same way."""
    if name == "packs":
        packs = [
            asdict(replace(pack, name=pack.name.strip(), gtin=pack.gtin.strip()))
            | {"barcodes": [code.strip() for code in pack.barcodes]}
            for pack in value
        ]
        return sorted(packs, key=lambda pack: pack["units"])
    if name == "substitutes":
        return [str(item_id) for item_id in dict.fromkeys(value)]
    return [{"code": sku_key(alias.code), "channel_id": alias.channel_id and str(alias.channel_id)} for alias in value]


def write_beside(items: Sequence[Item], after: Mapping[UUID, Mapping[str, list]]) -> None:
    """``after``: item → what changes, as `wanted` tells it. Raises `DuplicateCode`."""
    _write_packs({key: each["packs"] for key, each in after.items() if "packs" in each})
    write_barcodes([item for item in items if CODED & after[item.id].keys()])
    write_aliases({key: each["aliases"] for key, each in after.items() if "aliases" in each})
    _write_substitutes({key: each["substitutes"] for key, each in after.items() if "substitutes" in each})


def _write_packs(packs: Mapping[UUID, Sequence[Mapping]]) -> None:
    if not packs:
        return
    PackLevel.objects.filter(item_id__in=packs).delete()
    insert_rows(PackLevel, [
        {"id": uuid7(), "item_id": item_id, **pack} for item_id, given in packs.items() for pack in given
    ])  # fmt: skip


def _write_substitutes(substitutes: Mapping[UUID, Sequence[str]]) -> None:
    if not substitutes:
        return
    Substitute.objects.filter(item_id__in=substitutes).delete()
    insert_rows(Substitute, [
        {"item_id": item_id, "other_id": other, "position": position}
        for item_id, given in substitutes.items() for position, other in enumerate(given)
    ])  # fmt: skip
