"""Which lots the units of an account belong to: a finer book beside the balances, for items that are tracked by lot."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inventory.models.items import Item
from inventory.models.locations import Location
from inventory.models.stock import SELLABLE
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


class Lot(TenantModel):
    """Units of an item that were made together. ``code`` is as the maker wrote it, ``code_key`` as it is compared.

    Good up to and including ``expires_on``. A blocked lot is kept off sale wherever it lies or arrives.
    """

    item = TenantForeignKey(Item, related_name="lots", db_index=False)
    code = models.TextField()
    code_key = models.TextField(db_collation="C")
    made_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    blocked_at = models.DateTimeField(null=True)
    blocked_reason = models.TextField(blank=True, default="")
    blocked_by = models.TextField(blank=True, default="")
    # It was said that it expires soon: said once.
    warned_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "item", "code_key"], name="inventory_lot_once"),
            models.CheckConstraint(
                condition=Q(blocked_at__isnull=True, blocked_reason="")
                | Q(blocked_at__isnull=False) & ~Q(blocked_reason=""),
                name="inventory_lot_blocked_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "code_key", "id"], name="inventory_lot_by_code"),
            models.Index(
                fields=["tenant_id", "expires_on", "id"],
                name="inventory_lot_by_expiry",
                condition=Q(expires_on__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "-blocked_at", "-id"],
                name="inventory_lot_blocked",
                condition=Q(blocked_at__isnull=False),
            ),
        ]


class Quant(TenantLogModel):
    """So many units of an account belong to this lot; to a lot nobody knows, where it is null.

    Only tracked items have them, and then an account's quants add up to its balance, whose lock covers them. What
    has no units has no row.
    """

    item = TenantForeignKey(Item, related_name="quants", db_index=False)
    location = TenantForeignKey(Location, related_name="+", db_index=False)
    state = models.TextField(default=SELLABLE)
    lot = TenantForeignKey(Lot, related_name="quants", null=True, db_index=False)
    on_hand = models.BigIntegerField()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "item", "location", "state", "lot"],
                name="inventory_quant_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="inventory_quant_not_negative"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "lot"], name="inventory_quant_of_lot", condition=Q(lot__isnull=False))
        ]


class Recall(TenantModel):
    """Lots that were called back: blocked in one act, and everybody who got of them is known and can be told.

    ``advice`` is what customers are told to do with the goods.
    """

    number = models.BigIntegerField()
    reason = models.TextField()
    advice = models.TextField(blank=True, default="")
    called_by = models.TextField()
    called_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "number"], name="inventory_recall_number")]
        indexes = [models.Index(fields=["tenant_id", "-id"], name="inventory_recall_newest")]


class RecalledLot(TenantModel):
    recall = TenantForeignKey(Recall, on_delete=models.CASCADE, related_name="lots", db_index=False)
    lot = TenantForeignKey(Lot, related_name="recalls", db_index=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "recall", "lot"], name="inventory_recalledlot_once")
        ]
        indexes = [models.Index(fields=["tenant_id", "lot"], name="inventory_recalledlot_of_lot")]
