"""The two halves of sending: claim what is due under a lease, and write down what became of it.

Between them the mail server is spoken to with no transaction open. A worker that dies after the server took a
mail, and before that was written down, leaves it to be sent again under the same Message-ID: mail programs and
our own mailbox show one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.bulk import update_rows
from oms.core.models import Tenant
from oms.core.tenancy import unit
from oms.notifications.letters import Letter
from oms.notifications.locks import lock_due_messages, lock_message, lock_messages
from oms.notifications.models import CustomerMessage

BATCH = 20
LEASE = timedelta(minutes=5)
# The slowest server that answers at all takes less than this for one mail.
TAKES_AT_MOST = timedelta(minutes=3)
# Wait twice as long each time, up to this: about two days in all, as mail servers themselves keep trying.
ATTEMPTS_MAX, WAIT_MAX = 20, timedelta(hours=4)
# What is worth nothing, or not even true, when it comes later than this.
GOOD_FOR = {"portal_code": timedelta(minutes=15), "out_for_delivery": timedelta(hours=12)}
TOO_LATE = "it could not be sent in time to be of use"
WORKERS_DIED = "every worker that took it died before it was sent"


@dataclass(frozen=True)
class Mail:
    """All that is needed to send one, outside any transaction. Who has not begun by ``start_by`` leaves it be."""

    message_id: UUID
    attempt: int
    resent: int
    recipient: str
    letter: Letter
    merchant: str
    reply_to: str
    start_by: datetime


@dataclass(frozen=True)
class Outcome:
    """``sent``, or why not; ``final`` when asking again would change nothing."""

    sent: bool
    reason: str = ""
    final: bool = False


def claim_mail(*, limit: int = BATCH) -> list[Mail]:
    """Take what is due, the oldest first. Whoever dies with it in hand leaves it due again after the lease."""
    now, tenant = unit().now, Tenant.objects.get(id=unit().tenant_id)
    taken = [each for each in lock_due_messages(now, limit) if not _given_up(each)]
    for each in taken:
        each.state, each.attempts, each.due_at = CustomerMessage.SENDING, each.attempts + 1, now + LEASE
    update_rows(CustomerMessage, [_written(each) for each in taken])
    reply_to = tenant.settings.get("support_email", "")
    return [
        Mail(
            each.id, each.attempts, each.resent, each.recipient, Letter.from_json(each.letter), tenant.name, reply_to,
            now + LEASE - TAKES_AT_MOST,
        )
        for each in taken
    ]  # fmt: skip


def _given_up(message: CustomerMessage) -> bool:
    """Settle what is no use any more, and what nobody who took it lived to settle."""
    if unit().now - message.created_at > GOOD_FOR.get(message.kind, timedelta.max):
        message.state, message.reason = CustomerMessage.SKIPPED, TOO_LATE
    elif message.attempts >= ATTEMPTS_MAX:
        message.state, message.reason = CustomerMessage.FAILED, WORKERS_DIED
    else:
        return False
    _close(message)
    return True


def put_back(*, mails: Sequence[Mail]) -> None:
    """Nothing was tried with these: somebody else may take them at once."""
    attempts = {mail.message_id: mail.attempt for mail in mails}
    ours = [each for each in lock_messages(attempts) if _is_ours(each, attempts[each.id])]
    for each in ours:
        each.state, each.attempts, each.due_at = CustomerMessage.DUE, each.attempts - 1, unit().now
    update_rows(CustomerMessage, [_written(each) for each in ours])


def settle_mail(*, mail: Mail, outcome: Outcome) -> None:
    """Write down what the server said. An answer that comes after its lease, when another was sent, is dropped."""
    message = lock_message(mail.message_id)
    if message is None or not _is_ours(message, mail.attempt):
        return
    if outcome.sent:
        message.state, message.sent_at, message.reason = CustomerMessage.SENT, unit().now, ""
    elif outcome.final or message.attempts >= ATTEMPTS_MAX:
        message.state, message.reason = CustomerMessage.FAILED, outcome.reason
    else:
        message.state, message.reason = CustomerMessage.DUE, outcome.reason
        message.due_at = unit().now + min(timedelta(seconds=15) * 2**message.attempts, WAIT_MAX)
    if message.state == CustomerMessage.DUE:
        message.save(update_fields=["state", "reason", "due_at"])
    else:
        _close(message)


def _is_ours(message: CustomerMessage, attempt: int) -> bool:
    return message.state == CustomerMessage.SENDING and message.attempts == attempt


def _written(message: CustomerMessage) -> dict:
    return {name: getattr(message, name) for name in ("id", "state", "attempts", "due_at")}


def _close(message: CustomerMessage) -> None:
    """It goes no further: tell the order's timeline, and forget what is for its customer alone."""
    message.subject, message.letter = message.shown_subject, message.shown_letter
    message.save(update_fields=["state", "sent_at", "reason", "subject", "letter"])
    sentence = {
        CustomerMessage.SENT: f"Mail to the customer: {message.subject}",
        CustomerMessage.FAILED: f"Mail to the customer failed: {message.reason}",
        CustomerMessage.SKIPPED: f"Mail to the customer left out: {message.reason}",
    }[message.state]
    record([Change("messages.send", sentence, (("order", message.order_id),))])
