"""Create and change items, with the barcodes and aliases that name them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction

from inventory.actions.tracing.serials import switch_serials
from inventory.actions.tracing.switching import switch_tracking
from inventory.events import ItemChanged, ItemCreated
from inventory.items import Alias, ItemDraft, draft_problems, name_words, sku_key
from inventory.locks import lock_item, lock_items
from inventory.models import Item, ItemCode, ItemWord
from oms.accounts.models import SalesChannel
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError, Invalid, NotFound, Stale
from oms.core.events import publish
from oms.core.tenancy import unit

__all__ = ["Alias", "ItemDraft", "create_item", "create_items", "update_item", "update_items"]

PLAIN = ("name", "weight_g", "length_mm", "width_mm", "height_mm", "price", "cost", "active", "final_sale",
         "tracks_lots", "shelf_life_days", "tracks_serials", "serials_at")  # fmt: skip
CHANGEABLE = frozenset({"sku", "barcodes", "aliases", *PLAIN})


class DuplicateSku(Conflict):
    """Another item has this SKU already."""

    code = "duplicate_sku"
    title = "This SKU is taken"


class DuplicateCode(Conflict):
    """Another item has this barcode or alias already."""

    code = "duplicate_code"
    title = "This code names another item"


def create_items(*, items: Sequence[ItemDraft]) -> list[Item]:
    """New items, in the order given; all of them or none.

    Raises `Invalid` naming every bad field (``items.N.sku``), `DuplicateSku` and `DuplicateCode`.
    """
    if not items:
        return []
    _check(items)
    opened = unit()
    made = [
        Item(
            id=uuid7(), tenant_id=opened.tenant_id, sku=draft.sku.strip(), sku_key=sku_key(draft.sku),
            barcodes=[code.strip() for code in draft.barcodes], origin=draft.origin, version=1,
            created_at=opened.now, **{name: getattr(draft, name) for name in PLAIN} | {"name": draft.name.strip()},
        )
        for draft in items
    ]  # fmt: skip
    with transaction.atomic():  # a caller that goes on after a refusal finds nothing half-made
        _insert(made)
        _name([(item.id, draft.barcodes, draft.aliases) for item, draft in zip(made, items, strict=True)])
    _index_words(made)
    record([Change("items.create", f"Item {item.sku} created", (("item", item.id),)) for item in made])
    publish([ItemCreated(item_id=item.id, sku=item.sku) for item in made])
    return made


def create_item(*, draft: ItemDraft) -> Item:
    """One new item; its problems are named by plain field (``sku``)."""
    try:
        return create_items(items=[draft])[0]
    except (Invalid, Conflict) as error:
        error.fields = tuple(replace(each, field=each.field.removeprefix("items.0.")) for each in error.fields)
        raise


def update_item(*, item_id: UUID, changes: Mapping[str, object], expected_version: int | None = None) -> Item:
    """Change the named fields; ``barcodes`` and ``aliases`` replace what was there.

    Raises `NotFound`, `Stale` when the item is no longer at ``expected_version``, `Invalid`,
    `DuplicateSku` and `DuplicateCode`. Fields that are what they were already change nothing.
    """
    _check_changes(changes)
    item = lock_item(item_id)
    if item is None:
        raise NotFound("There is no such item.")
    if expected_version is not None and expected_version != item.version:
        raise Stale("Someone changed this item after you read it. Read it again and repeat your change.")
    before, after = difference(item, changes)
    if not after:
        return item
    with transaction.atomic():
        _write(item, changes, after)
    record([Change("items.update", _sentence(item, after), (("item", item.id),), before=before, after=after)])
    publish([ItemChanged(item_id=item.id, fields=tuple(after))])
    return item


def update_items(*, changes: Mapping[UUID, Mapping[str, object]]) -> list[Item]:
    """Change many items at once, without their SKUs and aliases; all of them or none. Unknown ids are left out.

    Raises `Invalid` and `DuplicateCode`, as `update_item` does.
    """
    for given in changes.values():
        _check_changes(given)
    changed = [(item, *difference(item, changes[item.id])) for item in lock_items(changes)]
    changed = [(item, before, after) for item, before, after in changed if after]
    for item, _, after in changed:
        for name, value in after.items():
            setattr(item, name, value)
        item.version += 1
    items = [item for item, _, _ in changed]
    names = ("id", "version", "barcodes", *PLAIN)
    update_rows(Item, [{name: getattr(item, name) for name in names} for item in items])
    _rename([item for item, _, after in changed if "name" in after])
    switch_tracking([item for item, _, after in changed if "tracks_lots" in after])
    switch_serials([item for item, _, after in changed if "tracks_serials" in after])
    with transaction.atomic():
        _name_anew([item for item, _, after in changed if "barcodes" in after])
    record([
        Change("items.update", _sentence(item, after), (("item", item.id),), before=before, after=after)
        for item, before, after in changed
    ])  # fmt: skip
    publish([ItemChanged(item_id=item.id, fields=tuple(after)) for item, _, after in changed])
    return items


def _rename(items: Sequence[Item]) -> None:
    ItemWord.objects.filter(item_id__in=[item.id for item in items]).delete()
    _index_words(items)


def _name_anew(items: Sequence[Item]) -> None:
    ItemCode.objects.filter(item_id__in=[item.id for item in items], kind="barcode").delete()
    _name([(item.id, item.barcodes, ()) for item in items])


def _check(items: Sequence[ItemDraft]) -> None:
    problems = []
    for position, draft in enumerate(items):
        given = {name: getattr(draft, name) for name in CHANGEABLE}
        problems += draft_problems(given, f"items.{position}.")
    if problems:
        raise Invalid("Some items can not be created as they are.", fields=problems)
    _check_channels([alias for draft in items for alias in draft.aliases])
    seen: set[str] = set()
    for position, draft in enumerate(items):
        if sku_key(draft.sku) in seen:
            raise _duplicate_sku(draft.sku.strip(), f"items.{position}.sku", "stands twice in this list")
        seen.add(sku_key(draft.sku))


def _check_changes(changes: Mapping[str, object]) -> None:
    strange = sorted(set(changes) - CHANGEABLE)
    if strange:
        raise Invalid.field(strange[0], f"An item's {strange[0]} can not be changed.", "not_changeable")
    problems = draft_problems(changes)
    if problems:
        raise Invalid("Some fields need attention.", fields=problems)
    _check_channels(changes.get("aliases", ()))


def _check_channels(aliases: Collection[Alias]) -> None:
    named = {alias.channel_id for alias in aliases if alias.channel_id is not None}
    if named and SalesChannel.objects.filter(id__in=named).count() < len(named):
        raise Invalid.field("aliases", "An alias names a sales channel that does not exist.", "unknown_channel")


def _duplicate_sku(sku: str, field: str, why: str) -> DuplicateSku:
    message = f"The SKU “{sku}” {why}. Use another, or change the item that has it."
    return DuplicateSku(message, fields=[FieldError(field, "duplicate_sku", message)], sku=sku)


def _insert(made: Sequence[Item]) -> None:
    names = [field.attname for field in Item._meta.concrete_fields if field.attname != "tenant_id"]
    written = insert_rows(
        Item,
        [{name: getattr(item, name) for name in names} for item in made],
        on_conflict="ON CONFLICT (tenant_id, sku_key) DO NOTHING",
        returning=["id"],
    )
    kept = {row[0] for row in written}
    for position, item in enumerate(made):
        if item.id not in kept:
            raise _duplicate_sku(item.sku, f"items.{position}.sku", "is taken")


def _name(rows: Collection[tuple[UUID, Sequence[str], Sequence[Alias]]]) -> None:
    """Write the codes that name items; raises `DuplicateCode` when one names another item already."""
    codes = [
        {"id": uuid7(), "item_id": item_id, "kind": kind, "channel_id": channel_id, "code_key": sku_key(code)}
        for item_id, barcodes, aliases in rows
        for kind, channel_id, code in (
            *(("barcode", None, code) for code in barcodes),
            *(("alias", alias.channel_id, alias.code) for alias in aliases),
        )
    ]
    written = insert_rows(
        ItemCode, codes, on_conflict="ON CONFLICT (tenant_id, code_key, kind, channel_id) DO NOTHING", returning=["id"]
    )
    kept = {row[0] for row in written}
    taken = [code for code in codes if code["id"] not in kept]
    if taken:
        code, kind = taken[0]["code_key"], taken[0]["kind"]
        field = "barcodes" if kind == "barcode" else "aliases"
        message = f"The {kind} “{code}” names another item already. Take it away there first."
        raise DuplicateCode(message, fields=[FieldError(field, "duplicate_code", message)], value=code)


def _index_words(items: Sequence[Item]) -> None:
    insert_rows(ItemWord, [{"item_id": item.id, "word": word} for item in items for word in name_words(item.name)])


def _current(item: Item, name: str) -> object:
    if name != "aliases":
        return getattr(item, name)
    return [
        {"code": code, "channel_id": channel_id and str(channel_id)}
        for code, channel_id in item.codes.filter(kind="alias").order_by("id").values_list("code_key", "channel_id")
    ]


def _wanted(name: str, value: object) -> object:
    if name == "aliases":
        return [
            {"code": sku_key(alias.code), "channel_id": alias.channel_id and str(alias.channel_id)} for alias in value
        ]
    if name == "serials_at":
        return list(value)
    if name == "barcodes":
        return [code.strip() for code in value]
    return value.strip() if isinstance(value, str) else value


def difference(item: Item, changes: Mapping[str, object]) -> tuple[dict, dict]:
    """Those of ``changes`` that would change the item: as it is, and as it would be."""
    before, after = {}, {}
    for name, value in changes.items():
        old, new = _current(item, name), _wanted(name, value)
        if old != new:
            before[name], after[name] = old, new
    return before, after


def _write(item: Item, changes: Mapping[str, object], after: Mapping[str, object]) -> None:
    for name, value in after.items():
        if name != "aliases":
            setattr(item, name, value)
    item.sku_key = sku_key(item.sku)
    item.version += 1
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError:  # the SKU is all that can clash
        raise _duplicate_sku(item.sku, "sku", "is taken") from None
    for kind, field in (("barcode", "barcodes"), ("alias", "aliases")):
        if field in after:
            item.codes.filter(kind=kind).delete()
            given = changes[field]
            _name([(item.id, given if kind == "barcode" else (), given if kind == "alias" else ())])
    if "name" in after:
        _rename([item])
    if "tracks_lots" in after:
        switch_tracking([item])
    if "tracks_serials" in after:
        switch_serials([item])


def _sentence(item: Item, after: Mapping[str, object]) -> str:
    return f"Item {item.sku}: {', '.join(name.removesuffix('_g').removesuffix('_mm') for name in after)} changed"
