"""Items, stock and kits as tables with the columns an import knows: what is written here can be imported again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, prefetch_related_objects

from inventory.items import AMOUNTS
from inventory.models import IN_TRANSIT, Balance, Item, KitComponent, StockCount, Supplier, SupplierItem
from inventory.queries.catalogue import custom_fields, pack_of
from inventory.queries.counts import WALK, lines_of
from inventory.queries.lookup import visible_locations
from inventory.replenishing.buying import as_breaks, write_breaks
from inventory.sheets.codes import join_codes
from inventory.sheets.fields import (
    COUNT_FIELDS,
    ITEM_FIELDS,
    ITEMS,
    KIT_FIELDS,
    KITS,
    STOCK,
    SUPPLIER_FIELDS,
    SUPPLIERS,
)
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
WHAT = (ITEMS, STOCK, KITS, SUPPLIERS)
AMOUNTS_AT = tuple(at for at, field in enumerate(ITEM_FIELDS) if field.name in AMOUNTS)


@dataclass(frozen=True)
class Table:
    """``page``: the rows behind a key, and the last of them ("" after the end); ``amounts`` are positions of money."""

    header: tuple[str, ...]
    page: Callable[[str], tuple[Rows, str]]
    amounts: tuple[int, ...] = ()


def own_columns(what: str) -> Own:
    """The merchant's own fields (key and name) that a file of ``what`` begun now has as columns."""
    return [[each.key, each.name] for each in custom_fields()] if what == ITEMS else []


def table_of(what: str, own: Own) -> Table:
    """How ``what`` is written, with these fields of the merchant's own."""
    if what == STOCK:
        return Table(("SKU", "Name", "Location", "State", "Quantity", "Reserved"), _by_item(_stock_rows))
    if what == SUPPLIERS:
        return Table(tuple(field.label for field in SUPPLIER_FIELDS), _catalogue_page)
    if what == KITS:
        return Table(tuple(field.label for field in KIT_FIELDS), _by_item(_kit_rows))
    header = (*(field.label for field in ITEM_FIELDS), *(name for _key, name in own))
    keys = [key for key, _name in own]
    return Table(header, _by_item(lambda items: _item_rows(items, keys)), amounts=AMOUNTS_AT)


def _by_item(rows_of: Callable[[list[Item]], Rows]) -> Callable[[str], tuple[Rows, str]]:
    """The rows of a thousand items at a time, by SKU."""

    def page(after: str) -> tuple[Rows, str]:
        items = list(Item.objects.filter(sku_key__gt=after).order_by("sku_key")[:ITEMS_AT_ONCE])
        return rows_of(items), items[-1].sku_key if len(items) == ITEMS_AT_ONCE else ""

    return page


def all_rows(table: Table) -> Iterator[Sequence[object]]:
    """Every row, page by page, each read in a unit of work of its own: a download outlives the request's."""
    opened = unit()

    def pages() -> Iterator[Sequence[object]]:
        after = ""
        while True:
            with unit_of_work(opened.tenant_id, opened.actor):
                rows, after = table.page(after)
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


def _catalogue_page(after: str) -> tuple[Rows, str]:
    """A thousand rows of catalogues at a time; before the first, suppliers that have none."""
    rows = SupplierItem.objects.select_related("supplier", "item").order_by("id")
    lines = list(rows.filter(id__gt=UUID(after))[:ITEMS_AT_ONCE] if after else rows[:ITEMS_AT_ONCE])
    bare = [] if after else Supplier.objects.filter(~Exists(SupplierItem.objects.filter(supplier=OuterRef("pk"))))
    written = [[each.code, each.name, each.email, each.currency, *[None] * 7] for each in bare]
    for each in lines:
        of = each.supplier
        written.append([
            of.code, of.name, of.email, of.currency, each.item.sku, each.code, write_breaks(as_breaks(each.prices)),
            each.minimum, each.pack_size, each.lead_time_days, each.rank,
        ])  # fmt: skip
    return written, str(lines[-1].id) if len(lines) == ITEMS_AT_ONCE else ""


def count_header() -> tuple[str, ...]:
    """Of the file of one count: a file of counts can be imported, with what it expected beside it."""
    return (*(field.label for field in COUNT_FIELDS), "Name", "Expected", "Difference", "By")


def count_rows(stock_count: StockCount, *, open_book: bool) -> list[Sequence[object]]:
    """Its lines in walking order; ``open_book`` shows what the book expected."""
    place = stock_count.location.code
    return [
        [
            place, each.item.sku, each.counted, each.state, each.item.name,
            *((each.expected, each.variance) if open_book else (None, None)), each.counted_by,
        ]
        for each in lines_of(stock_count).order_by(*WALK)
    ]  # fmt: skip


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
