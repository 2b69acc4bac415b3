"""Owe facts to endpoints, send again what failed, and send a test."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows, to_json
from oms.core.db.keys import uuid7
from oms.core.errors import NotAllowed, NotFound
from oms.core.events import Envelope, nudge
from oms.core.tenancy import unit
from oms.webhooks.actions.endpoints import found
from oms.webhooks.locks import lock_message
from oms.webhooks.models import Endpoint, Message

TEST_TYPE = "webhook.test"


def queue_messages(envelopes: Sequence[Envelope]) -> None:
    """One message per public fact and active endpoint that wants it, in one statement."""
    public = [envelope for envelope in envelopes if envelope.fact.public]
    endpoints = list(Endpoint.objects.filter(active=True)) if public else []
    rows = [
        _row(endpoint, envelope)
        for envelope in public
        for endpoint in endpoints
        if not endpoint.events or envelope.fact.name in endpoint.events
    ]
    insert_rows(Message, rows, on_conflict="ON CONFLICT (tenant_id, endpoint_id, event_id) DO NOTHING")
    if rows:
        transaction.on_commit(nudge.relay)


def replay_message(*, message_id: UUID) -> Message:
    """Send a message again now, with the same event id, whatever became of it before.

    Raises `NotFound`, and `NotAllowed` while its endpoint is switched off.
    """
    message = lock_message(message_id)
    if message is None:
        raise NotFound("There is no such webhook message.")
    if not message.endpoint.active:
        raise NotAllowed("off", "replay", "The endpoint is switched off. Switch it on first.")
    message.state, message.attempts, message.due_at = Message.DUE, 0, unit().now
    message.save(update_fields=["state", "attempts", "due_at"])
    record(
        [Change("webhooks.replay", f"{message.event_type} sent again", (("webhook_endpoint", message.endpoint_id),))]
    )
    transaction.on_commit(nudge.relay)
    return message


def send_test(*, endpoint_id: UUID) -> Message:
    """Owe an endpoint a message of type ``webhook.test``. Raises `NotFound`, or `NotAllowed` when it is off."""
    endpoint = found(endpoint_id)
    if not endpoint.active:
        raise NotAllowed("off", "test", "The endpoint is switched off. Switch it on first.")
    now = unit().now
    event_id = uuid7()
    numbers = {"object": "webhook_endpoint", "object_id": endpoint.id, "sequence": 0, "event_id": event_id}
    body = {"type": TEST_TYPE, "timestamp": now, "data": {"message": "It works.", **numbers}}
    message = Message.objects.create(
        endpoint=endpoint, event_id=event_id, event_type=TEST_TYPE, object_id=endpoint.id, sequence=0,
        body=to_json(body), due_at=now, created_at=now,
    )  # fmt: skip
    transaction.on_commit(nudge.relay)
    return message


def body_of(envelope: Envelope) -> str:
    """The payload of the Standard Webhooks specification.

    ``object_id`` and the gap-free ``sequence`` of that object let a receiver drop copies and put late ones
    in order: deliveries may overtake each other, since a slow one is retried.
    """
    fact = envelope.fact
    data = {
        **fact.payload(),
        "object": fact.aggregate,
        "object_id": fact.aggregate_id,
        "sequence": envelope.sequence,
        "event_id": envelope.id,
    }
    return to_json({"type": fact.name, "timestamp": envelope.occurred_at, "data": data})


def _row(endpoint: Endpoint, envelope: Envelope) -> dict:
    now = unit().now
    return {
        "id": uuid7(), "endpoint_id": endpoint.id, "event_id": envelope.id, "event_type": envelope.fact.name,
        "object_id": envelope.fact.aggregate_id, "sequence": envelope.sequence, "body": body_of(envelope),
        "state": Message.DUE, "attempts": 0, "due_at": now, "created_at": now,
    }  # fmt: skip
