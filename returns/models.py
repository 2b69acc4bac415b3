"""Returns: what comes back, what was seen when it did, and what became of it."""

from django.db import models
from django.db.models import F, Q

from inventory.models import Item, Location
from oms.core.db.tenant import TenantForeignKey, TenantModel
from orders.models import Order, OrderLine, Refund
from returns import lifecycle

REASONS = (
    "wrong_item", "damaged", "not_as_described", "too_big", "too_small", "changed_mind", "arrived_late", "other",
)  # fmt: skip
OUTCOMES = ("refund", "exchange", "none")
GRADES = ("as_new", "opened", "damaged", "wrong_item")
# What becomes of the goods: back on sale, kept apart as damaged, thrown away, or sent back to the customer.
DISPOSITIONS = ("restock", "damaged", "scrap", "send_back")


class Return(TenantModel):
    """Goods of one order on their way back (an RMA). ``outcome`` is what becomes of the money.

    ``send_by`` is until when an approved return is waited for. ``refund`` and ``exchange_order`` are what
    it came to.
    """

    number = models.BigIntegerField()
    order = TenantForeignKey(Order, related_name="return_requests", db_index=False)
    location = TenantForeignKey(Location, related_name="+", db_index=False)
    state = models.TextField(default=lifecycle.REQUESTED)
    outcome = models.TextField(default="refund")
    asked_by = models.TextField(default="merchant")
    note = models.TextField(blank=True, default="")
    decline_reason = models.TextField(blank=True, default="")
    tracking_number = models.TextField(blank=True, default="")
    units = models.BigIntegerField(default=0)
    requested_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    send_by = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    inspected_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    refund = TenantForeignKey(Refund, null=True, related_name="+", db_index=False)
    exchange_order = TenantForeignKey(Order, null=True, related_name="+", db_index=False)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="returns_return_number"),
            models.CheckConstraint(condition=Q(state__in=lifecycle.STATES), name="returns_return_state"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="returns_return_outcome"),
            models.CheckConstraint(
                condition=Q(asked_by__in=["customer", "merchant", "channel"]), name="returns_return_asked_by"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-id"], name="returns_return_newest"),
            models.Index(fields=["tenant_id", "state", "-id"], name="returns_return_by_state"),
            models.Index(fields=["tenant_id", "order"], name="returns_return_of_order"),
            models.Index(
                fields=["tenant_id", "send_by", "id"],
                name="returns_return_overdue",
                condition=Q(state__in=["approved", "in_transit"]),
            ),
        ]


class ReturnLine(TenantModel):
    """Units of one order line. Each received unit ends in exactly one of the four counters behind it."""

    return_request = TenantForeignKey(Return, on_delete=models.CASCADE, related_name="lines", db_index=False)
    order_line = TenantForeignKey(OrderLine, related_name="return_lines", db_index=False)
    item = TenantForeignKey(Item, related_name="+", db_index=False)
    exchange_item = TenantForeignKey(Item, null=True, related_name="+", db_index=False)
    quantity = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    restocked = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)
    scrapped = models.BigIntegerField(default=0)
    sent_back = models.BigIntegerField(default=0)
    reason = models.TextField()
    comment = models.TextField(blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "return_request", "order_line"], name="returns_line_once"),
            models.CheckConstraint(condition=Q(reason__in=REASONS), name="returns_line_reason"),
            models.CheckConstraint(
                condition=Q(
                    quantity__gt=0, received__gte=0, restocked__gte=0, damaged__gte=0, scrapped__gte=0, sent_back__gte=0
                )
                & Q(received__lte=F("quantity"))
                & Q(restocked__lte=F("received") - F("damaged") - F("scrapped") - F("sent_back")),
                name="returns_line_counters",
            ),
        ]
        indexes = [models.Index(fields=["tenant_id", "order_line"], name="returns_line_of_line")]

    @property
    def inspected(self) -> int:
        return self.restocked + self.damaged + self.scrapped + self.sent_back

    @property
    def to_inspect(self) -> int:
        return self.received - self.inspected

    @property
    def accepted(self) -> int:
        """Units whose money goes back: all that were inspected and kept."""
        return self.inspected - self.sent_back


class ReturnPhoto(TenantModel):
    """A picture the customer sent of a line, kept without what a camera writes beside it."""

    line = TenantForeignKey(ReturnLine, on_delete=models.CASCADE, related_name="photos", db_index=False)
    file_id = models.UUIDField()
    name = models.TextField()
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "line"], name="returns_photo_of_line")]


class Receipt(TenantModel):
    """Units of a line that arrived. The id comes from the device: sent twice, it counts once."""

    line = TenantForeignKey(ReturnLine, on_delete=models.CASCADE, related_name="receipts", db_index=False)
    quantity = models.BigIntegerField()
    person_label = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="returns_receipt_some")]


class Inspection(TenantModel):
    """What was seen of some received units and what became of them. The id comes from the device."""

    line = TenantForeignKey(ReturnLine, on_delete=models.CASCADE, related_name="inspections", db_index=False)
    quantity = models.BigIntegerField()
    grade = models.TextField()
    disposition = models.TextField()
    note = models.TextField(blank=True, default="")
    person_label = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="returns_inspection_some"),
            models.CheckConstraint(condition=Q(grade__in=GRADES), name="returns_inspection_grade"),
            models.CheckConstraint(condition=Q(disposition__in=DISPOSITIONS), name="returns_inspection_disposition"),
        ]
        indexes = [models.Index(fields=["tenant_id", "line"], name="returns_inspection_of_line")]
