"""How an item is packed: so many units in an inner, a case, a pallet."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from inventory.models.items import Item
from oms.core.db.tenant import TenantForeignKey, TenantModel


class PackLevel(TenantModel):
    """A packing level of an item. Its codes are in `ItemCode`, each of which belongs to one level of one item."""

    item = TenantForeignKey(Item, on_delete=models.CASCADE, related_name="packs", db_index=False)
    name = models.TextField()
    units = models.BigIntegerField()
    gtin = models.TextField(blank=True, default="")
    barcodes = ArrayField(models.TextField(), default=list, blank=True)
    weight_g = models.IntegerField(null=True, blank=True)
    length_mm = models.IntegerField(null=True, blank=True)
    width_mm = models.IntegerField(null=True, blank=True)
    height_mm = models.IntegerField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["units"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "item", "units"], name="inventory_packlevel_once"),
            models.CheckConstraint(condition=Q(units__gte=2), name="inventory_packlevel_units"),
        ]
