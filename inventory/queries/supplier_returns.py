"""Goods that went back to suppliers, and what is awaited for them."""

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum

from inventory.billing.returning import AWAITED, STATES
from inventory.models import SupplierReturn, SupplierReturnLine, ValuePosting
from inventory.valuing.accounts import CREDIT_AWAITED
from oms.core.errors import NotFound
from oms.core.money import ZERO
from oms.core.tenancy import unit

# A credit note that takes longer is asked for.
PATIENCE = timedelta(days=14)


def visible_supplier_returns() -> QuerySet[SupplierReturn]:
    """Those from a location the actor may see."""
    limited_to = unit().actor.locations
    rows = SupplierReturn.objects.all()
    return rows if limited_to is None else rows.filter(location__in=limited_to)


def supplier_returns(*, state: str = "", supplier_id: UUID | None = None) -> QuerySet[SupplierReturn]:
    """For lists, newest first by ``-id``; with supplier, location and order."""
    rows = visible_supplier_returns().select_related("supplier", "location", "purchase_order")
    rows = rows if supplier_id is None else rows.filter(supplier_id=supplier_id)
    return rows.filter(state=state) if state in STATES else rows


def credit_overdue() -> QuerySet[SupplierReturn]:
    """Those whose credit note has been awaited for too long; as `supplier_returns`."""
    return supplier_returns(state=AWAITED).filter(sent_at__lt=unit().now - PATIENCE)


def supplier_return_by_id(return_id: UUID) -> SupplierReturn:
    """Raises `NotFound`."""
    return _found(supplier_returns().filter(id=return_id))


def supplier_return_by_number(number: int) -> SupplierReturn:
    """Raises `NotFound`."""
    return _found(supplier_returns().filter(number=number))


def lines_of_supplier_return(return_id: UUID) -> list[SupplierReturnLine]:
    """In the order of their SKUs, with the items."""
    rows = SupplierReturnLine.objects.filter(supplier_return_id=return_id).select_related("item")
    return list(rows.order_by("item__sku_key", "id"))


def credit_awaited(return_ids: Collection[UUID]) -> dict[UUID, Decimal]:
    """Return → what its goods were worth when they left, as far as that was not settled and is valued by now."""
    rows = ValuePosting.objects.filter(cause_id__in=list(return_ids))
    sums = dict.fromkeys(return_ids, ZERO)
    for sign, name in ((1, "debit"), (-1, "credit")):
        found = rows.filter(**{name: CREDIT_AWAITED}).values_list("cause_id").annotate(Sum("amount")).order_by()
        for key, amount in found:
            sums[key] += sign * amount
    return sums


def _found(rows: QuerySet[SupplierReturn]) -> SupplierReturn:
    found = rows.first()
    if found is None:
        raise NotFound("There is no such return to a supplier.")
    return found
