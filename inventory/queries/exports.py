"""Items and stock as tables whose columns an import knows: what is written here can be imported again as it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from inventory.models import IN_TRANSIT, Balance, Item, KitComponent
from inventory.queries.lookup import visible_locations
from inventory.sheets.codes import join_codes
from inventory.sheets.fields import ITEM_FIELDS, ITEMS, KIT_FIELDS, KITS, STOCK
from oms.core.errors import NotFound
from oms.core.files import signed_link
from oms.core.models import Job
from oms.core.tenancy import unit, unit_of_work

EXPORT = "inventory.export_sheet"
ITEMS_AT_ONCE = 1_000
# More items than this are written by a job.
AT_ONCE_MAX = 5_000

Rows = list[Sequence[object]]


@dataclass(frozen=True)
class Table:
    """``rows_of`` a page of items; ``amounts`` are the positions of money."""

    header: tuple[str, ...]
    rows_of: Callable[[list[Item]], Rows]
    amounts: tuple[int, ...] = ()


def next_rows(what: str, *, after: str) -> tuple[Rows, str]:
    """The rows of the next thousand items behind this SKU's key, and the last of them; "" when there are no more."""
    items = list(Item.objects.filter(sku_key__gt=after).order_by("sku_key")[:ITEMS_AT_ONCE])
    return TABLES[what].rows_of(items), items[-1].sku_key if len(items) == ITEMS_AT_ONCE else ""


def all_rows(what: str) -> Iterator[Sequence[object]]:
    """Every row, page by page, each read in a unit of work of its own: a download outlives the request's."""
    opened = unit()

    def pages() -> Iterator[Sequence[object]]:
        after = ""
        while True:
            with unit_of_work(opened.tenant_id, opened.actor):
                rows, after = next_rows(what, after=after)
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


def _item_rows(items: list[Item]) -> Rows:
    return [
        [
            each.sku, each.name, join_codes(each.barcodes), each.weight_g, each.length_mm, each.width_mm,
            each.height_mm, _amount(each.price), _amount(each.cost), _word(each.active), _word(each.final_sale),
        ]
        for each in items
    ]  # fmt: skip


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


TABLES = {
    ITEMS: Table(tuple(field.label for field in ITEM_FIELDS), _item_rows, amounts=(7, 8)),
    STOCK: Table(("SKU", "Name", "Location", "State", "Quantity", "Reserved"), _stock_rows),
    KITS: Table(tuple(field.label for field in KIT_FIELDS), _kit_rows),
}
