"""Suppliers, their catalogues, and purchase orders."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from inventory.models import (
    DeliveryNotice,
    DeliveryNoticeLine,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    SupplierItem,
)
from inventory.replenishing.buying import Tolerance
from inventory.replenishing.lifecycle import STATES
from oms.accounts.models import Approval
from oms.accounts.queries import kept_setting
from oms.core.errors import NotFound
from oms.core.tenancy import unit

# Where the merchant's settings keep these.
KEY = "replenishing"


@dataclass(frozen=True, slots=True)
class Replenishing:
    """Deliveries may be so many percent over or under; stock lasts until the next one in so many percent of cases,
    and what is ordered lasts so many days beyond it."""

    over_percent: int = 0
    under_percent: int = 0
    service_percent: int = 95
    cover_days: int = 14

    @property
    def tolerance(self) -> Tolerance:
        return Tolerance(self.over_percent, self.under_percent)


def suppliers(*, active: bool | None = None) -> QuerySet[Supplier]:
    """To page through by ``("code", "id")``."""
    rows = Supplier.objects.all()
    return rows if active is None else rows.filter(active=active)


def supplier_by_id(supplier_id: UUID) -> Supplier:
    """Raises `NotFound`."""
    found = Supplier.objects.filter(id=supplier_id).first()
    if found is None:
        raise NotFound("There is no such supplier.")
    return found


def catalogue_of(supplier_id: UUID) -> QuerySet[SupplierItem]:
    """To page through by ``("-id",)``, with the items."""
    return SupplierItem.objects.filter(supplier_id=supplier_id).select_related("item", "supplier")


def sources_of(item_ids: Collection[UUID]) -> dict[UUID, SupplierItem]:
    """Item → where to buy it: of active suppliers, the lowest rank."""
    rows = SupplierItem.objects.filter(item_id__in=list(item_ids), supplier__active=True).select_related("supplier")
    return {each.item_id: each for each in rows.order_by("-rank", "-id")}


def visible_purchase_orders() -> QuerySet[PurchaseOrder]:
    """Those to a location the actor may see."""
    limited_to = unit().actor.locations
    rows = PurchaseOrder.objects.all()
    return rows if limited_to is None else rows.filter(location__in=limited_to)


def purchase_orders(*, state: str = "", supplier_id: UUID | None = None) -> QuerySet[PurchaseOrder]:
    """For lists, newest first by ``-id``; with supplier and location."""
    rows = visible_purchase_orders().select_related("supplier", "location")
    if supplier_id is not None:
        rows = rows.filter(supplier_id=supplier_id)
    return rows.filter(state=state) if state in STATES else rows


def purchase_order_by_number(number: int) -> PurchaseOrder:
    """Raises `NotFound`."""
    return _found(visible_purchase_orders().filter(number=number))


def purchase_order_by_id(purchase_order_id: UUID) -> PurchaseOrder:
    """Raises `NotFound`."""
    return _found(visible_purchase_orders().filter(id=purchase_order_id))


def lines_of_purchase_order(purchase_order_id: UUID) -> list[PurchaseOrderLine]:
    """In the order of their SKUs, with the items."""
    rows = PurchaseOrderLine.objects.filter(purchase_order_id=purchase_order_id).select_related("item")
    return list(rows.order_by("item__sku_key", "id"))


def awaited_approval(order: PurchaseOrder) -> Approval | None:
    """What waits for a second person before this order, as it is now, is sent."""
    return Approval.objects.filter(
        verb="purchasing.send", state=Approval.WAITING, params__purchase_order_id=str(order.id),
        params__version=order.version,
    ).first()  # fmt: skip


def notices_of_purchase_order(purchase_order_id: UUID) -> list[DeliveryNotice]:
    """The deliveries that were announced, the next to come first, with their lines and items."""
    rows = DeliveryNotice.objects.filter(purchase_order_id=purchase_order_id).order_by("expected_on", "id")
    lines = DeliveryNoticeLine.objects.select_related("item").order_by("item__sku_key")
    return list(rows.prefetch_related(Prefetch("lines", lines)))


def _found(rows: QuerySet[PurchaseOrder]) -> PurchaseOrder:
    found = rows.select_related("supplier", "location").first()
    if found is None:
        raise NotFound("There is no such purchase order.")
    return found


def replenishing_settings() -> Replenishing:
    """The merchant's own, or the usual ones."""
    return Replenishing(**kept_setting(KEY, {}))
