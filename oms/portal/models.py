"""What the portal keeps for itself: codes that were mailed, returns being written, and letters asked for."""

from django.db import models

from oms.core.db.tenant import TenantForeignKey, TenantModel
from orders.models import Order


class Verification(TenantModel):
    """A code mailed to an order's address. Kept hashed, good once, for a quarter of an hour and five tries."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="+", db_index=False)
    code_hash = models.TextField()
    attempts = models.SmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order", "-id"], name="portal_verification_newest")]


class ReturnDraft(TenantModel):
    """A return as far as the customer has come with it: kept a week, one per order."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="+", db_index=False)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "order"], name="portal_returndraft_once")]


class OrdersWish(TenantModel):
    """Somebody asked for the orders of an address; whether there are any is looked up when nobody waits for it.

    A work row: it goes when it is answered.
    """

    email = models.TextField(db_collation="C")
    due_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "email"], name="portal_orderswish_once")]
        indexes = [models.Index(fields=["tenant_id", "due_at"], name="portal_orderswish_due")]
