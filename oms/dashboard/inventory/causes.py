"""What led to a movement, as a link: the ledger names it by kind and id only, since it lives above it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from fulfillment.models import Parcel
from inventory.models import Movement
from inventory.queries import counts, visible_assemblies, visible_purchase_orders, visible_sheets, visible_transfers
from inventory.queries.supplier_returns import visible_supplier_returns
from orders.queries import visible_orders
from returns.models import Return


@dataclass(frozen=True)
class Cause:
    """``path`` is relative to the merchant's root."""

    words: str
    path: str


def causes_of(movements: Iterable[Movement]) -> dict[UUID, Cause]:
    """Cause id → the page of what led there, for what this person may see; a statement per kind that occurs."""
    wanted: dict[str, set[UUID]] = {}
    for each in movements:
        if each.cause_id:
            wanted.setdefault(each.cause_kind, set()).add(each.cause_id)
    found = {}
    for kind, ids in wanted.items():
        if kind in _PAGES:
            rows, field, words, path = _PAGES[kind]
            for key, named in rows().filter(id__in=ids).values_list("id", field):
                found[key] = Cause(words.format(named), path.format(named, key=key))
    return found


def _parcels() -> QuerySet[Parcel]:
    return Parcel.objects.filter(fulfillment_order__order__in=visible_orders())


def _returns() -> QuerySet[Return]:
    return Return.objects.filter(order__in=visible_orders())


_SHEET = (visible_sheets, "file_name", "{}", "inventory/files/{key}/")
# Kind → the rows this person may see, the field that names one, its words, and its page.
_PAGES: dict[str, tuple[Callable[[], QuerySet], str, str, str]] = {
    "parcel": (_parcels, "fulfillment_order__order__number", "#{}", "orders/{}/"),
    "return": (_returns, "number", "R{}", "returns/{}/"),
    "count": (counts.visible_counts, "number", "C{}", "inventory/counts/{}/"),
    "assembly": (visible_assemblies, "number", "A{}", "inventory/assembly/{}/"),
    "transfer": (visible_transfers, "number", "T{}", "inventory/transfers/{}/"),
    "purchase_order": (visible_purchase_orders, "number", "PO{}", "inventory/purchase-orders/{}/"),
    "supplier_return": (visible_supplier_returns, "number", "SR{}", "inventory/supplier-returns/{}/"),
    "adjustment": _SHEET,
    "opening": _SHEET,
}
