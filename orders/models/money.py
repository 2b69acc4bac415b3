"""What customers paid and what they got back, to the tender it came from."""

from django.db import models
from django.db.models import Q

from oms.core.db.tenant import TenantForeignKey, TenantModel
from orders.models.order import Order, OrderLine
from orders.models.order import amount as amount_field
from orders.placing.payments import METHODS


class Payment(TenantModel):
    """Money of one tender for one order. ``reference`` is the gateway's or the channel's own number for it.

    ``base_rate`` is the rate of the sale into ``base_currency``, where the money is kept in another one:
    what is given back is valued by the same rate.
    """

    AUTHORISED, CAPTURED, VOIDED = STATES = ("authorised", "captured", "voided")

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="payments", db_index=False)
    gateway = models.TextField(default="manual")
    method = models.TextField(default="other")
    state = models.TextField(default=CAPTURED)
    amount = amount_field()
    currency = models.TextField()
    base_currency = models.TextField(blank=True, default="")
    base_rate = models.DecimalField(max_digits=18, decimal_places=8, null=True)
    reference = models.TextField(blank=True, default="")
    captured_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="orders_payment_some"),
            models.CheckConstraint(
                condition=Q(state__in=["authorised", "captured", "voided"]), name="orders_payment_state"
            ),
            models.CheckConstraint(condition=Q(method__in=METHODS), name="orders_payment_method"),
        ]
        indexes = [models.Index(fields=["tenant_id", "order"], name="orders_payment_of_order")]


class Refund(TenantModel):
    """Money that goes back: ``amount`` = its lines + ``goodwill``, in parts, each to the tender it came from.

    ``subject_kind`` and ``subject_id`` name what it is for where that is not a room below: a return.
    """

    REQUESTED, REFUNDED, FAILED = ("requested", "refunded", "failed")

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="refunds", db_index=False)
    number = models.SmallIntegerField()
    amount = amount_field()
    goodwill = amount_field(default=0)
    currency = models.TextField()
    state = models.TextField(default=REQUESTED)
    reason = models.TextField()
    subject_kind = models.TextField(blank=True, default="")
    subject_id = models.UUIDField(null=True)
    asked_by = models.TextField()
    tell_customer = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "order", "number"], name="orders_refund_number"),
            models.CheckConstraint(condition=Q(amount__gt=0, goodwill__gte=0), name="orders_refund_some"),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "refunded", "failed"]), name="orders_refund_state"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-created_at", "-id"], name="orders_refund_newest"),
            models.Index(fields=["tenant_id", "order"], name="orders_refund_failed", condition=Q(state="failed")),
        ]


class RefundLine(TenantModel):
    """What of a refund is for one order line; ``shipping`` is the line's share of the order's shipping."""

    refund = TenantForeignKey(Refund, on_delete=models.CASCADE, related_name="lines", db_index=False)
    order_line = TenantForeignKey(OrderLine, related_name="refund_lines", db_index=False)
    quantity = models.BigIntegerField()
    goods = amount_field()
    tax = amount_field()
    shipping = amount_field()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "refund", "order_line"], name="orders_refundline_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="orders_refundline_some"),
        ]


class RefundPart(TenantModel):
    """The work row of giving money back to one tender; ``due_at`` is also its lease.

    The gateway is asked under ``key``, again and again under the same one until it is known what became of it.
    """

    DUE, SENDING, UNKNOWN, DONE, FAILED = ("due", "sending", "unknown", "done", "failed")
    OPEN = (DUE, SENDING, UNKNOWN)

    refund = TenantForeignKey(Refund, on_delete=models.CASCADE, related_name="parts", db_index=False)
    payment = TenantForeignKey(Payment, related_name="refund_parts", db_index=False)
    amount = amount_field()
    state = models.TextField(default=DUE)
    key = models.UUIDField()
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    reference = models.TextField(blank=True, default="")
    error = models.TextField(blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "refund", "payment"], name="orders_refundpart_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="orders_refundpart_some"),
            models.CheckConstraint(
                condition=Q(state__in=["due", "sending", "unknown", "done", "failed"]), name="orders_refundpart_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "tenant_id"],
                name="orders_refundpart_due",
                condition=Q(state__in=["due", "sending", "unknown"]),
            ),
            models.Index(fields=["tenant_id", "payment"], name="orders_refundpart_of_payment"),
        ]
