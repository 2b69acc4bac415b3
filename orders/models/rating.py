"""How customers found it: one answer per order."""

from django.db import models
from django.db.models import Q

from oms.core.db.tenant import TenantForeignKey, TenantModel
from orders.models.order import Order


class OrderRating(TenantModel):
    """One answer to one question, from 1 (bad) to 5 (good), with what the customer wanted to add."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="ratings", db_index=False)
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "order"], name="orders_rating_once"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="orders_rating_score"),
        ]
