"""Endpoints of integrators, and every message owed or sent to them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inventory.models import Item
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


class Endpoint(TenantModel):
    """Where facts are sent. Secrets are encrypted (see `oms.core.secrets`); empty ``events`` means all.

    After a rotation ``previous_secret`` signs too, until ``previous_until``.
    """

    url = models.TextField()
    description = models.TextField(blank=True, default="")
    events = ArrayField(models.TextField(), default=list, blank=True)
    secret = models.TextField()
    previous_secret = models.TextField(blank=True, default="")
    previous_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)
    disabled_reason = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=now)


class Message(TenantModel):
    """One fact owed to one endpoint: a work row, claimed under a lease. ``event_id`` is the same on every retry."""

    DUE, DELIVERED, FAILED = "due", "delivered", "failed"

    endpoint = TenantForeignKey(Endpoint, on_delete=models.CASCADE, db_index=False)
    event_id = models.UUIDField()
    event_type = models.TextField()
    object_id = models.UUIDField()
    sequence = models.BigIntegerField()
    body = models.TextField()
    state = models.TextField(default=DUE)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "endpoint", "event_id"], name="webhooks_message_once"),
            models.CheckConstraint(
                condition=Q(state__in=["due", "delivered", "failed"]), name="webhooks_message_state"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "endpoint", "-created_at", "-id"], name="webhooks_message_list"),
            models.Index(fields=["tenant_id", "-created_at", "-id"], name="webhooks_message_newest"),
            models.Index(fields=["tenant_id", "state", "-created_at", "-id"], name="webhooks_message_by_state"),
            models.Index(fields=["tenant_id", "due_at"], name="webhooks_message_due", condition=Q(state="due")),
        ]


class Attempt(TenantLogModel):
    """One try at delivering a message: what came back, or why nothing did."""

    message = TenantForeignKey(Message, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    status = models.SmallIntegerField(null=True)
    response = models.TextField(blank=True, default="")
    error = models.TextField(blank=True, default="")
    duration_ms = models.IntegerField(default=0)


class StockLevelDue(TenantLogModel):
    """An item whose stock moved, and from when on that is told; one row however often it moves until then."""

    item = TenantForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    due_at = models.DateTimeField()

    class Meta(TenantLogModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "item"], name="webhooks_stockleveldue_once")]
        indexes = [models.Index(fields=["tenant_id", "due_at"], name="webhooks_stockleveldue_next")]
