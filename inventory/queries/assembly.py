"""Assembly orders."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from inventory.models import AssemblyLine, AssemblyOrder
from inventory.stock.assembling import STATES
from oms.core.errors import NotFound
from oms.core.tenancy import unit


def visible_assemblies() -> QuerySet[AssemblyOrder]:
    """Those at locations the actor may see."""
    limited_to = unit().actor.locations
    rows = AssemblyOrder.objects.all()
    return rows if limited_to is None else rows.filter(location__in=limited_to)


def assemblies(*, state: str = "") -> QuerySet[AssemblyOrder]:
    """For lists, newest first by ``-id``; with item and location."""
    rows = visible_assemblies().select_related("item", "location")
    return rows.filter(state=state) if state in STATES else rows


def assembly_by_number(number: int) -> AssemblyOrder:
    """Raises `NotFound`."""
    return _found(visible_assemblies().filter(number=number))


def assembly_by_id(assembly_id: UUID) -> AssemblyOrder:
    """Raises `NotFound`."""
    return _found(visible_assemblies().filter(id=assembly_id))


def lines_of_assembly(assembly_id: UUID) -> list[AssemblyLine]:
    """In the order of their SKUs, with the items."""
    rows = AssemblyLine.objects.filter(assembly_id=assembly_id).select_related("item")
    return list(rows.order_by("item__sku_key", "id"))


def numbers_of_demands(demand_ids: Collection[UUID]) -> dict[UUID, int]:
    """Demand → the number of the assembly order that it is of, for those the actor may see."""
    rows = visible_assemblies().filter(Q(id__in=demand_ids) | Q(lines__id__in=demand_ids))
    wanted = set(demand_ids)
    found = rows.values_list("id", "lines__id", "number")
    return {key: number for order, line, number in found for key in (order, line) if key in wanted}


def _found(rows: QuerySet[AssemblyOrder]) -> AssemblyOrder:
    found = rows.select_related("item", "location").first()
    if found is None:
        raise NotFound("There is no such assembly order.")
    return found
