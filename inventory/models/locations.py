"""Where we stock it."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from oms.core.db.tenant import TenantModel


class Location(TenantModel):
    """A place that holds stock and ships. Lower ``priority`` comes first; ``ships`` false stops routing here."""

    code = models.TextField(db_collation="C")
    name = models.TextField()
    kind = models.TextField(default="warehouse")
    address = models.JSONField(default=dict)
    timezone = models.TextField(default="UTC")
    cutoff = models.TimeField(null=True, blank=True)
    priority = models.IntegerField(default=100)
    ships = models.BooleanField(default=True)
    active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="inventory_location_code"),
            models.CheckConstraint(
                condition=Q(kind__in=["warehouse", "store", "third_party", "drop_ship"]), name="inventory_location_kind"
            ),
        ]
