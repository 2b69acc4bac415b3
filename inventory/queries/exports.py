"""Items, stock and kits as tables with the columns an import knows: what is written here can be imported again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import prefetch_related_objects

from inventory.items import AMOUNTS
from inventory.models import IN_TRANSIT, Balance, Item, KitComponent
from inventory.queries.catalogue import custom_fields, pack_of
from inventory.queries.lookup import visible_locations
from inventory.sheets.codes import join_codes
from inventory.sheets.fields import ITEM_FIELDS, ITEMS, KIT_FIELDS, KITS, STOCK
from inventory.sheets.nested import write_options, write_packs
from oms.core.errors import NotFound
from oms.core.files import signed_link
from oms.core.models import Job
from oms.core.tenancy import unit, unit_of_work

EXPORT = "inventory.export_sheet"
ITEMS_AT_ONCE = 1_000
# More items than this are written by a job.
AT_ONCE_MAX = 5_000

Rows = list[Sequence[object]]
Own = Sequence[Sequence[str]]
WHAT = (ITEMS, STOCK, KITS)
AMOUNTS_AT = tuple(at for at, field in enumerate(ITEM_FIELDS) if field.name in AMOUNTS)


@dataclass(frozen=True)
class Table:
    """``rows_of`` a page of items; ``amounts`` are the positions of money."""

    header: tuple[str, ...]
    rows_of: Callable[[list[Item]], Rows]
    amounts: tuple[int, ...] = ()


def own_columns(what: str) -> Own:
    """The merchant's own fields (key and name) that a file of ``what`` begun now has as columns."""
    return [[each.key, each.name] for each in custom_fields()] if what == ITEMS else []


def table_of(what: str, own: Own) -> Table:
    """How ``what`` is written, with these fields of the merchant's own."""
    if what == STOCK:
        return Table(("SKU", "Name", "Location", "State", "Quantity", "Reserved"), _stock_rows)
    if what == KITS:
        return Table(tuple(field.label for field in KIT_FIELDS), _kit_rows)
    header = (*(field.label for field in ITEM_FIELDS), *(name for _key, name in own))
    return Table(header, lambda items: _item_rows(items, [key for key, _name in own]), amounts=AMOUNTS_AT)


def next_rows(table: Table, *, after: str) -> tuple[Rows, str]:
    """The rows of the next thousand items behind this SKU's key, and the last of them; "" when there are no more."""
    items = list(Item.objects.filter(sku_key__gt=after).order_by("sku_key")[:ITEMS_AT_ONCE])
    return table.rows_of(items), items[-1].sku_key if len(items) == ITEMS_AT_ONCE else ""


def all_rows(table: Table) -> Iterator[Sequence[object]]:
    """Every row, page by page, each read in a unit of work of its own: a download outlives the request's."""
    opened = unit()

    def pages() -> Iterator[Sequence[object]]:
        after = ""
        while True:
            with unit_of_work(opened.tenant_id, opened.actor):
                rows, after = next_rows(table, after=after)
            yield from rows
            if not after:
                return

    return pages()


def is_small() -> bool:
    """So few items that they can be written while somebody waits."""
    return Item.objects.all()[: AT_ONCE_MAX + 1].count() <= AT_ONCE_MAX


def own_exports() -> list[Job]:
    """The newest that this actor asked for: what is in it is what they may see."""
    rows = Job.objects.filter(kind=EXPORT, actor__id=unit().actor.id, actor__kind=unit().actor.kind)
    return list(rows.order_by("-created_at", "-id")[:10])


def export_by_id(job_id: UUID) -> Job:
    """Raises `NotFound`, also for somebody else's."""
    actor = unit().actor
    found = Job.objects.filter(id=job_id, kind=EXPORT, actor__id=actor.id, actor__kind=actor.kind).first()
    if found is None:
        raise NotFound("There is no such export.")
    return found


def export_link(job: Job) -> str:
    """Where the finished file can be read for an hour; empty before."""
    return signed_link(job.result["file_id"]) if "file_id" in job.result else ""


def _item_rows(items: list[Item], own: Sequence[str]) -> Rows:
    prefetch_related_objects(items, "packs", "product", "substitutes__other")
    return [
        [*(_cell(each, field.name) for field in ITEM_FIELDS), *(each.custom.get(key) for key in own)] for each in items
    ]


def _cell(item: Item, name: str) -> object:
    if name == "packs":
        return write_packs([pack_of(level) for level in item.packs.all()])
    if name == "product":
        return item.product.name if item.product else ""
    if name == "options":
        return write_options(item.product.options, item.option_values) if item.product else ""
    if name == "substitutes":
        return join_codes([each.other.sku for each in item.substitutes.all()])
    value = getattr(item, name)
    if isinstance(value, list):
        return join_codes(value)
    return _word(value) if isinstance(value, bool) else _amount(value) if name in AMOUNTS else value


def _stock_rows(items: list[Item]) -> Rows:
    balances = (
        Balance.objects.filter(item_id__in=[each.id for each in items], location__in=visible_locations())
        .exclude(state=IN_TRANSIT)
        .select_related("item", "location")
        .order_by("item__sku_key", "location__code", "state")
    )
    return [
        [each.item.sku, each.item.name, each.location.code, each.state, each.on_hand, each.reserved]
        for each in balances
    ]


def _kit_rows(items: list[Item]) -> Rows:
    rows = KitComponent.objects.filter(kit_id__in=[each.id for each in items]).select_related("kit", "component")
    return [
        [each.kit.sku, each.component.sku, each.quantity]
        for each in rows.order_by("kit__sku_key", "component__sku_key")
    ]


def _amount(value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value.normalize():f}")


def _word(value: bool) -> str:
    return "yes" if value else "no"
