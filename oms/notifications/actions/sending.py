"""The two halves of sending: claim what is due under a lease, and write down what became of it.

Between them the mail server is spoken to with no transaction open. A worker that dies after the server took a
mail, and before that was written down, leaves it to be sent again under the same Message-ID: mail programs and
our own mailbox show one.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.models import Tenant
from oms.core.tenancy import unit
from oms.notifications.letters import Letter
from oms.notifications.locks import lock_due_messages, lock_message
from oms.notifications.models import CustomerMessage

BATCH = 20
LEASE = timedelta(minutes=5)
ATTEMPTS_MAX = 12
# Wait twice as long each time, up to this.
WAIT_MAX = timedelta(hours=4)


@dataclass(frozen=True)
class Mail:
    """All that is needed to send one, outside any transaction."""

    message_id: UUID
    order_id: UUID
    attempt: int
    recipient: str
    letter: Letter
    merchant: str
    reply_to: str


@dataclass(frozen=True)
class Outcome:
    """``sent``, or why not; ``final`` when asking again would change nothing."""

    sent: bool
    reason: str = ""
    final: bool = False


def claim_mail(*, limit: int = BATCH) -> list[Mail]:
    """Take what is due, the oldest first. Whoever dies with it in hand leaves it due again after the lease."""
    now, tenant = unit().now, Tenant.objects.get(id=unit().tenant_id)
    messages = lock_due_messages(now, limit)
    for each in messages:
        each.attempts += 1
    update_rows(
        CustomerMessage,
        [
            {"id": each.id, "state": CustomerMessage.SENDING, "attempts": each.attempts, "due_at": now + LEASE}
            for each in messages
        ],
    )
    reply_to = tenant.settings.get("support_email", "")
    return [
        Mail(
            each.id, each.order_id, each.attempts, each.recipient, Letter.from_json(each.letter), tenant.name, reply_to
        )
        for each in messages
    ]


def settle_mail(*, mail: Mail, outcome: Outcome) -> None:
    """Write down what the server said. An answer that comes after its lease, when another was sent, is dropped."""
    message = lock_message(mail.message_id)
    if message is None or message.state != CustomerMessage.SENDING or message.attempts != mail.attempt:
        return
    subjects = (("order", message.order_id),)
    if outcome.sent:
        message.state, message.sent_at, message.reason = CustomerMessage.SENT, unit().now, ""
        record([Change("messages.send", f"Mail to the customer: {message.subject}", subjects)])
    elif outcome.final or message.attempts >= ATTEMPTS_MAX:
        message.state, message.reason = CustomerMessage.FAILED, outcome.reason
        record([Change("messages.send", f"Mail to the customer failed: {outcome.reason}", subjects)])
    else:
        message.state, message.reason = CustomerMessage.DUE, outcome.reason
        message.due_at = unit().now + min(timedelta(seconds=15) * 2**message.attempts, WAIT_MAX)
    message.save(update_fields=["state", "sent_at", "reason", "due_at"])
