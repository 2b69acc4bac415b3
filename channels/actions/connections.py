"""Connect a sales channel, pause and resume a connection, and give its hook a new secret."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from channels.events import ConnectionChanged, ConnectionMade, ConnectionRefused
from channels.locks import lock_connection
from channels.models import ChannelMessage, Connection
from channels.secrets import sealed
from oms.accounts.models import SalesChannel
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, FieldError, Invalid, NotAllowed
from oms.core.events import nudge, publish
from oms.core.signed_hooks import new_secret
from oms.core.tenancy import unit

NAME_MAX = 80
OVERLAP = timedelta(hours=24)
# How often at most a connection says that it was refused something, however often somebody knocks.
REFUSED_EVERY = timedelta(minutes=10)
BUILT_IN = {Connection.FILE: "Files", Connection.API: "API"}
CHANGED_KEY = "It was not signed with the secret in force. If the secret was changed here, give the sender the new one."


class DuplicateConnection(Conflict):
    """Another connection of this channel has the name."""

    code = "duplicate_connection"
    title = "This name is taken"


def connect_channels(*, channel_ids: set[UUID]) -> None:
    """Let these channels take files and orders over the API; those that do already are left as they are."""
    now = unit().now
    rows = [
        {
            "id": uuid7(), "channel_id": channel_id, "kind": kind, "name": name, "secret": "", "previous_secret": "",
            "settings": {}, "state": Connection.ACTIVE, "state_reason": "", "version": 1, "created_at": now,
        }
        for channel_id in sorted(channel_ids)
        for kind, name in BUILT_IN.items()
    ]  # fmt: skip
    insert_rows(Connection, rows, on_conflict="ON CONFLICT DO NOTHING")


def connect_hook(*, channel_id: UUID, name: str) -> tuple[Connection, str]:
    """A signed hook of this channel, and its secret, which is shown once.

    Raises `Invalid` naming ``name`` or ``channel_id``, `Forbidden`, `DuplicateConnection`.
    """
    opened = unit()
    _check_name(name)
    channel = SalesChannel.objects.filter(id=channel_id).first()
    if channel is None:
        raise Invalid.field("channel_id", "There is no such sales channel.", "unknown_channel")
    require(opened.actor, "channels.edit", channel_id=channel.id)
    secret = new_secret()
    made = Connection(
        channel=channel, kind=Connection.HOOK, name=name.strip(), secret=sealed(secret, opened.tenant_id),
        created_at=opened.now,
    )  # fmt: skip
    _save(made)
    _tell("channels.connect", f"{channel.name} connected by the hook “{made.name}”", made)
    publish([ConnectionMade(made.id, channel.id, made.kind)])
    return made, secret


def rename_connection(*, connection_id: UUID, name: str) -> Connection:
    """Raises `NotFound`, `Invalid`, `DuplicateConnection`."""
    connection = _hook(connection_id, "rename")
    _check_name(name)
    before, connection.name = connection.name, name.strip()
    if connection.name != before:
        _changed(connection, ("name",), "channels.edit", f"Connection “{before}” renamed to “{connection.name}”")
    return connection


def pause_connection(*, connection_id: UUID) -> Connection:
    """What comes in is stored and not read, until it is resumed. Raises `NotFound`, `NotAllowed`."""
    connection = _hook(connection_id, "pause")
    if connection.state == Connection.PAUSED:
        return connection
    connection.state, connection.state_reason = Connection.PAUSED, f"Paused by {unit().actor.label}."
    connection.messages.filter(state=ChannelMessage.DUE).update(due_at=None)
    _changed(connection, ("state",), "channels.pause", f"Connection “{connection.name}” paused")
    return connection


def resume_connection(*, connection_id: UUID) -> Connection:
    """Read what waited, and what comes. Raises `NotFound`, `NotAllowed`."""
    connection = _hook(connection_id, "resume")
    if connection.state != Connection.PAUSED:
        return connection
    connection.state, connection.state_reason = Connection.ACTIVE, ""
    connection.messages.filter(state=ChannelMessage.DUE).update(due_at=unit().now)
    _changed(connection, ("state",), "channels.resume", f"Connection “{connection.name}” resumed")
    transaction.on_commit(nudge.relay)
    return connection


def rotate_secret(*, connection_id: UUID) -> tuple[Connection, str]:
    """Give the hook a new secret; for a day the old one is accepted too. Raises `NotFound`, `NotAllowed`."""
    connection = _hook(connection_id, "rotate")
    secret, opened = new_secret(), unit()
    connection.previous_secret, connection.previous_until = connection.secret, opened.now + OVERLAP
    connection.secret = sealed(secret, opened.tenant_id)
    _changed(connection, ("secret",), "channels.rotate", f"Secret of the connection “{connection.name}” rotated")
    return connection, secret


def note_refusal(*, connection: Connection) -> None:
    """Somebody who knows the address does not know the secret. Told when all was well before, and not too often."""
    if not _is_news(connection):
        return
    connection = lock_connection(connection.id)
    if _is_news(connection):
        connection.state, connection.state_reason, connection.refused_at = Connection.REFUSED, CHANGED_KEY, unit().now
        connection.save(update_fields=["state", "state_reason", "refused_at"])
        publish([ConnectionRefused(connection.id, connection.channel_id, CHANGED_KEY)])


def _is_news(connection: Connection) -> bool:
    recent = connection.refused_at and unit().now - connection.refused_at < REFUSED_EVERY
    return connection.state == Connection.ACTIVE and not recent


def note_acceptance(*, connection: Connection) -> None:
    """Something signed came in: all is well again."""
    if connection.state == Connection.REFUSED:
        refused = Connection.objects.filter(id=connection.id, state=Connection.REFUSED)
        refused.update(state=Connection.ACTIVE, state_reason="")


def _hook(connection_id: UUID, verb: str) -> Connection:
    """The locked connection. Files and the API have no secret, and are stopped with their channel."""
    connection = lock_connection(connection_id)
    if connection.kind != Connection.HOOK:
        raise NotAllowed(
            connection.kind, verb,
            f"{connection.name} belongs to the channel itself. To take nothing in by it, switch the channel off.",
        )  # fmt: skip
    return connection


def _check_name(name: str) -> None:
    if not 0 < len(name.strip()) <= NAME_MAX:
        raise Invalid.field("name", f"Give it a name of 1 to {NAME_MAX} characters.")


def _changed(connection: Connection, changed: tuple[str, ...], verb: str, sentence: str) -> None:
    connection.version += 1
    _save(connection)
    _tell(verb, sentence, connection)
    publish([ConnectionChanged(connection.id, connection.channel_id, changed, connection.state)])


def _save(connection: Connection) -> None:
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError:  # the name is all that can clash
        message = f"This channel has a connection called “{connection.name}” already. Choose another name."
        raise DuplicateConnection(message, fields=[FieldError("name", "duplicate", message)]) from None


def _tell(verb: str, sentence: str, connection: Connection) -> None:
    record([Change(verb, sentence, (("connection", connection.id), ("channel", connection.channel_id)))])
