"""Create and change items, with the barcodes and aliases that name them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects

from inventory.actions.catalogue import beside
from inventory.actions.catalogue.beside import BESIDE, write_beside
from inventory.actions.catalogue.judging import Given, judge
from inventory.actions.catalogue.naming import DuplicateCode, index_words
from inventory.actions.tracing.serials import switch_serials
from inventory.actions.tracing.switching import switch_tracking
from inventory.events import ItemChanged, ItemCreated
from inventory.items import Alias, ItemDraft, Pack, draft_problems, plain_value, sku_key
from inventory.locks import lock_item, lock_items
from inventory.models import Item
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError, Invalid, NotFound, Stale
from oms.core.events import publish
from oms.core.tenancy import unit

__all__ = ["Alias", "DuplicateCode", "ItemDraft", "Pack", "create_item", "create_items", "update_item", "update_items"]

PLAIN = (
    "name", "weight_g", "length_mm", "width_mm", "height_mm", "price", "cost", "active", "final_sale", "barcodes",
    "unit", "gtin", "description", "hs_code", "country_of_origin", "tags", "custom", "product_id", "option_values",
    "tracks_lots", "shelf_life_days", "tracks_serials", "serials_at",
)  # fmt: skip
CHANGEABLE = frozenset({"sku", *BESIDE, *PLAIN})
WORDED = frozenset({"name", "tags"})


class DuplicateSku(Conflict):
    """Another item has this SKU already."""

    code = "duplicate_sku"
    title = "This SKU is taken"


def create_items(*, items: Sequence[ItemDraft]) -> list[Item]:
    """New items, in the order given; all of them or none.

    Raises `Invalid` naming every bad field (``items.N.sku``), `DuplicateSku`, `DuplicateCode` and `DuplicateVariant`.
    """
    if not items:
        return []
    given = _checked(items)
    opened = unit()
    made = [
        Item(
            id=uuid7(), tenant_id=opened.tenant_id, sku=draft.sku.strip(), sku_key=sku_key(draft.sku),
            origin=draft.origin, version=1, created_at=opened.now,
            **{name: plain_value(name, values[name]) for name in PLAIN} | {"custom": values["custom"] or {}},
        )
        for draft, values in zip(items, given, strict=True)
    ]  # fmt: skip
    with transaction.atomic():  # a caller that goes on after a refusal finds nothing half-made
        _insert(made)
        write_beside(made, {item.id: _beside(item, values) for item, values in zip(made, given, strict=True)})
    index_words(made)
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
    """Change the named fields; lists (codes, packs, tags, substitutes) replace what was there, ``custom`` adds to it.

    Raises `NotFound`, `Stale` when the item is no longer at ``expected_version``, `Invalid`,
    `DuplicateSku`, `DuplicateCode` and `DuplicateVariant`. Fields that are what they were already change nothing.
    """
    item = lock_item(item_id)
    if item is None:
        raise NotFound("There is no such item.")
    if expected_version is not None and expected_version != item.version:
        raise Stale("Someone changed this item after you read it. Read it again and repeat your change.")
    given = _settled(item, changes)
    judge([given])
    before, after = difference(item, given.values)
    if not after:
        return item
    with transaction.atomic():
        _write(item, after)
    record([Change("items.update", _sentence(item, after), (("item", item.id),), before=before, after=after)])
    publish([ItemChanged(item_id=item.id, fields=tuple(after))])
    return item


def update_items(*, changes: Mapping[UUID, Mapping[str, object]]) -> list[Item]:
    """Change many items at once, without their SKUs; all of them or none. Unknown ids are left out.

    Raises `Invalid`, `DuplicateCode` and `DuplicateVariant`, as `update_item` does.
    """
    locked = lock_items(changes)
    prefetch_related_objects(locked, "packs", "substitutes")
    settled = [_settled(item, changes[item.id]) for item in locked]
    judge(settled)
    changed = [(each.item, *difference(each.item, each.values)) for each in settled]
    changed = [(item, before, after) for item, before, after in changed if after]
    for item, _, after in changed:
        _set(item, after)
    items = [item for item, _, _ in changed]
    names = ("id", "version", *PLAIN)
    update_rows(Item, [{name: getattr(item, name) for name in names} for item in items])
    switch_tracking([item for item, _, after in changed if "tracks_lots" in after])
    switch_serials([item for item, _, after in changed if "tracks_serials" in after])
    with transaction.atomic():
        write_beside(items, {item.id: after for item, _, after in changed})
    index_words([item for item, _, after in changed if WORDED & after.keys()])
    record([
        Change("items.update", _sentence(item, after), (("item", item.id),), before=before, after=after)
        for item, before, after in changed
    ])  # fmt: skip
    publish([ItemChanged(item_id=item.id, fields=tuple(after)) for item, _, after in changed])
    return items


def _checked(items: Sequence[ItemDraft]) -> list[dict[str, object]]:
    """The fields of each as they are kept. Raises `Invalid`, `DuplicateSku` or `DuplicateVariant`."""
    given = [
        Given({name: getattr(draft, name) for name in CHANGEABLE}, path=f"items.{position}.")
        for position, draft in enumerate(items)
    ]
    problems = [problem for each in given for problem in draft_problems(each.values, each.path)]
    if problems:
        raise Invalid("Some items can not be created as they are.", fields=problems)
    judge(given)
    seen: set[str] = set()
    for position, draft in enumerate(items):
        if sku_key(draft.sku) in seen:
            raise _duplicate_sku(draft.sku.strip(), f"items.{position}.sku", "stands twice in this list")
        seen.add(sku_key(draft.sku))
    return [each.values for each in given]


def _beside(item: Item, values: Mapping[str, object]) -> dict[str, list]:
    """What a new item has in other tables; its codes in any case."""
    return {name: beside.wanted(name, values[name]) for name in BESIDE if values[name]} | {"barcodes": item.barcodes}


def _settled(item: Item, changes: Mapping[str, object]) -> Given:
    """Changes that could be made as far as they themselves tell. Raises `Invalid`."""
    strange = sorted(set(changes) - CHANGEABLE)
    if strange:
        raise Invalid.field(strange[0], f"An item's {strange[0]} can not be changed.", "not_changeable")
    problems = draft_problems(changes)
    if problems:
        raise Invalid("Some fields need attention.", fields=problems)
    return Given(dict(changes), item)


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


def difference(item: Item, changes: Mapping[str, object]) -> tuple[dict, dict]:
    """Those of ``changes`` that would change the item: as it is, and as it would be."""
    before, after = {}, {}
    for name, value in changes.items():
        if name in BESIDE:
            old, new = beside.current(item, name), beside.wanted(name, value)
        else:
            old, new = getattr(item, name), plain_value(name, value)
        if old != new and not (name == "custom" and value is None):
            before[name], after[name] = old, new
    return before, after


def _set(item: Item, after: Mapping[str, object]) -> None:
    for name, value in after.items():
        if name not in BESIDE:
            setattr(item, name, value)
    item.sku_key = sku_key(item.sku)
    item.version += 1


def _write(item: Item, after: Mapping[str, object]) -> None:
    _set(item, after)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError:  # products are locked, so the SKU is all that can clash
        raise _duplicate_sku(item.sku, "sku", "is taken") from None
    write_beside([item], {item.id: after})
    if WORDED & after.keys():
        index_words([item])
    if "tracks_lots" in after:
        switch_tracking([item])
    if "tracks_serials" in after:
        switch_serials([item])


def _sentence(item: Item, after: Mapping[str, object]) -> str:
    return f"Item {item.sku}: {', '.join(_word(name) for name in after)} changed"


def _word(name: str) -> str:
    for end in ("_g", "_mm", "_id"):
        name = name.removesuffix(end)
    return name.replace("_", " ")
