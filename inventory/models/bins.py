"""Where at a location goods lie: its bins, and what is in each."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inventory.models.items import Item
from inventory.models.locations import Location
from inventory.stock.bins import KINDS, PICK
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


class Bin(TenantModel):
    """A place on a shelf that has a code of its own. ``place`` is when the walk through the location comes to it.

    Orders are picked from ``pick`` bins first; ``bulk`` bins fill those up, ``receiving`` is where a delivery waits.
    """

    location = TenantForeignKey(Location, related_name="bins", db_index=False)
    code = models.TextField()
    code_key = models.TextField(db_collation="C")
    kind = models.TextField(default=PICK)
    place = models.IntegerField()
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "location", "code_key"], name="inventory_bin_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="inventory_bin_kind"),
        ]
        indexes = [models.Index(fields=["tenant_id", "location", "place", "id"], name="inventory_bin_walk")]


class BinStock(TenantLogModel):
    """So many sellable units of an item are in this bin. What is in none has yet to be put away.

    Never more than the sellable balance of the bin's location, whose lock covers them. What is empty has no row.
    """

    bin = TenantForeignKey(Bin, related_name="contents", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    location = TenantForeignKey(Location, related_name="+", db_index=False)
    on_hand = models.BigIntegerField()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "bin", "item"], name="inventory_binstock_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="inventory_binstock_not_negative"),
        ]
        indexes = [models.Index(fields=["tenant_id", "item", "location"], name="inventory_binstock_of_item")]
