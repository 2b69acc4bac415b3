"""The kernel's tables."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from oms.core.db.keys import uuid7
from oms.core.db.tenant import TenantLogModel, TenantModel
from oms.core.tenancy import current_tenant_id


class Tenant(models.Model):
    """A merchant company. Global: it is read before a tenant is known."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="USD")
    timezone = models.CharField(max_length=64, default="UTC")
    country = models.CharField(max_length=2, default="US")
    locale = models.CharField(max_length=12, default="en")
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name


class Fact(models.Model):
    """Something that happened, kept for ever: projections are rebuilt from these. Partitioned by month."""

    pk = models.CompositePrimaryKey("id", "tenant_id", "occurred_at")
    id = models.UUIDField(default=uuid7)
    tenant_id = models.BigIntegerField(default=current_tenant_id)
    name = models.TextField()
    version = models.SmallIntegerField(default=1)
    aggregate = models.TextField()
    aggregate_id = models.UUIDField()
    sequence = models.BigIntegerField()
    payload = models.JSONField()
    actor = models.JSONField()
    cause = models.TextField(blank=True, default="")
    occurred_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "core_fact"


class FactSequence(models.Model):
    """The last sequence number given to an aggregate's facts; its row lock keeps them gap-free."""

    pk = models.CompositePrimaryKey("aggregate_id", "tenant_id")
    aggregate_id = models.UUIDField()
    tenant_id = models.BigIntegerField(default=current_tenant_id)
    last = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "core_factsequence"


class Delivery(TenantLogModel):
    """One fact still owed to one subscriber. Deleted in the commit that carries its effects."""

    DUE, PARKED = "due", "parked"

    subscriber = models.TextField()
    shard = models.SmallIntegerField()
    aggregate_id = models.UUIDField()
    fact_id = models.UUIDField()
    fact_at = models.DateTimeField()
    state = models.TextField(default=DUE)
    due_at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    parked_at = models.DateTimeField(null=True)

    class Meta(TenantLogModel.Meta):
        constraints = [models.CheckConstraint(condition=Q(state__in=["due", "parked"]), name="core_delivery_state")]
        indexes = [
            models.Index(fields=["tenant_id", "shard", "id"], name="core_delivery_queue", condition=Q(state="due")),
            models.Index(
                fields=["tenant_id", "aggregate_id", "subscriber", "id"],
                name="core_delivery_held",
                condition=Q(attempts__gt=0),
            ),
            models.Index(fields=["tenant_id", "-id"], name="core_delivery_parked", condition=Q(state="parked")),
        ]


class IdempotencyKey(models.Model):
    """The answer given to a request, in the same commit as its effect."""

    pk = models.CompositePrimaryKey("key", "principal", "tenant_id")
    tenant_id = models.BigIntegerField(default=current_tenant_id)
    principal = models.TextField()
    key = models.TextField()
    request_hash = models.TextField()
    status = models.SmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "core_idempotencykey"


class AuditEntry(TenantLogModel):
    """One change a merchant could dispute, as seen from one of its subjects; a subject's timeline is its entries."""

    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    verb = models.TextField()
    sentence = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor_kind = models.TextField()
    actor_id = models.TextField()
    actor_label = models.TextField()
    cause = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta(TenantLogModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "subject_id", "-id"], name="core_audit_subject"),
            models.Index(fields=["tenant_id", "-id"], name="core_audit_newest"),
            models.Index(fields=["tenant_id", "verb", "-id"], name="core_audit_verb"),
        ]


class Job(TenantModel):
    """Long work a person can watch, cancel and resume; see `oms.core.jobs`."""

    QUEUED, RUNNING, DONE, PART_FAILED, FAILED, CANCELLED = (
        "queued", "running", "done", "part_failed", "failed", "cancelled",
    )  # fmt: skip
    OPEN = (QUEUED, RUNNING)

    kind = models.TextField()
    title = models.TextField()
    state = models.TextField(default=QUEUED)
    params = models.JSONField(default=dict)
    cursor = models.JSONField(null=True)
    result = models.JSONField(default=dict)
    total = models.BigIntegerField(null=True)
    done = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(default=now)
    actor = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "part_failed", "failed", "cancelled"]),
                name="core_job_state",
            )
        ]
        indexes = [
            models.Index(fields=["tenant_id", "-created_at", "-id"], name="core_job_newest"),
            models.Index(
                fields=["due_at", "tenant_id"], name="core_job_due", condition=Q(state__in=["queued", "running"])
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class JobRow(TenantLogModel):
    """What became of one row of a job that a person should see: an error or a skip, with its reason."""

    job_id = models.UUIDField()
    row = models.BigIntegerField()
    outcome = models.TextField()
    subject = models.TextField(blank=True, default="")
    field = models.TextField(blank=True, default="")
    message = models.TextField()
    data = models.JSONField(default=dict)

    class Meta(TenantLogModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "job_id", "id"], name="core_jobrow_of_job")]


class StoredFile(TenantModel):
    """A file of a tenant in Django's storage, under the tenant's prefix; read only by a signed link."""

    name = models.TextField()
    path = models.TextField()
    content_type = models.TextField(default="application/octet-stream")
    size = models.BigIntegerField()
    sha256 = models.TextField()
    created_at = models.DateTimeField(default=now)
