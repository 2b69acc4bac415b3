"""What others tell us that has already happened."""

from django.db import models
from django.db.models import Q

from inventory.models.items import Item
from inventory.models.locations import Location
from inventory.stock.outside import WHAT
from oms.core.db.tenant import TenantForeignKey, TenantModel


class OutsideFact(TenantModel):
    """One thing that happened elsewhere (at a till, a 3PL, a scanner without a network), by its ``source``'s own id.

    Told twice it is booked once. ``unexplained`` units the book did not have.
    """

    source = models.TextField(db_collation="C")
    external_id = models.TextField(db_collation="C")
    what = models.TextField()
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    location = TenantForeignKey(Location, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    unexplained = models.BigIntegerField(default=0)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "source", "external_id"], name="inventory_outsidefact_once"),
            models.CheckConstraint(condition=Q(what__in=list(WHAT)), name="inventory_outsidefact_what"),
            models.CheckConstraint(condition=Q(quantity__gt=0, unexplained__gte=0), name="inventory_outsidefact_units"),
        ]
