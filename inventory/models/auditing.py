"""What the book is held to: days that are closed, and the proofs that it adds up."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from inventory.models.items import Item
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


class StockPeriod(TenantModel):
    """The days up to ``closed_until`` were closed: no entry takes effect before ``open_from`` any more.

    The latest that was not reopened counts. ``open_from`` is the first moment of the first open day, as the
    merchant's zone had it when the days were closed.
    """

    closed_until = models.DateField()
    open_from = models.DateTimeField()
    note = models.TextField(blank=True, default="")
    closed_at = models.DateTimeField()
    closed_by = models.TextField()
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.TextField(blank=True, default="")
    reopen_reason = models.TextField(blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "closed_until"],
                condition=Q(reopened_at__isnull=True),
                name="inventory_stockperiod_once",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True) | ~Q(reopen_reason=""), name="inventory_stockperiod_reason"
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "-closed_at", "-id"], name="inventory_stockperiod_newest")]


class StockCheckpoint(TenantModel):
    """The ledger added up to ``last_movement``, when every movement up to there had been committed for good.

    ``recorded_until`` is when the latest of those was recorded, ``recorded_since`` when the earliest of all later
    ones was: known once another checkpoint follows.
    """

    last_movement = models.BigIntegerField()
    movements = models.BigIntegerField()
    recorded_until = models.DateTimeField()
    recorded_since = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    # Every entry up to there was written by a transaction below this number.
    transaction = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "last_movement"], name="inventory_stockcheckpoint_once")
        ]


class CheckpointTotal(TenantLogModel):
    """What an item had at a checkpoint, in every account: three lists side by side.

    An account outside has no location; what had nothing is left out. A row per account would make a checkpoint
    cost six times as much.
    """

    checkpoint = TenantForeignKey(StockCheckpoint, related_name="totals", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    locations = ArrayField(models.UUIDField(null=True))
    states = ArrayField(models.TextField())
    units = ArrayField(models.BigIntegerField())

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "checkpoint", "item"], name="inventory_checkpointtotal_once")
        ]


class AuditRun(TenantModel):
    """The book was proved: from where, what was read for it, and what did not add up.

    ``horizon`` is the last entry drawn when it began, ``transaction`` the number it got after that: once all
    below are over, a checkpoint may stand there.
    """

    full = models.BooleanField(default=False)
    after = models.BigIntegerField(default=0)
    horizon = models.BigIntegerField(default=0)
    transaction = models.BigIntegerField(default=0)
    balances = models.BigIntegerField(default=0)
    movements = models.BigIntegerField(default=0)
    reservations = models.BigIntegerField(default=0)
    # Outside account → units it has given, less what it took; "shelves" is all locations together.
    accounts = models.JSONField(default=dict)
    broken = models.IntegerField(default=0)
    breaks = models.JSONField(default=list)
    actor_label = models.TextField()
    started_at = models.DateTimeField()
    milliseconds = models.IntegerField(default=0)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "-started_at", "-id"], name="inventory_auditrun_newest")]

    @property
    def holds(self) -> bool:
        return not self.broken
