"""What suppliers ask of us: their bills, and what has come and was not billed yet."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from inventory.billing.lifecycle import STATES, WAITS, WITHDRAWN
from inventory.billing.sharing import CHARGES, SHARED_BY
from inventory.models.items import Item
from inventory.models.purchasing import PurchaseOrder, PurchaseOrderLine, Supplier
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


def _money(**options: object) -> models.DecimalField:
    return models.DecimalField(max_digits=18, decimal_places=4, **options)


class SupplierBill(TenantModel):
    """A supplier's bill. Their number counts once per supplier: ``number_key`` is it as it is compared.

    ``rate`` is what one unit of the bill's currency is worth in the merchant's; ``tax`` is no cost of goods.
    """

    supplier = TenantForeignKey(Supplier, related_name="+", db_index=False)
    number = models.TextField()
    number_key = models.TextField(db_collation="C")
    billed_on = models.DateField()
    currency = models.TextField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    tax = _money(default=Decimal(0))
    total = _money()
    state = models.TextField(default=WAITS)
    note = models.TextField(blank=True, default="")
    entered_by = models.TextField()
    entered_at = models.DateTimeField()
    decided_by = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "supplier", "number_key"],
                condition=~Q(state=WITHDRAWN),
                name="inventory_supplierbill_once",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="inventory_supplierbill_states"),
            models.CheckConstraint(condition=Q(rate__gt=0, tax__gte=0), name="inventory_supplierbill_amounts"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-id"], name="inventory_supplierbill_newest"),
            models.Index(fields=["tenant_id", "state", "-id"], name="inventory_supplierbill_state"),
            models.Index(fields=["tenant_id", "supplier", "-id"], name="inventory_supplierbill_of"),
        ]


class SupplierBillLine(TenantModel):
    """Goods (of a line of an order, or of none), or a charge that belongs to what came of ``orders``.

    ``amount`` is in the bill's currency. ``verdicts`` are what stands against it, none where it matches.
    """

    bill = TenantForeignKey(SupplierBill, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.IntegerField()
    item = TenantForeignKey(Item, null=True, related_name="+", db_index=False)
    order_line = TenantForeignKey(PurchaseOrderLine, null=True, related_name="billed", db_index=False)
    units = models.BigIntegerField(default=0)
    unit_price = _money(default=Decimal(0))
    charge = models.TextField(blank=True, default="")
    shared_by = models.TextField(blank=True, default="")
    orders = ArrayField(models.UUIDField(), default=list)
    amount = _money()
    verdicts = ArrayField(models.TextField(), default=list)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "bill", "position"], name="inventory_billline_once"),
            models.CheckConstraint(
                condition=Q(item__isnull=False, units__gt=0, charge="")
                | Q(item__isnull=True, charge__in=CHARGES, shared_by__in=SHARED_BY),
                name="inventory_billline_kind",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0, unit_price__gte=0), name="inventory_billline_amount"),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "order_line"],
                name="inventory_billline_of_order",
                condition=Q(order_line__isnull=False),
            )
        ]


class ReceivedNotBilled(TenantLogModel):
    """Per item of an order: what came and at which value, and what of that was billed. Part of the projection.

    ``since`` is the day on which came what has waited longest, as far as is known.
    """

    purchase_order = TenantForeignKey(PurchaseOrder, related_name="+", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    units = models.BigIntegerField(default=0)
    value = _money(default=Decimal(0))
    billed_units = models.BigIntegerField(default=0)
    billed_value = _money(default=Decimal(0))
    since = models.DateField()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "purchase_order", "item"], name="inventory_notbilled_once")
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "purchase_order"],
                name="inventory_notbilled_open",
                condition=~Q(units=models.F("billed_units"), value=models.F("billed_value")),
            )
        ]

    @property
    def open_units(self) -> int:
        return self.units - self.billed_units

    @property
    def open_value(self) -> Decimal:
        return self.value - self.billed_value
