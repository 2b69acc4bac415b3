"""Figures kept ready: one row per order's journey, sums per day. Written by facts alone, and rebuilt from them."""

from django.db import models
from django.db.models import Q

from inventory.models import Location
from oms.accounts.models import SalesChannel
from oms.core.db.tenant import TenantForeignKey, TenantLogModel
from orders.models import Order


class OrderJourney(TenantLogModel):
    """When each thing first happened to an order (of parcels: when the last left and arrived), and how it ended.

    Facts of an order, its work, its parcels and its returns come in any order among each other, so every
    column is empty until its fact is there, and each is merged so that the order does not matter. ``claims``
    are returns that say the order was wrong, and that nobody dropped or refuted.
    """

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = TenantForeignKey(SalesChannel, null=True, related_name="+", db_index=False)
    currency = models.TextField(blank=True, default="")
    total = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    units = models.BigIntegerField(null=True)
    placed_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    allocated_at = models.DateTimeField(null=True)
    backordered_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    picked_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    caught_at = models.DateTimeField(null=True)
    short_at = models.DateTimeField(null=True)
    parcels_left = models.IntegerField(default=0)
    parcels_arrived = models.IntegerField(default=0)
    claims = models.IntegerField(default=0)
    returned_units = models.BigIntegerField(default=0)
    refunded = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    refunded_at = models.DateTimeField(null=True)
    score = models.SmallIntegerField(null=True)

    class Meta(TenantLogModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "order"], name="analytics_journey_once")]
        indexes = [
            models.Index(fields=["tenant_id", "-placed_at", "-id"], name="analytics_journey_placed"),
            models.Index(
                fields=["tenant_id", "-dispatched_at", "-id"],
                name="analytics_journey_left",
                condition=Q(dispatched_at__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "-promised_at", "-id"],
                name="analytics_journey_promised",
                condition=Q(promised_at__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "-caught_at", "-id"],
                name="analytics_journey_caught",
                condition=Q(caught_at__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "-short_at", "-id"],
                name="analytics_journey_short",
                condition=Q(short_at__isnull=False),
            ),
            models.Index(
                fields=["tenant_id", "-refunded_at", "-id"],
                name="analytics_journey_refunded",
                condition=Q(refunded_at__isnull=False),
            ),
        ]


class DailySales(TenantLogModel):
    """What one channel sold on one day of the merchant's, in one currency; ``refunds`` by the day they were made."""

    channel = TenantForeignKey(SalesChannel, related_name="+", db_index=False)
    day = models.DateField()
    currency = models.TextField()
    orders = models.BigIntegerField(default=0)
    units = models.BigIntegerField(default=0)
    sales = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    refunds = models.DecimalField(max_digits=20, decimal_places=4, default=0)

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "day", "channel", "currency"], name="analytics_sales_once")
        ]


class DailyFloor(TenantLogModel):
    """What one location's floor did on one day: units picked, errors its scanner caught, units that were not there,
    and what its counts found."""

    location = TenantForeignKey(Location, related_name="+", db_index=False)
    day = models.DateField()
    picked = models.BigIntegerField(default=0)
    caught = models.BigIntegerField(default=0)
    shorts = models.BigIntegerField(default=0)
    missing = models.BigIntegerField(default=0)
    lines_counted = models.BigIntegerField(default=0)
    lines_exact = models.BigIntegerField(default=0)
    units_counted = models.BigIntegerField(default=0)
    units_off = models.BigIntegerField(default=0)

    class Meta(TenantLogModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "day", "location"], name="analytics_floor_once")]
