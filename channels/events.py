"""What happens to connections and to what comes in over them."""

from dataclasses import dataclass
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class ConnectionMade(Fact):
    """A sales channel was connected in a new way."""

    name = "connection.made"
    aggregate = "connection"
    key = "connection_id"

    connection_id: UUID
    channel_id: UUID
    kind: str


@dataclass(frozen=True)
class ConnectionChanged(Fact):
    """A connection was paused, resumed, renamed or given a new secret; ``state`` is what it is now."""

    name = "connection.changed"
    aggregate = "connection"
    key = "connection_id"

    connection_id: UUID
    channel_id: UUID
    changed: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class ConnectionRefused(Fact):
    """Something came that was not signed with the connection's secret, after all was well before."""

    name = "connection.refused"
    aggregate = "connection"
    key = "connection_id"

    connection_id: UUID
    channel_id: UUID
    sentence: str


@dataclass(frozen=True)
class ChannelMessageFailed(Fact):
    """A channel's message could not be carried out; ``sentence`` says why and what to do."""

    name = "channel_message.failed"
    aggregate = "channel_message"
    key = "channel_message_id"

    channel_message_id: UUID
    connection_id: UUID
    channel_id: UUID
    kind: str
    subject: str
    sentence: str
