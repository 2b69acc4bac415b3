"""What belongs to items beside their numbers: pictures, products, fields of the merchant's own, substitutes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inventory.details import KINDS
from inventory.models.items import Item
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


class ItemImage(TenantModel):
    """A picture of an item, large and small; the first in ``position`` stands for it in lists."""

    item = TenantForeignKey(Item, on_delete=models.CASCADE, related_name="images", db_index=False)
    position = models.IntegerField()
    file_id = models.UUIDField()
    thumb_id = models.UUIDField()
    name = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["tenant_id", "item", "position"], name="inventory_itemimage_of_item")]


class CustomField(TenantModel):
    """A field that the merchant gave all items. One that is given up keeps its ``key``: values never change meaning."""

    key = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    choices = ArrayField(models.TextField(), default=list, blank=True)
    required = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="inventory_customfield_key"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="inventory_customfield_kind"),
        ]


class Substitute(TenantLogModel):
    """Another item that may be offered in place of ``item`` when that is short; the first is the best."""

    item = TenantForeignKey(Item, on_delete=models.CASCADE, related_name="substitutes", db_index=False)
    other = TenantForeignKey(Item, on_delete=models.CASCADE, related_name="+", db_index=False)
    position = models.IntegerField()

    class Meta(TenantLogModel.Meta):
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["tenant_id", "item", "other"], name="inventory_substitute_once")]
        indexes = [models.Index(fields=["tenant_id", "other"], name="inventory_substitute_for")]
