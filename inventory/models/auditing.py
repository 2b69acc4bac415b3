"""What the book is held to: days that are closed, and the proofs that it adds up."""

from django.db import models
from django.db.models import Q

from oms.core.db.tenant import TenantModel


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
