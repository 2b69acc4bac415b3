"""Kept ways of sharing scarce stock out."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from fulfillment.sourcing.repromising import Policy
from oms.core.db.tenant import TenantModel


class SharingPolicy(TenantModel):
    """Who gets scarce stock, under a name. ``rules`` is `Policy` as JSON.

    At most one is used ``on_arrival``: then stock that arrives is shared out by it, in place of oldest order first.
    """

    name = models.TextField()
    rules = models.JSONField()
    frozen_hours = models.IntegerField(default=0)
    on_arrival = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "name"], name="fulfillment_sharingpolicy_name"),
            models.UniqueConstraint(
                fields=["tenant_id"], condition=Q(on_arrival=True), name="fulfillment_sharingpolicy_arriving"
            ),
            models.CheckConstraint(condition=Q(frozen_hours__gte=0), name="fulfillment_sharingpolicy_frozen"),
        ]

    @property
    def policy(self) -> Policy:
        return Policy.from_json(self.rules)
