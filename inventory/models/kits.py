"""What an item is made of: the contents of a kit, or what goods are assembled from; and assembling them."""

from django.db import models
from django.db.models import F, Q

from inventory.models.items import Item
from inventory.models.locations import Location
from inventory.stock.assembling import ASSEMBLE, KINDS, PLANNED, STATES
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


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


class AssemblyOrder(TenantModel):
    """``quantity`` of an item to be assembled at a location, or to be taken apart there; ``done`` of them are.

    What it takes is reserved for it: the components for their lines, the item itself for the order.
    """

    number = models.BigIntegerField()
    kind = models.TextField(default=ASSEMBLE)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    location = TenantForeignKey(Location, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    done = models.BigIntegerField(default=0)
    state = models.TextField(default=PLANNED)
    note = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="inventory_assemblyorder_number"),
            models.CheckConstraint(condition=Q(state__in=STATES, kind__in=KINDS), name="inventory_assemblyorder_state"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, done__gte=0, done__lte=F("quantity")), name="inventory_assemblyorder_done"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-id"], name="inventory_assembly_newest"),
            models.Index(fields=["tenant_id", "state", "-id"], name="inventory_assembly_by_state"),
        ]

    @property
    def left(self) -> int:
        return self.quantity - self.done


class AssemblyLine(TenantModel):
    """``per_unit`` units of a component in one, as it was when the order was planned."""

    assembly = TenantForeignKey(AssemblyOrder, on_delete=models.CASCADE, related_name="lines", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    per_unit = models.IntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "assembly", "item"], name="inventory_assemblyline_once"),
            models.CheckConstraint(condition=Q(per_unit__gt=0), name="inventory_assemblyline_positive"),
        ]
