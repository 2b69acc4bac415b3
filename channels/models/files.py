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
    """One file on its way in: staged, dry-run, placed. ``summary`` holds the sums of the reconcile report.

    ``dialect`` says how the file is read (container, encoding, delimiter, where its records start), and
    ``file_id`` names it in its plain form: UTF-8 text.
    """

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


class ImportDocument(TenantLogModel):
    """All rows of one order number: what the file says happened once, and what became of it here.

    ``content`` tells a document imported twice from a changed one. ``order_id`` is the order it became;
    ``placed_at`` when it had its effect, which for a credit is the only trace of its own.
    """

    import_id = models.UUIDField()
    channel_id = models.UUIDField()
    document = models.TextField(db_collation="C")
    first_row = models.BigIntegerField()
    rows = models.BigIntegerField()
    outcome = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    content = models.TextField(blank=True, default="")
    order_id = models.UUIDField(null=True)
    placed_at = models.DateTimeField(null=True)

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "document", "import_id"], name="channels_importdocument_once")
        ]
        indexes = [
            models.Index(fields=["tenant_id", "import_id", "first_row"], name="channels_importdocument_order"),
        ]


class ImportRow(TenantLogModel):
    """One line of the file as it was read, the document it belongs to, and its outcome with the reason.

    Rows are staged as ``order``, the outcome of nearly all; the check rewrites only those it finds
    otherwise. ``problem`` is why a row could not be cut into cells; ``match_key`` finds what a credit
    takes back.
    """

    import_id = models.UUIDField()
    row = models.BigIntegerField()
    document = models.TextField(db_collation="C")
    match_key = models.TextField(db_collation="C", blank=True, default="")
    values = models.JSONField()
    problem = models.TextField(blank=True, default="")
    outcome = models.TextField(default="order")
    field = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "import_id", "row"], name="channels_importrow_once")
        ]
        indexes = [
            models.Index(fields=["tenant_id", "import_id", "document", "row"], name="channels_importrow_document"),
            models.Index(
                fields=["tenant_id", "import_id", "outcome", "row"],
                name="channels_importrow_outcome",
                condition=~Q(outcome="order"),
            ),
            models.Index(
                fields=["tenant_id", "import_id", "match_key", "row"],
                name="channels_importrow_match",
                condition=~Q(match_key=""),
            ),
        ]


class ImportItem(TenantLogModel):
    """What a file's orders ask of one code: how many units, and whether an item has it (``item_id``).

    ``stocked`` units of opening stock were generated for it, and are never generated again.
    """

    import_id = models.UUIDField()
    sku_key = models.TextField(db_collation="C")
    sku = models.TextField()
    title = models.TextField(blank=True, default="")
    units = models.BigIntegerField()
    stocked = models.BigIntegerField(default=0)
    item_id = models.UUIDField(null=True)

    class Meta(TenantLogModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "import_id", "sku_key"], name="channels_importitem_once")
        ]
