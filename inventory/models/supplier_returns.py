"""Goods that went back to a supplier, and the credit note that is awaited for them."""

from django.db import models
from django.db.models import Q

from inventory.billing.returning import AWAITED, STATES
from inventory.models.items import Item
from inventory.models.locations import Location
from inventory.models.purchasing import PurchaseOrder, Supplier
from oms.core.db.tenant import TenantForeignKey, TenantModel


class SupplierReturn(TenantModel):
    """Goods sent back from one location. Its id comes from who books it: sent twice, it counts once.

    It is also the work row of its own mail, which asks for the credit note: ``mail_due_at`` is when to send (again),
    null once sent. ``rate`` is what one unit of the credit note's currency is worth in the merchant's.
    """

    number = models.BigIntegerField()
    supplier = TenantForeignKey(Supplier, related_name="+", db_index=False)
    purchase_order = TenantForeignKey(PurchaseOrder, null=True, related_name="+", db_index=False)
    location = TenantForeignKey(Location, related_name="+", db_index=False)
    state = models.TextField(default=AWAITED)
    note = models.TextField(blank=True, default="")
    person_label = models.TextField()
    sent_at = models.DateTimeField()
    credit_number = models.TextField(blank=True, default="")
    credit_key = models.TextField(blank=True, default="", db_collation="C")
    credited_on = models.DateField(null=True)
    currency = models.TextField(blank=True, default="")
    rate = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    credited = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    settled_by = models.TextField(blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    chases = models.IntegerField(default=0)
    chased_at = models.DateTimeField(null=True)
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.SmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="inventory_supplierreturn_no"),
            models.UniqueConstraint(
                fields=["tenant_id", "supplier", "credit_key"],
                condition=~Q(credit_key=""),
                name="inventory_supplierreturn_once",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="inventory_supplierreturn_states"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-id"], name="inventory_supplierret_newest"),
            models.Index(fields=["tenant_id", "state", "-id"], name="inventory_supplierret_by_state"),
            models.Index(
                fields=["mail_due_at"], name="inventory_supplierret_mail", condition=Q(mail_due_at__isnull=False)
            ),
        ]


class SupplierReturnLine(TenantModel):
    """Units of one item, and the state of the shelf they were on."""

    supplier_return = TenantForeignKey(SupplierReturn, on_delete=models.CASCADE, related_name="lines", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    state = models.TextField()
    units = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "supplier_return", "item", "state"], name="inventory_srline_once"
            ),
            models.CheckConstraint(condition=Q(units__gt=0), name="inventory_srline_units"),
        ]
