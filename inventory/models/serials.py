"""Units that are known one by one, for items that are tracked by serial number."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inventory.models.items import Item
from inventory.models.locations import Location
from inventory.models.stock import OUTSIDE
from inventory.models.tracing import Lot, Recall
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


class Serial(TenantModel):
    """One unit: ``code`` as it stands on it, and the account it is in.

    In one place at a time: a location with a state, or an outside account. ``demand_id`` is the order line it left
    for, ``cause_id`` what carried it off. *Unexplained* is where a unit is of which the book lost track.
    """

    item = TenantForeignKey(Item, related_name="serials", db_index=False)
    code = models.TextField()
    code_key = models.TextField(db_collation="C")
    lot = TenantForeignKey(Lot, null=True, related_name="serials", db_index=False)
    location = TenantForeignKey(Location, null=True, related_name="+", db_index=False)
    state = models.TextField()
    demand_id = models.UUIDField(null=True)
    cause_id = models.UUIDField(null=True)
    blocked_at = models.DateTimeField(null=True)
    blocked_reason = models.TextField(blank=True, default="")
    moved_at = models.DateTimeField()
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "item", "code_key"], name="inventory_serial_once"),
            models.CheckConstraint(
                condition=Q(location__isnull=True, state__in=OUTSIDE)
                | Q(location__isnull=False) & ~Q(state__in=OUTSIDE),
                name="inventory_serial_in_one_place",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "code_key", "id"], name="inventory_serial_by_code"),
            models.Index(
                fields=["tenant_id", "item", "location", "state"],
                name="inventory_serial_at",
                condition=Q(location__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "demand_id"], name="inventory_serial_for", condition=Q(demand_id__isnull=False)
            ),
        ]


class SerialMove(TenantLogModel):
    """A unit's life: each account it came into, why, and who did it."""

    serial = TenantForeignKey(Serial, on_delete=models.CASCADE, related_name="moves", db_index=False)
    location = TenantForeignKey(Location, null=True, related_name="+", db_index=False)
    state = models.TextField()
    cause_kind = models.TextField()
    cause_id = models.UUIDField(null=True)
    demand_id = models.UUIDField(null=True)
    actor_label = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantLogModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "serial", "-id"], name="inventory_serialmove_of")]


class RecalledSerial(TenantModel):
    recall = TenantForeignKey(Recall, on_delete=models.CASCADE, related_name="serials", db_index=False)
    serial = TenantForeignKey(Serial, related_name="recalls", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "recall", "serial"], name="inventory_recalledserial_once")
        ]
        indexes = [models.Index(fields=["tenant_id", "serial"], name="inventory_recalledserial_of")]
