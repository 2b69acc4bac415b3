"""How we talk to a sales channel, and all that came in over it."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from oms.accounts.models import SalesChannel
from oms.core.db.tenant import TenantForeignKey, TenantModel


class Connection(TenantModel):
    """One way in: files, the API (both are made with the channel) or a signed hook.

    ``secret`` (encrypted) signs what comes in by the hook; after a rotation ``previous_secret`` is accepted
    too, until ``previous_until``. ``refused``: the last thing that came was not signed with it.
    """

    FILE, API, HOOK = "file", "api", "hook"
    ACTIVE, PAUSED, REFUSED = "active", "paused", "refused"

    channel = TenantForeignKey(SalesChannel, related_name="connections", db_index=False)
    kind = models.TextField()
    name = models.TextField()
    secret = models.TextField(blank=True, default="")
    previous_secret = models.TextField(blank=True, default="")
    previous_until = models.DateTimeField(null=True)
    settings = models.JSONField(default=dict, blank=True)
    state = models.TextField(default=ACTIVE)
    state_reason = models.TextField(blank=True, default="")
    refused_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["file", "api", "hook"]), name="channels_connection_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["active", "paused", "refused"]), name="channels_connection_state"
            ),
            models.UniqueConstraint(fields=["tenant_id", "channel", "name"], name="channels_connection_name"),
            models.UniqueConstraint(
                fields=["tenant_id", "channel", "kind"], name="channels_connection_one_of_kind",
                condition=Q(kind__in=["file", "api"]),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["tenant_id", "created_at", "id"], name="channels_connection_list")]


class ChannelMessage(TenantModel):
    """Something that came in, as it came, before anything was made of it, and then what became of it.

    A message of a hook is a work row: ``due_at`` is when it is read (again), and its lease; without one it
    waits for its connection to be resumed, or for somebody else, like an import, to settle it.
    ``message_id`` is the sender's, so that a copy is none. ``subject`` is the channel's own number of the
    order, or the name of a file. ``done_at`` is when it had its effect, which it has once.
    """

    IN, OUT = "in", "out"
    DUE, DONE, FAILED, SKIPPED = STATES = "due", "done", "failed", "skipped"

    connection = TenantForeignKey(Connection, on_delete=models.CASCADE, related_name="messages", db_index=False)
    direction = models.TextField(default=IN)
    message_id = models.TextField(db_collation="C")
    kind = models.TextField(blank=True, default="")
    subject = models.TextField(blank=True, default="", db_collation="C")
    content_type = models.TextField(blank=True, default="")
    body = models.TextField(blank=True, default="")
    headers = models.JSONField(default=dict)
    state = models.TextField(default=DUE)
    outcome = models.TextField(blank=True, default="")
    error = models.TextField(blank=True, default="")
    order_id = models.UUIDField(null=True)
    import_id = models.UUIDField(null=True)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(direction__in=["in", "out"]), name="channels_message_direction"),
            models.CheckConstraint(
                condition=Q(state__in=["due", "done", "failed", "skipped"]), name="channels_message_state"
            ),
            models.UniqueConstraint(fields=["tenant_id", "connection", "message_id"], name="channels_message_once"),
        ]
        indexes = [
            models.Index(fields=["due_at", "tenant_id"], name="channels_message_due", condition=Q(state="due")),
            models.Index(
                fields=["tenant_id", "connection", "subject"], name="channels_message_waiting", condition=Q(state="due")
            ),
            models.Index(fields=["tenant_id", "connection", "-received_at", "-id"], name="channels_message_list"),
            models.Index(fields=["tenant_id", "-received_at", "-id"], name="channels_message_newest"),
            models.Index(
                fields=["tenant_id", "connection", "-received_at", "-id"], name="channels_message_failed",
                condition=Q(state="failed"),
            ),
            models.Index(
                fields=["tenant_id", "import_id"], name="channels_message_import", condition=~Q(import_id=None)
            ),
        ]  # fmt: skip
