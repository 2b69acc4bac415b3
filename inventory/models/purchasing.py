"""Who we buy from, at what price, what is on order, and when to order more."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from inventory.models.items import Item
from inventory.models.locations import Location
from inventory.replenishing.buying import Break, as_breaks
from inventory.replenishing.lifecycle import ANNOUNCED, DRAFT, NOTICE_STATES, STATES, UNDERWAY
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


class Supplier(TenantModel):
    """Somebody we buy from. ``lead_time_days`` pass between an order and its arrival."""

    code = models.TextField(db_collation="C")
    name = models.TextField()
    email = models.TextField(blank=True, default="")
    currency = models.TextField()
    lead_time_days = models.IntegerField(default=14)
    active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="inventory_supplier_code"),
            models.CheckConstraint(condition=Q(lead_time_days__gte=0), name="inventory_supplier_lead_time"),
        ]


class SupplierItem(TenantModel):
    """An item in a supplier's catalogue. Of several suppliers of an item, the lowest ``rank`` is asked first.

    ``prices`` are [from units, unit price as text] in the supplier's currency, ascending; the first from 1.
    ``minimum`` is the least they sell, ``pack_size`` the units of one pack.
    """

    supplier = TenantForeignKey(Supplier, on_delete=models.CASCADE, related_name="catalogue", db_index=False)
    item = TenantForeignKey(Item, related_name="supplier_items", db_index=False)
    code = models.TextField(blank=True, default="")
    prices = models.JSONField(default=list)
    minimum = models.BigIntegerField(default=1)
    pack_size = models.BigIntegerField(default=1)
    lead_time_days = models.IntegerField(null=True)
    rank = models.IntegerField(default=100)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "supplier", "item"], name="inventory_supplieritem_once"),
            models.CheckConstraint(condition=Q(minimum__gt=0, pack_size__gt=0), name="inventory_supplieritem_sizes"),
        ]
        indexes = [models.Index(fields=["tenant_id", "item"], name="inventory_supplieritem_of_item")]

    @property
    def breaks(self) -> list[Break]:
        return as_breaks(self.prices)

    @property
    def lead_time(self) -> int:
        """Days from an order to its arrival: this item's own, or else the supplier's."""
        return self.supplier.lead_time_days if self.lead_time_days is None else self.lead_time_days


class PurchaseOrder(TenantModel):
    """What we ask a supplier to deliver to one location.

    It is also the work row of its own mail: ``mail_due_at`` is when to send (again), null once sent.
    """

    number = models.BigIntegerField()
    supplier = TenantForeignKey(Supplier, related_name="+", db_index=False)
    location = TenantForeignKey(Location, related_name="+", db_index=False)
    currency = models.TextField()
    state = models.TextField(default=DRAFT)
    note = models.TextField(blank=True, default="")
    expected_on = models.DateField(null=True)
    # The supplier's own number of it, and when they said what they will deliver.
    reference = models.TextField(blank=True, default="")
    acknowledged_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.SmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="inventory_purchaseorder_number"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="inventory_purchaseorder_state"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-id"], name="inventory_purchaseorder_newest"),
            models.Index(fields=["tenant_id", "state", "-id"], name="inventory_purchase_by_state"),
            models.Index(fields=["tenant_id", "supplier", "-id"], name="inventory_purchaseorder_of"),
            models.Index(
                fields=["tenant_id", "location"], name="inventory_purchase_underway", condition=Q(state__in=UNDERWAY)
            ),
            models.Index(
                fields=["mail_due_at"], name="inventory_purchase_mail", condition=Q(mail_due_at__isnull=False)
            ),
        ]


class PurchaseOrderLine(TenantModel):
    """Units of one item, at what one costs. ``pack_size`` units come in one pack.

    ``confirmed`` is what the supplier says will come (null: nothing yet), ``expected_on`` when, if that is not
    when the rest of the order does.
    """

    purchase_order = TenantForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    code = models.TextField(blank=True, default="")
    quantity = models.BigIntegerField()
    pack_size = models.BigIntegerField(default=1)
    unit_cost = models.DecimalField(max_digits=18, decimal_places=4)
    received = models.BigIntegerField(default=0)
    confirmed = models.BigIntegerField(null=True)
    expected_on = models.DateField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "purchase_order", "item"], name="inventory_poline_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, pack_size__gt=0, received__gte=0, unit_cost__gte=0)
                & (Q(confirmed__isnull=True) | Q(confirmed__gte=0)),
                name="inventory_poline_counters",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "item"], name="inventory_poline_of_item")]

    @property
    def due(self) -> int:
        """Units that will come in all, as far as anybody knows."""
        return self.quantity if self.confirmed is None else self.confirmed

    @property
    def awaited(self) -> int:
        return max(0, self.due - self.received)

    @property
    def packs_words(self) -> str:
        """As a supplier counts: ``2 × 6``, and what is left over of a pack."""
        packs, units = divmod(self.quantity, self.pack_size)
        parts = [f"{packs} × {self.pack_size}"] if packs else []
        return " + ".join(parts + ([str(units)] if units else [])) if self.pack_size > 1 else "–"

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.unit_cost


class DeliveryNotice(TenantModel):
    """A delivery that a supplier announces before it is here (an advance ship notice), by their number of it."""

    purchase_order = TenantForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="notices", db_index=False)
    reference = models.TextField(db_collation="C")
    carrier = models.TextField(blank=True, default="")
    tracking_number = models.TextField(blank=True, default="")
    expected_on = models.DateField()
    state = models.TextField(default=ANNOUNCED)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "purchase_order", "reference"], name="inventory_deliverynotice_once"
            ),
            models.CheckConstraint(condition=Q(state__in=NOTICE_STATES), name="inventory_deliverynotice_state"),
        ]


class DeliveryNoticeLine(TenantModel):
    """Units of one item in it."""

    notice = TenantForeignKey(DeliveryNotice, on_delete=models.CASCADE, related_name="lines", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    quantity = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "notice", "item"], name="inventory_noticeline_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_noticeline_quantity"),
        ]
        indexes = [models.Index(fields=["tenant_id", "item"], name="inventory_noticeline_of_item")]


class PurchaseReceipt(TenantModel):
    """One delivery that was booked. The id comes from the device: sent twice, it counts once.

    ``days`` passed since it was ordered, ``late_days`` since it was expected (fewer than none: it was early).
    """

    purchase_order = TenantForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="receipts", db_index=False)
    notice = TenantForeignKey(DeliveryNotice, null=True, related_name="+", db_index=False)
    days = models.IntegerField(null=True)
    late_days = models.IntegerField(null=True)
    reference = models.TextField(blank=True, default="")
    units = models.BigIntegerField()
    person_label = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "purchase_order"], name="inventory_purchasereceipt_of")]


class PurchaseReceiptLine(TenantLogModel):
    """Units of one item in a delivery."""

    receipt = TenantForeignKey(PurchaseReceipt, on_delete=models.CASCADE, related_name="lines", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    units = models.BigIntegerField()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "receipt", "item"], name="inventory_receiptline_once")
        ]
        indexes = [models.Index(fields=["tenant_id", "item"], name="inventory_receiptline_of_item")]


class ReorderRule(TenantModel):
    """By hand, in place of what demand says: at ``minimum`` units or fewer, order up to ``maximum``."""

    item = TenantForeignKey(Item, related_name="reorder_rules", db_index=False)
    location = TenantForeignKey(Location, related_name="+", db_index=False)
    minimum = models.BigIntegerField()
    maximum = models.BigIntegerField()
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "item", "location"], name="inventory_reorderrule_once"),
            models.CheckConstraint(
                condition=Q(minimum__gte=0, maximum__gt=0, maximum__gte=F("minimum")),
                name="inventory_reorderrule_span",
            ),
        ]
