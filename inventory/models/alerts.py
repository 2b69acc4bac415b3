"""Items whose stock needs somebody."""

from django.db import models
from django.db.models import Q

from inventory.models.items import Item
from inventory.stock.alerting import KINDS
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


class StockAlert(TenantModel):
    """What is wrong with an item's stock, from when it was noticed until it is so no more: then the row goes.

    One per item and kind, so that nothing is said twice before it changes. It is also the work row of its own
    mail: ``mail_due_at`` is when to send (again), null once sent or where nobody wants it.
    """

    item = TenantForeignKey(Item, related_name="alerts", db_index=False)
    kind = models.TextField()
    units = models.BigIntegerField(default=0)
    since = models.DateTimeField()
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.SmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "item", "kind"], name="inventory_stockalert_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="inventory_stockalert_kind"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-since", "-id"], name="inventory_stockalert_newest"),
            models.Index(fields=["mail_due_at"], name="inventory_alert_mail", condition=Q(mail_due_at__isnull=False)),
        ]


class ItemPace(TenantLogModel):
    """How fast an item sells: units on a usual day of the last weeks, and when one last left. Made anew each night."""

    item = TenantForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    daily_units = models.FloatField(default=0)
    sold_at = models.DateTimeField(null=True)

    class Meta(TenantLogModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "item"], name="inventory_itempace_once")]
