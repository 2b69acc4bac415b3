"""Items whose stock needs somebody."""

from django.db import models
from django.db.models import Q

from inventory.models.items import Item
from inventory.stock.alerting import KINDS
from oms.core.db.tenant import TenantForeignKey, TenantModel


class StockAlert(TenantModel):
    """What is wrong with an item's stock, from when it was noticed until it is so no more: then the row goes.

    One per item, so that nothing is said twice before it changes.
    """

    item = TenantForeignKey(Item, related_name="alerts", db_index=False)
    kind = models.TextField()
    since = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "item"], name="inventory_stockalert_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="inventory_stockalert_kind"),
        ]
        indexes = [models.Index(fields=["tenant_id", "-since", "-id"], name="inventory_stockalert_newest")]
