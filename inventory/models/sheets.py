"""Files of items and of stock on their way in."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inventory.sheets.fields import KINDS
from oms.core.db.tenant import TenantLogModel, TenantModel


class SheetImport(TenantModel):
    """One file: what its columns mean, and the jobs that check and apply it. Their states are its state.

    ``dialect`` says how the file is read; ``owner`` is who sent it, as kind and id.
    """

    kind = models.TextField()
    file_id = models.UUIDField()
    file_name = models.TextField()
    file_sha256 = models.TextField()
    dialect = models.JSONField(default=dict)
    header = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    check_id = models.UUIDField(null=True)
    apply_id = models.UUIDField(null=True)
    owner = models.TextField()
    created_by = models.TextField()
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="inventory_sheetimport_kind")]
        indexes = [
            models.Index(fields=["tenant_id", "-created_at", "-id"], name="inventory_sheetimport_newest"),
            models.Index(fields=["tenant_id", "file_sha256"], name="inventory_sheetimport_same"),
        ]


class SheetClaim(TenantLogModel):
    """The row of a file that was first to name something (a SKU, a barcode, a shelf): no other row may."""

    import_id = models.UUIDField()
    key = models.TextField(db_collation="C")
    row = models.BigIntegerField()

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "import_id", "key"], name="inventory_sheetclaim_once")
        ]
