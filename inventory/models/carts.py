"""Units held for a cart: for what is no order yet, and only for so long."""

from django.db import models
from django.db.models import Q

from inventory.models.items import Item
from oms.accounts.models import SalesChannel
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel

CONVERTED, GIVEN_BACK = ENDINGS = ("converted", "given_back")


class Cart(TenantModel):
    """What one shopper means to buy. Its lines are demands like any other, whose reservations expire.

    ``ended_as`` says that it became an order or was given back; a cart whose time ran out just has no open units.
    """

    channel = TenantForeignKey(SalesChannel, related_name="+", null=True, db_index=False)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_as = models.TextField(default="", blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_as="", ended_at=None) | Q(ended_as__in=ENDINGS, ended_at__isnull=False),
                name="inventory_cart_ended",
            )
        ]


class CartLine(TenantLogModel):
    """``demand_id`` names its reservations; ``quantity`` is what was asked for, which may be more than is held.

    A kit's line holds nothing itself: the lines of its components do, which name its demand.
    """

    cart = TenantForeignKey(Cart, on_delete=models.CASCADE, related_name="lines", db_index=False)
    demand_id = models.UUIDField()
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    kit_demand_id = models.UUIDField(null=True)

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "cart", "demand_id"], name="inventory_cartline_once")
        ]
