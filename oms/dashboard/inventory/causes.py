"""What led to a movement, as a link: the ledger names it by kind and id only, since it lives above it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from fulfillment.models import Parcel
from inventory.models import Movement
from inventory.queries import visible_sheets
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
    if parcels := wanted.get("parcel"):
        rows = Parcel.objects.filter(id__in=parcels, fulfillment_order__order__in=visible_orders())
        for key, number in rows.values_list("id", "fulfillment_order__order__number"):
            found[key] = Cause(f"#{number}", f"orders/{number}/")
    if returns := wanted.get("return"):
        rows = Return.objects.filter(id__in=returns, order__in=visible_orders())
        for key, number in rows.values_list("id", "number"):
            found[key] = Cause(f"R{number}", f"returns/{number}/")
    if sheets := wanted.get("adjustment", set()) | wanted.get("opening", set()):
        for key, name in visible_sheets().filter(id__in=sheets).values_list("id", "file_name"):
            found[key] = Cause(name, f"inventory/files/{key}/")
    return found
