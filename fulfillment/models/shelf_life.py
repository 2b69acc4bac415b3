"""How long goods must still be good when they leave."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from oms.accounts.models import SalesChannel
from oms.core.db.tenant import TenantForeignKey, TenantModel
from orders.models import Customer


class ShelfLifeRule(TenantModel):
    """What leaves for this customer, or for this channel's orders, must be good for so many days.

    What is null applies to all. Of several rules that apply, the strictest counts.
    """

    channel = TenantForeignKey(SalesChannel, related_name="+", null=True, db_index=False)
    customer = TenantForeignKey(Customer, related_name="+", null=True, db_index=False)
    days = models.IntegerField()
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "channel", "customer"], name="fulfillment_shelfliferule_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(days__gt=0), name="fulfillment_shelfliferule_days"),
        ]
