"""Carrier accounts, shipments and their labels, and what carriers say of parcels under way."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel
from shipping import lifecycle


class CarrierAccount(TenantModel):
    """How we ship with one carrier. ``secret`` (encrypted) signs the scans that it sends to our hook.

    After a rotation ``previous_secret`` is accepted too, until ``previous_until``.
    """

    carrier = models.TextField(default="own_delivery")
    name = models.TextField()
    settings = models.JSONField(default=dict, blank=True)
    secret = models.TextField()
    previous_secret = models.TextField(blank=True, default="")
    previous_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)
    test_mode = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name"], name="shipping_account_name")]


class Shipment(TenantModel):
    """One box that a carrier is asked to carry, for a subject of which we know only its kind and id.

    ``last_scan_at`` and ``last_scan_place`` are those of the newest scan, by when it happened. A tracking
    number is unique only within carrier, account and about a year.
    """

    account = TenantForeignKey(CarrierAccount, related_name="shipments", db_index=False)
    service = models.TextField()
    state = models.TextField(default=lifecycle.DRAFT)
    origin = models.JSONField()
    ship_to = models.JSONField()
    weight_g = models.IntegerField()
    length_mm = models.IntegerField(null=True)
    width_mm = models.IntegerField(null=True)
    height_mm = models.IntegerField(null=True)
    reference = models.TextField(blank=True, default="")
    subject_kind = models.TextField(blank=True, default="")
    subject_id = models.UUIDField(null=True)
    tracking_number = models.TextField(blank=True, default="")
    promised_at = models.DateTimeField(null=True)
    quoted = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    currency = models.TextField(blank=True, default="")
    label_pdf_id = models.UUIDField(null=True)
    label_zpl_id = models.UUIDField(null=True)
    labelled_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    last_scan_at = models.DateTimeField(null=True)
    last_scan_place = models.TextField(blank=True, default="")
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(lifecycle.STATES)), name="shipping_shipment_state"),
            models.CheckConstraint(condition=Q(weight_g__gt=0), name="shipping_shipment_weight"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-created_at", "-id"], name="shipping_shipment_newest"),
            models.Index(fields=["tenant_id", "state", "-created_at", "-id"], name="shipping_shipment_by_state"),
            models.Index(
                fields=["tenant_id", "tracking_number", "-created_at"],
                name="shipping_shipment_tracking",
                condition=~Q(tracking_number=""),
            ),
            models.Index(fields=["tenant_id", "subject_id"], name="shipping_shipment_subject"),
            models.Index(fields=["tenant_id", "account", "-created_at", "-id"], name="shipping_shipment_account"),
        ]


class LabelPurchase(TenantModel):
    """The work row of buying a label, and later of voiding it; ``due_at`` is also its lease.

    The carrier is asked under ``key``, again and again under the same one until it is known what became of
    it, so that exactly one label exists. A shipment has one living purchase at most.
    """

    DUE, BUYING, UNKNOWN, BOUGHT, VOIDING, VOIDED, FAILED = (
        "due", "buying", "unknown", "bought", "voiding", "voided", "failed",
    )  # fmt: skip
    OPEN = (DUE, BUYING, UNKNOWN, VOIDING)
    LIVING = (*OPEN, BOUGHT)

    shipment = TenantForeignKey(Shipment, on_delete=models.CASCADE, related_name="purchases", db_index=False)
    state = models.TextField(default=DUE)
    key = models.UUIDField()
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    error_code = models.TextField(blank=True, default="")
    error = models.TextField(blank=True, default="")
    bought_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["due", "buying", "unknown", "bought", "voiding", "voided", "failed"]),
                name="shipping_labelpurchase_state",
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "shipment"],
                name="shipping_labelpurchase_one_living",
                condition=Q(state__in=["due", "buying", "unknown", "bought", "voiding"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "tenant_id"],
                name="shipping_labelpurchase_due",
                condition=Q(state__in=["due", "buying", "unknown", "voiding"]),
            ),
            models.Index(fields=["tenant_id", "shipment", "-id"], name="shipping_labelpurchase_newest"),
        ]


class TrackingEvent(TenantLogModel):
    """One scan of a shipment; ``source_id`` is the carrier's own id for it, so that a copy is no second scan."""

    shipment = TenantForeignKey(Shipment, on_delete=models.CASCADE, related_name="events", db_index=False)
    code = models.TextField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    place = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    source_id = models.TextField()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "shipment", "source_id"], name="shipping_trackingevent_once"),
            models.CheckConstraint(condition=Q(code__in=list(lifecycle.CODES)), name="shipping_trackingevent_code"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "shipment", "-occurred_at", "-id"], name="shipping_trackingevent_list")
        ]


class TrackingMessage(TenantModel):
    """What a carrier posted to our hook, as it came, before anything is made of it; a work row."""

    DUE, DONE, FAILED = "due", "done", "failed"

    account = TenantForeignKey(CarrierAccount, on_delete=models.CASCADE, related_name="messages", db_index=False)
    message_id = models.TextField()
    body = models.TextField()
    headers = models.JSONField(default=dict)
    state = models.TextField(default=DUE)
    attempts = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    due_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "account", "message_id"], name="shipping_trackingmessage_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["due", "done", "failed"]), name="shipping_trackingmessage_state"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "tenant_id"], name="shipping_trackingmessage_due", condition=Q(state="due")),
            models.Index(fields=["tenant_id", "-received_at", "-id"], name="shipping_trackingmessage_new"),
            models.Index(fields=["tenant_id", "state", "-received_at", "-id"], name="shipping_trackingmessage_state"),
        ]
