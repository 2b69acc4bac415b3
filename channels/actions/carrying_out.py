"""Carry out one message, and write down in a sentence what became of it."""

from datetime import timedelta
from uuid import UUID

from channels.actions.calls import place_again
from channels.actions.effects import EFFECTS
from channels.actions.results import Result, Waiting
from channels.events import ChannelMessageFailed
from channels.locks import lock_message
from channels.models import ChannelMessage, Connection
from channels.payloads import KINDS, glance, opened, sentence_of
from oms.accounts.models import SalesChannel
from oms.core.actors import EVERY_VERB, Actor
from oms.core.audit import Change, record
from oms.core.errors import OmsError
from oms.core.events import publish
from oms.core.tenancy import unit, unit_of_work

# A cancellation may come before its order; it waits about a day.
WAITS = (
    timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6),
    timedelta(hours=18),
)  # fmt: skip
OUR_FAULT = "Something went wrong here while this was read. It is tried again by itself."
GIVEN_UP = "Something went wrong here each time this was read. Nothing was changed; the operators' log has the reason."
WORKERS_DIED = "Every worker that read this died of it. Nothing was changed. Mend what it says, then replay it."


def carry_out_message(*, message_id: UUID) -> None:
    """Read a claimed message. Its effect and what is written of it are one commit, so it happens once."""
    message = lock_message(message_id)
    if message is None or message.state != ChannelMessage.DUE:
        return
    if message.attempts > len(WAITS) + 1:
        _fail(message, WORKERS_DIED)
        return
    if message.connection.state == Connection.PAUSED:
        message.due_at = None
        message.save(update_fields=["due_at"])
        return
    opened_unit = unit()
    try:
        with unit_of_work(
            opened_unit.tenant_id, actor_of(message.connection.channel), cause=f"channel_message:{message.id}",
            now=opened_unit.now,
        ):  # fmt: skip
            result = _effect(message)
    except Waiting as wait:
        _wait(message, wait.sentence, wait.given_up)
    except OmsError as refusal:
        _fail(message, sentence_of(refusal))
    else:
        _settle(message, result)


def note_mistake(*, message_id: UUID) -> None:
    """Reading it broke on our side and was rolled back: try again later, so that others get their turn."""
    message = lock_message(message_id)
    if message is None or message.state != ChannelMessage.DUE:
        return
    _wait(message, OUR_FAULT, GIVEN_UP)


def actor_of(channel: SalesChannel) -> Actor:
    """Who acts when a channel's message is carried out."""
    return Actor("channel", str(channel.id), channel.name, EVERY_VERB, channels=frozenset({channel.id}))


def _effect(message: ChannelMessage) -> Result:
    if message.done_at is not None:
        return Result(ChannelMessage.DONE, "Its effect is here already; nothing was done twice.", message.order_id)
    if message.connection.kind == Connection.API:
        return place_again(message)
    envelope = opened(message.body)
    if envelope.kind not in KINDS:
        told = f"Messages of the type “{envelope.kind}” mean nothing here. Known: {', '.join(KINDS)}."
        return Result(ChannelMessage.SKIPPED, told)
    return EFFECTS[envelope.kind](message, envelope.data)


def _settle(message: ChannelMessage, result: Result) -> None:
    if result.state == ChannelMessage.FAILED:
        _fail(message, result.sentence)
        return
    message.state, message.outcome, message.error = result.state, result.sentence[:2000], ""
    message.order_id = result.order_id or message.order_id
    if result.state == ChannelMessage.DONE and message.done_at is None:
        message.done_at = unit().now
    _save(message)
    if result.state == ChannelMessage.DONE:
        _wake(message)


def _wait(message: ChannelMessage, sentence: str, given_up: str) -> None:
    if message.attempts > len(WAITS):
        _fail(message, given_up)
        return
    message.error, message.due_at = sentence, unit().now + WAITS[max(0, message.attempts - 1)]
    _save(message)


def _fail(message: ChannelMessage, sentence: str) -> None:
    message.state, message.outcome, message.error = ChannelMessage.FAILED, "", sentence
    _save(message)
    connection = message.connection
    subject = f" ({message.subject})" if message.subject else ""
    record([
        Change(
            "channels.message_failed", f"Message {message.kind or message.message_id}{subject} failed: {sentence}",
            (("connection", connection.id),),
        )
    ])  # fmt: skip
    publish([
        ChannelMessageFailed(
            message.id, connection.id, connection.channel_id, message.kind, message.subject, sentence
        )
    ])  # fmt: skip


def _wake(message: ChannelMessage) -> None:
    """What waited for this order is read at once."""
    if message.kind == KINDS[0] and message.subject:
        waiting = ChannelMessage.objects.filter(
            connection_id=message.connection_id, subject=message.subject, state=ChannelMessage.DUE, due_at__isnull=False
        )
        waiting.update(due_at=unit().now)


def _save(message: ChannelMessage) -> None:
    if not message.kind:
        seen = glance(message.body)
        message.kind, message.subject = seen.kind, seen.subject
    message.save(update_fields=["state", "outcome", "error", "order_id", "due_at", "done_at", "kind", "subject"])
