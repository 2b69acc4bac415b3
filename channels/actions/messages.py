"""Keep what comes in by a hook, claim what is due, and read again what a person asks for."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from channels.locks import lock_due_messages, lock_message
from channels.models import ChannelMessage, Connection
from channels.payloads import glance
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.keys import uuid7
from oms.core.errors import NotAllowed, NotFound
from oms.core.events import nudge
from oms.core.tenancy import unit

KEPT_HEADERS = ("webhook-id", "webhook-timestamp", "content-type", "user-agent", "idempotency-key")
ONCE = "ON CONFLICT (tenant_id, connection_id, message_id) DO NOTHING"
BATCH = 20
# Longer than reading a whole batch takes, so that no two workers read the same.
LEASE = timedelta(minutes=2)


def keep_message(*, connection: Connection, body: str, headers: Mapping[str, str]) -> bool:
    """Store a message whose signature has been checked; False when the same one has come before."""
    seen, now, kept = glance(body), unit().now, kept_headers(headers)
    row = {
        "id": uuid7(), "connection_id": connection.id, "direction": ChannelMessage.IN,
        "message_id": headers["webhook-id"], "kind": seen.kind, "subject": seen.subject,
        "content_type": kept.get("content-type", "")[:100], "headers": kept, "body": body, "outcome": "", "error": "",
        "state": ChannelMessage.DUE, "attempts": 0, "received_at": now,
        "due_at": None if connection.state == Connection.PAUSED else now,
    }  # fmt: skip
    new = insert_rows(ChannelMessage, [row], on_conflict=ONCE, returning=("id",))
    if new:
        transaction.on_commit(nudge.relay)
    return bool(new)


def claim_messages(*, limit: int = BATCH) -> list[UUID]:
    """Take due messages. If the worker dies, they fall due again when the lease runs out, one attempt later."""
    opened = unit()
    messages = lock_due_messages(opened.now, limit)
    update_rows(
        ChannelMessage,
        [{"id": each.id, "due_at": opened.now + LEASE, "attempts": each.attempts + 1} for each in messages],
    )
    return [each.id for each in messages]


def replay_message(*, message_id: UUID) -> ChannelMessage:
    """Read a message again. What has had its effect is not done twice. Raises `NotFound`, `NotAllowed`."""
    message = lock_message(message_id)
    if message is None:
        raise NotFound("There is no such message.")
    channel_id = message.connection.channel_id
    if not unit().actor.permits("channels.view", channel_id=channel_id):
        raise NotFound("There is no such message.")
    require(unit().actor, "channels.edit", channel_id=channel_id)
    if refusal := why_not_replayed(message):
        raise NotAllowed(message.state, "replay", refusal)
    message.state, message.attempts, message.due_at = ChannelMessage.DUE, 0, unit().now
    message.outcome, message.error = "", ""
    message.save(update_fields=["state", "attempts", "due_at", "outcome", "error"])
    subjects = (("connection", message.connection_id), ("channel_message", message.id))
    record([Change("channels.replay", f"Message {message.subject or message.message_id} read again", subjects)])
    transaction.on_commit(nudge.relay)
    return message


def why_not_replayed(message: ChannelMessage) -> str:
    """A sentence where reading this again makes no sense; empty where it does."""
    if message.import_id is not None:
        return "This is a file. Its import says what became of every row, and can be checked and run again there."
    if message.connection.state == Connection.PAUSED:
        return "The connection is paused. Resume it, and what waits is read."
    if not message.body:
        return "Its content was deleted after 30 days. Ask the sender to send it again."
    return ""


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Those that help to understand a message, and hold no secret."""
    return {name: headers[name] for name in KEPT_HEADERS if headers.get(name)}
