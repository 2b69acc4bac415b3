"""The floor's work: fulfillment orders with their lines, scans, short picks and parcels."""

from django.db import models
from django.db.models import F, Q

from inventory.models import Item, Location, Lot, Reservation, Serial
from oms.core.db.tenant import TenantForeignKey, TenantModel
from orders.models import Order, OrderLine
from shipping.models import Shipment

STATES = ("released", "picking", "picked", "packing", "packed", "dispatched", "stopped")
OPEN = STATES[:5]
PICK, PACK = "pick", "pack"
VERDICTS = (
    "right", "line_done", "wrong_item", "over_scan", "unknown", "not_yours", "lot_refused",
    "serial_needed", "serial_refused",
)  # fmt: skip


class FulfillmentOrder(TenantModel):
    """The work one location does for one order.

    ``due_at`` orders the queue: when it must leave, or when it was released where there is no cut-off.
    ``cancel_requested_at`` says that somebody asked to stop, which the location has yet to answer.
    """

    number = models.BigIntegerField()
    order = TenantForeignKey(Order, related_name="fulfillment_orders", db_index=False)
    location = TenantForeignKey(Location, related_name="fulfillment_orders", db_index=False)
    state = models.TextField(default="released")
    units = models.BigIntegerField()
    line_count = models.IntegerField()
    ship_by = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    picker_id = models.TextField(blank=True, default="")
    picker_label = models.TextField(blank=True, default="")
    released_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    picked_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    cancel_requested_by = models.TextField(blank=True, default="")
    cancel_reason = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="fulfillment_order_number"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="fulfillment_order_state"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="fulfillment_order_of_order"),
            models.Index(fields=["tenant_id", "-id"], name="fulfillment_order_newest"),
            models.Index(fields=["tenant_id", "location", "-id"], name="fulfillment_order_at"),
            models.Index(fields=["tenant_id", "due_at", "id"], name="fulfillment_queue", condition=Q(state__in=OPEN)),
            models.Index(
                fields=["tenant_id", "location", "due_at", "id"],
                name="fulfillment_queue_at",
                condition=Q(state__in=OPEN),
            ),
        ]


class FulfillmentLine(TenantModel):
    """Units of one order line to pick here. Each unit is picked or found short; packed units were picked before."""

    fulfillment_order = TenantForeignKey(
        FulfillmentOrder, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    order_line = TenantForeignKey(OrderLine, related_name="fulfillment_lines", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    reservation = TenantForeignKey(Reservation, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    picked = models.BigIntegerField(default=0)
    packed = models.BigIntegerField(default=0)
    short = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, picked__gte=0, packed__gte=0, short__gte=0)
                & Q(packed__lte=F("picked"))
                & Q(picked__lte=F("quantity") - F("short")),
                name="fulfillment_line_counters",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "fulfillment_order"], name="fulfillment_line_of_order"),
            models.Index(fields=["tenant_id", "order_line"], name="fulfillment_line_of_line"),
        ]

    @property
    def to_pick(self) -> int:
        return self.quantity - self.short - self.picked

    @property
    def to_pack(self) -> int:
        return self.picked - self.packed


class Parcel(TenantModel):
    """One box of a fulfillment order. ``verified``: every unit was scanned into it; it left at ``dispatched_at``.

    ``shipment`` is its newest, None until a label was asked for.
    """

    fulfillment_order = TenantForeignKey(
        FulfillmentOrder, on_delete=models.CASCADE, related_name="parcels", db_index=False
    )
    shipment = TenantForeignKey(Shipment, null=True, related_name="parcels", db_index=False)
    number = models.SmallIntegerField()
    box = models.TextField(blank=True, default="")
    weight_g = models.IntegerField()
    verified = models.BooleanField()
    packed_by = models.TextField()
    packed_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "fulfillment_order", "number"], name="fulfillment_parcel_once"
            ),
            models.CheckConstraint(condition=Q(weight_g__gt=0), name="fulfillment_parcel_weighs"),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "packed_at", "id"],
                name="fulfillment_parcel_waiting",
                condition=Q(dispatched_at__isnull=True),
            ),
            models.Index(
                fields=["tenant_id", "shipment"],
                name="fulfillment_parcel_shipment",
                condition=Q(shipment__isnull=False),
            ),
        ]


class ParcelContent(TenantModel):
    parcel = TenantForeignKey(Parcel, on_delete=models.CASCADE, related_name="contents", db_index=False)
    fulfillment_line = TenantForeignKey(FulfillmentLine, related_name="packed_in", db_index=False)
    quantity = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "parcel", "fulfillment_line"], name="fulfillment_content_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="fulfillment_content_some"),
        ]


class Scan(TenantModel):
    """One scan and its verdict. The id comes from the device: sent twice, it counts once and is answered the same."""

    fulfillment_order = TenantForeignKey(
        FulfillmentOrder, on_delete=models.CASCADE, related_name="scans", db_index=False
    )
    fulfillment_line = TenantForeignKey(
        FulfillmentLine, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    # The lot, or the very unit, that was scanned: it leaves as that.
    lot = TenantForeignKey(Lot, null=True, related_name="+", db_index=False)
    serial = TenantForeignKey(Serial, null=True, related_name="+", db_index=False)
    kind = models.TextField()
    code = models.TextField()
    typed = models.BooleanField(default=False)
    verdict = models.TextField()
    answer = models.JSONField()
    counted = models.BooleanField()
    person_id = models.TextField()
    person_label = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[PICK, PACK]), name="fulfillment_scan_kind"),
            models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="fulfillment_scan_verdict"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "fulfillment_order", "at"], name="fulfillment_scan_of_order"),
            models.Index(
                fields=["tenant_id", "serial"], name="fulfillment_scan_of_serial", condition=Q(serial__isnull=False)
            ),
        ]


class ShortPick(TenantModel):
    """Units that were not where the book has them, and what became of the order. They are set aside to be counted."""

    fulfillment_order = TenantForeignKey(
        FulfillmentOrder, on_delete=models.CASCADE, related_name="shorts", db_index=False
    )
    fulfillment_line = TenantForeignKey(
        FulfillmentLine, on_delete=models.CASCADE, related_name="shorts", db_index=False
    )
    wanted = models.BigIntegerField()
    found = models.BigIntegerField()
    reason = models.TextField()
    outcome = models.TextField()
    sentence = models.TextField()
    person_label = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(found__gte=0, wanted__gt=F("found")), name="fulfillment_short_some"),
            models.CheckConstraint(
                condition=Q(reason__in=["none_there", "damaged", "cannot_find", "wrong_item"]),
                name="fulfillment_short_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["elsewhere", "part_elsewhere", "waits"]), name="fulfillment_short_outcome"
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "-id"], name="fulfillment_short_newest")]
