"""What an item is made up of: the contents of a kit, or what an item is assembled from."""

from django.db import models
from django.db.models import Q

from inventory.models.items import Item
from oms.core.db.tenant import TenantForeignKey, TenantLogModel


class KitComponent(TenantLogModel):
    """``quantity`` units of ``component`` in one ``kit``: an item of kind kit, or goods that are assembled."""

    kit = TenantForeignKey(Item, related_name="components", db_index=False)
    component = TenantForeignKey(Item, related_name="part_of", db_index=False)
    quantity = models.IntegerField()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "kit", "component"], name="inventory_kitcomponent_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_kitcomponent_positive"),
        ]
        indexes = [models.Index(fields=["tenant_id", "component"], name="inventory_kitcomponent_of")]
