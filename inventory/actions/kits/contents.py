"""Say what an item is made of: a kit, or goods that are assembled."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from inventory import queries
from inventory.events import ItemChanged
from inventory.locks import lock_bills, lock_items, lock_to_become_kits
from inventory.models import Balance, Item, KitComponent
from inventory.stock.kits import COMPONENTS_MAX, GOODS, KINDS, KIT, PER_KIT_MAX, way_back, way_too_deep
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.reading import read_rows
from oms.core.errors import Conflict, FieldError, Invalid, NotFound, Stale
from oms.core.events import publish
from oms.core.tenancy import current_tenant_id, unit

VERB = "items.edit"

# All that is below or above these items in what is made of what, and which of it are kits.
_AROUND = """
WITH RECURSIVE below(id) AS (
  SELECT unnest(%(items)s::uuid[])
  UNION SELECT c.component_id FROM below b JOIN inventory_kitcomponent c ON c.kit_id = b.id
  WHERE c.tenant_id = %(tenant)s
), above(id) AS (
  SELECT unnest(%(items)s::uuid[])
  UNION SELECT c.kit_id FROM above a JOIN inventory_kitcomponent c ON c.component_id = a.id
  WHERE c.tenant_id = %(tenant)s
)
SELECT i.id, i.sku, i.kind, c.component_id, c.quantity FROM inventory_item i
LEFT JOIN inventory_kitcomponent c ON c.tenant_id = i.tenant_id AND c.kit_id = i.id
WHERE i.tenant_id = %(tenant)s AND i.id IN (SELECT id FROM below UNION SELECT id FROM above)
ORDER BY i.id, c.id
"""


class KitHasStock(Conflict):
    """What lies on a shelf is goods: it must be gone before the item can become a kit."""

    code = "kit_has_stock"
    title = "The item has stock of its own"


@dataclass(frozen=True)
class Contents:
    """What an item shall be made of: component → units. Goods that have any are assembled from them."""

    kind: str = KIT
    ships_in_parts: bool = False
    components: Mapping[UUID, int] = field(default_factory=dict)


@dataclass
class Around:
    """Items with what they are made of, as far as it concerns some of them."""

    skus: dict[UUID, str] = field(default_factory=dict)
    kinds: dict[UUID, str] = field(default_factory=dict)
    bills: dict[UUID, dict[UUID, int]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, item_ids: Collection[UUID]) -> "Around":
        """One statement."""
        found = cls()
        given = {"items": list(item_ids), "tenant": current_tenant_id()}
        for item_id, sku, kind, component_id, units in read_rows(_AROUND, given):
            found.skus[item_id], found.kinds[item_id] = sku, kind
            if component_id:
                found.bills[item_id][component_id] = units
        return found

    def why_not(self, item_id: UUID) -> tuple[str, str] | None:
        """(code, sentence) where this item contains itself, or kits are too deep in kits; names the way."""
        if way := way_back(item_id, self.bills):
            return "kit_cycle", f"An item can not contain itself: {self._words(way)}."
        kits = {each for each, kind in self.kinds.items() if kind == KIT}
        if way := way_too_deep(kits, self.bills):
            return "kit_too_deep", f"A kit may contain kits, but those no kits: {self._words(way)} is a third level."
        return None

    def _words(self, way: Sequence[UUID]) -> str:
        return " → ".join(self.skus[each] for each in way)


def set_contents(*, item_id: UUID, contents: Contents, expected_version: int | None = None) -> Item:
    """Replace what an item is made of. Orders that are open keep what they were exploded to.

    Raises `NotFound`, `Stale`, `KitHasStock`, and `Invalid` naming each bad component (``components.N.quantity``).
    """
    (item,) = set_many(contents={item_id: contents}, versions={item_id: expected_version})
    return item


def set_many(*, contents: Mapping[UUID, Contents], versions: Mapping[UUID, int | None] | None = None) -> list[Item]:
    """The same for many items; all of them or none. Those that are made of just that already are left alone."""
    require(unit().actor, VERB)
    lock_bills()
    _check_stock(contents)
    items = {item.id: item for item in lock_items(contents)}
    _check_versions(contents, items, versions or {})
    around = Around.of({*contents, *(each for its in contents.values() for each in its.components)})
    changed = [item for key, item in items.items() if _differs(item, contents[key], around)]
    before = {item.id: dict(around.bills[item.id]) for item in changed}
    for item in changed:
        around.kinds[item.id], around.bills[item.id] = contents[item.id].kind, dict(contents[item.id].components)
    for item in changed:
        _check(item, contents[item.id], around)
    _write(changed, contents)
    record([_change(item, contents[item.id], before[item.id], around) for item in changed])
    publish([ItemChanged(item.id, ("kind", "components")) for item in changed])
    return list(items.values())


def _check_stock(contents: Mapping[UUID, Contents]) -> None:
    becoming = [key for key, each in contents.items() if each.kind == KIT]
    becoming = list(Item.objects.filter(id__in=becoming, kind=GOODS).values_list("id", flat=True))
    if there := with_stock_of_their_own(becoming, locking=True):
        skus = ", ".join(sorted(queries.skus_of(there).values()))
        raise KitHasStock(
            f"{skus}: there is stock of it, or some on its way. A kit has none: sell it, or book it out, first.",
            fields=[FieldError("kind", "kit_has_stock", "There is stock of it, or some on its way.")],
        )


def with_stock_of_their_own(item_ids: Collection[UUID], *, locking: bool) -> set[UUID]:
    """Those that lie on a shelf, or are on their way to one; with ``locking`` no more will before the commit."""
    if not item_ids:
        return set()
    there = lock_to_become_kits(item_ids) if locking else _lying(item_ids)
    return {*there, *(each.item_id for each in queries.incoming(item_ids=item_ids))}


def _lying(item_ids: Collection[UUID]) -> list[UUID]:
    return list(Balance.objects.filter(item_id__in=item_ids, on_hand__gt=0).values_list("item_id", flat=True))


def _check_versions(contents: Mapping, items: Mapping[UUID, Item], versions: Mapping[UUID, int | None]) -> None:
    if len(items) < len(contents):
        raise NotFound("There is no such item.")
    if any(versions.get(key) not in (None, item.version) for key, item in items.items()):
        raise Stale("Someone changed this item after you read it. Read it again and repeat your change.")


def _differs(item: Item, wanted: Contents, around: Around) -> bool:
    now = (item.kind, item.ships_in_parts, around.bills.get(item.id, {}))
    return now != (wanted.kind, _in_parts(wanted), dict(wanted.components))


def _in_parts(wanted: Contents) -> bool:
    return wanted.kind == KIT and wanted.ships_in_parts


def _check(item: Item, wanted: Contents, around: Around) -> None:
    problems = []
    if wanted.kind not in KINDS:
        problems.append(FieldError("kind", "unknown_choice", f"Choose one of: {', '.join(KINDS)}."))
    if wanted.kind == KIT and not wanted.components:
        problems.append(FieldError("components", "required", "A kit has at least one component."))
    if len(wanted.components) > COMPONENTS_MAX:
        problems.append(FieldError("components", "too_many", f"Give at most {COMPONENTS_MAX} components."))
    for position, (component_id, units) in enumerate(wanted.components.items()):
        if component_id not in around.skus:
            message = "There is no such item."
            problems.append(FieldError(f"components.{position}.item_id", "unknown_item", message))
        if not 0 < units <= PER_KIT_MAX:
            message = f"Give a quantity from 1 to {PER_KIT_MAX:,}."
            problems.append(FieldError(f"components.{position}.quantity", "out_of_range", message))
    if not problems and (why := around.why_not(item.id)):
        problems.append(FieldError("components", *why))
    if problems:
        message = problems[0].message if len(problems) == 1 else f"{item.sku}: some components need attention."
        raise Invalid(message, fields=problems)


def _write(changed: Sequence[Item], contents: Mapping[UUID, Contents]) -> None:
    for item in changed:
        item.kind, item.ships_in_parts = contents[item.id].kind, _in_parts(contents[item.id])
        item.version += 1
    names = ("id", "kind", "ships_in_parts", "version")
    update_rows(Item, [{name: getattr(item, name) for name in names} for item in changed])
    KitComponent.objects.filter(kit_id__in=[item.id for item in changed]).delete()
    insert_rows(
        KitComponent,
        [
            {"kit_id": item.id, "component_id": component_id, "quantity": units}
            for item in changed
            for component_id, units in contents[item.id].components.items()
        ],
    )


def _change(item: Item, wanted: Contents, before: Mapping[UUID, int], around: Around) -> Change:
    def words(components: Mapping[UUID, int]) -> dict[str, int]:
        return {around.skus[key]: units for key, units in components.items()}

    what = ", ".join(f"{units:,} × {sku}" for sku, units in words(wanted.components).items())
    made = "a kit of" if wanted.kind == KIT else "assembled from" if what else "made of nothing else any more"
    return Change(
        VERB, f"Item {item.sku} is {made} {what}".rstrip(), (("item", item.id),), before=words(before),
        after=words(wanted.components),
    )  # fmt: skip
