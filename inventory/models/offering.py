"""What a channel is offered: units kept back, and shares of what is left."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inventory.models.items import Item
from inventory.models.locations import Location
from inventory.stock.offering import PERCENT, SHARES
from oms.accounts.models import SalesChannel
from oms.core.db.tenant import TenantForeignKey, TenantModel


class SellBuffer(TenantModel):
    """Units no channel is offered. What is null applies to all: an item, a location, a channel.

    With a location they are taken off that shelf; without one, off what all locations have together.
    """

    item = TenantForeignKey(Item, related_name="sell_buffers", null=True, db_index=False)
    location = TenantForeignKey(Location, related_name="+", null=True, db_index=False)
    channel = TenantForeignKey(SalesChannel, related_name="+", null=True, db_index=False)
    units = models.BigIntegerField()
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "item", "location", "channel"],
                name="inventory_sellbuffer_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(units__gte=0), name="inventory_sellbuffer_units"),
        ]


class ChannelShare(TenantModel):
    """A channel's share of an item, or of every item (null).

    ``percent`` of what is left after the buffers, ``at_most`` so many units, or so many ``kept`` for this
    channel alone: an exclusive pool, which the other channels are not offered.
    """

    channel = TenantForeignKey(SalesChannel, related_name="+", db_index=False)
    item = TenantForeignKey(Item, related_name="channel_shares", null=True, db_index=False)
    kind = models.TextField()
    amount = models.BigIntegerField()
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "channel", "item"], name="inventory_channelshare_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SHARES, amount__gte=0) & (~Q(kind=PERCENT) | Q(amount__lte=100)),
                name="inventory_channelshare_amount",
            ),
        ]
