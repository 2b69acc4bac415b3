"""Order files: the saved mapping of their columns, the file's rows, and what became of each."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from oms.accounts.models import SalesChannel
from oms.core.db.tenant import TenantForeignKey, TenantLogModel, TenantModel


class Mapping(TenantModel):
    """How a file's columns are read, remembered by the set of its headers (``header_key``)."""

    name = models.TextField()
    header_key = models.TextField(db_collation="C")
    columns = models.JSONField()
    options = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name"], name="channels_mapping_name")]


class Import(TenantModel):
    """One file on its way in: staged, dry-run, placed. ``summary`` is the reconcile report."""

    channel = TenantForeignKey(SalesChannel)
    file_id = models.UUIDField()
    file_name = models.TextField()
    file_sha256 = models.TextField()
    dialect = models.JSONField(default=dict)
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    state = models.TextField(default="uploaded")
    job_id = models.UUIDField(null=True)
    summary = models.JSONField(default=dict)
    created_by = models.TextField()
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["uploaded", "checking", "checked", "placing", "done", "failed", "cancelled"]),
                name="channels_import_state",
            )
        ]
        indexes = [models.Index(fields=["tenant_id", "-created_at", "-id"], name="channels_import_newest")]


class ImportRow(TenantLogModel):
    """One line of the file as it was read, the document it belongs to, and its outcome with the reason."""

    import_id = models.UUIDField()
    row = models.BigIntegerField()
    document = models.TextField(db_collation="C")
    values = models.JSONField()
    outcome = models.TextField(blank=True, default="")
    field = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    order_id = models.UUIDField(null=True)

    class Meta(TenantLogModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "import_id", "row"], name="channels_importrow_once")]
        indexes = [
            models.Index(fields=["tenant_id", "import_id", "document", "row"], name="channels_importrow_document"),
            models.Index(fields=["tenant_id", "import_id", "outcome", "row"], name="channels_importrow_outcome"),
        ]
