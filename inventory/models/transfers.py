"""Goods moved from one location to another, with the time they are on no shelf."""

from django.db import models
from django.db.models import F, Q

from inventory.models.items import Item
from inventory.models.locations import Location
from inventory.replenishing.lifecycle import DRAFT, STATES, UNDERWAY
from oms.core.db.tenant import TenantForeignKey, TenantModel


class Transfer(TenantModel):
    """Goods from one location to another. ``expected_on`` is when they should be there."""

    number = models.BigIntegerField()
    origin = TenantForeignKey(Location, related_name="+", db_index=False)
    destination = TenantForeignKey(Location, related_name="+", db_index=False)
    state = models.TextField(default=DRAFT)
    note = models.TextField(blank=True, default="")
    expected_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="inventory_transfer_number"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="inventory_transfer_state"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-id"], name="inventory_transfer_newest"),
            models.Index(fields=["tenant_id", "state", "-id"], name="inventory_transfer_by_state"),
            models.Index(
                fields=["tenant_id", "destination"],
                name="inventory_transfer_underway",
                condition=Q(state__in=UNDERWAY),
            ),
        ]


class TransferLine(TenantModel):
    """Units of one item. What was sent and has neither arrived, nor been lost, nor stayed behind is awaited.

    ``received`` can be more than was sent: the surplus came from *unexplained*.
    """

    transfer = TenantForeignKey(Transfer, on_delete=models.CASCADE, related_name="lines", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    sent = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    stayed = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "transfer", "item"], name="inventory_transferline_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, sent__gte=0, received__gte=0, lost__gte=0, stayed__gte=0)
                & Q(lost__lte=F("sent") - F("stayed")),
                name="inventory_transferline_counters",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "item"], name="inventory_transferline_of_item")]

    @property
    def awaited(self) -> int:
        return max(0, self.sent - self.received - self.lost - self.stayed)


class TransferReceipt(TenantModel):
    """One delivery that was booked. The id comes from the device: sent twice, it counts once."""

    transfer = TenantForeignKey(Transfer, on_delete=models.CASCADE, related_name="receipts", db_index=False)
    units = models.BigIntegerField()
    person_label = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "transfer"], name="inventory_transferreceipt_of")]
