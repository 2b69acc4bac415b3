"""The two halves of sending: claim due messages under a lease, and write down what came of each."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from oms.core.db.bulk import insert_rows, update_rows
from oms.core.tenancy import unit
from oms.webhooks.actions.endpoints import disable_endpoint
from oms.webhooks.adapters.http import TIMEOUT_SECONDS, Outcome
from oms.webhooks.locks import lock_due_messages, lock_endpoint, lock_message
from oms.webhooks.models import Attempt, Message
from oms.webhooks.retrying import GONE, accepted, wait_after
from oms.webhooks.secrets import secrets_in_force, signature_headers

BATCH = 5
# Longer than a whole batch can take (connect, read, and cut off at the end), so that no two workers send the same.
LEASE = timedelta(seconds=BATCH * 3 * TIMEOUT_SECONDS + 30)
# An endpoint that cannot be reached at all rests this long, so that it does not hold up the others.
REST = timedelta(seconds=30)


@dataclass(frozen=True)
class Outgoing:
    """All that is needed to send, outside any transaction."""

    message_id: UUID
    endpoint_id: UUID
    url: str
    body: str
    headers: dict[str, str]


def claim_messages(*, limit: int = BATCH) -> list[Outgoing]:
    """Take due messages. If the worker dies, they fall due again when the lease runs out, one attempt later."""
    opened = unit()
    messages = lock_due_messages(opened.now, limit)
    update_rows(
        Message,
        [{"id": each.id, "due_at": opened.now + LEASE, "attempts": each.attempts + 1} for each in messages],
    )
    return [_outgoing(each) for each in messages]


def note_outcome(*, outgoing: Outgoing, outcome: Outcome) -> None:
    """Log the attempt and settle the message: delivered, due again by the schedule, or failed for good."""
    # The endpoint first: workers of one endpoint write to the same waiting messages.
    endpoint = lock_endpoint(outgoing.endpoint_id)
    message = lock_message(outgoing.message_id)
    if message is None:
        return
    insert_rows(
        Attempt,
        [{
            "message_id": message.id, "at": unit().now, "status": outcome.status, "response": outcome.response,
            "error": outcome.error, "duration_ms": outcome.duration_ms,
        }],
    )  # fmt: skip
    if accepted(outcome.status):
        message.state, message.delivered_at = Message.DELIVERED, unit().now
    else:
        _after_failure(message)
    message.save(update_fields=["state", "due_at", "delivered_at"])
    if outcome.status == GONE:
        disable_endpoint(endpoint, "The receiver answered 410 Gone.")
    if outcome.status is None:
        _let_rest(message)


def _after_failure(message: Message) -> None:
    wait = wait_after(message.attempts)
    if wait is None:
        message.state = Message.FAILED
    else:
        message.due_at = unit().now + wait


def _let_rest(message: Message) -> None:
    until = unit().now + REST
    waiting = Message.objects.filter(endpoint_id=message.endpoint_id, state=Message.DUE, due_at__lt=until)
    waiting.exclude(id=message.id).update(due_at=until)


def _outgoing(message: Message) -> Outgoing:
    now, endpoint = unit().now, message.endpoint
    headers = signature_headers(secrets_in_force(endpoint, now), str(message.event_id), message.body, now)
    return Outgoing(message.id, endpoint.id, endpoint.url, message.body, headers)
