"""Messages to customers: owed, sent, or left out with the reason."""

from django.db import models
from django.db.models import Q

from oms.core.db.tenant import TenantForeignKey, TenantModel
from oms.notifications.letters import WITHOUT, Letter
from orders.models import Order

KINDS = (
    "placed", "verification", "delayed", "shipped", "out_for_delivery", "delivered", "canceled",
    "return_approved", "return_declined", "return_received", "refunded", "satisfaction", "portal_code", "portal_orders",
    "recalled",
)  # fmt: skip


class CustomerMessage(TenantModel):
    """One mail about one order: a work row, claimed under a lease (``due_at``).

    ``key`` names what it is about, so that one thing is told once. ``letter`` is what it says
    (`oms.notifications.letters`); text and HTML are made of it when it is sent or shown. Its id is in the
    Message-ID header, the same however often a server is tried; ``resent`` counts the times a person sent it again.
    """

    DUE, SENDING, SENT, FAILED, SKIPPED = ("due", "sending", "sent", "failed", "skipped")

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="messages", db_index=False)
    kind = models.TextField()
    key = models.TextField(db_collation="C")
    recipient = models.TextField()
    subject = models.TextField()
    letter = models.JSONField()
    state = models.TextField(default=DUE)
    reason = models.TextField(blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    resent = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="notifications_message_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="notifications_message_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["due", "sending", "sent", "failed", "skipped"]),
                name="notifications_message_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "due_at"],
                name="notifications_message_due",
                condition=Q(state__in=["due", "sending"]),
            ),
            models.Index(fields=["tenant_id", "-created_at", "-id"], name="notifications_message_newest"),
            models.Index(fields=["tenant_id", "state", "-created_at", "-id"], name="notifications_message_by_state"),
            models.Index(fields=["tenant_id", "order", "-id"], name="notifications_message_order"),
        ]

    @property
    def shown_letter(self) -> dict:
        """What may be shown of it: a code, and the way to other orders, are hidden while they wait, then forgotten."""
        if self.kind not in WITHOUT:
            return self.letter
        return WITHOUT[self.kind](Letter.from_json(self.letter)).to_json()

    @property
    def shown_subject(self) -> str:
        return self.shown_letter["subject"]
