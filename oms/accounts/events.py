"""What happens to a company itself. Facts about people and credentials stay inside; the others are told to anyone."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class ApprovalRequested(Fact):
    """Something above one person's limit waits for another."""

    name: ClassVar[str] = "approval.requested"
    aggregate: ClassVar[str] = "approval"
    key: ClassVar[str] = "approval_id"

    approval_id: UUID
    verb: str


@dataclass(frozen=True)
class ApprovalDecided(Fact):
    """A second person approved (and with that carried out) or declined what was waiting."""

    name: ClassVar[str] = "approval.decided"
    aggregate: ClassVar[str] = "approval"
    key: ClassVar[str] = "approval_id"

    approval_id: UUID
    verb: str
    approved: bool


@dataclass(frozen=True)
class ChannelCreated(Fact):
    """A new place where orders come from."""

    name: ClassVar[str] = "channel.created"
    aggregate: ClassVar[str] = "channel"
    key: ClassVar[str] = "channel_id"

    channel_id: UUID
    code: str


@dataclass(frozen=True)
class ChannelChanged(Fact):
    """A channel got another name, or was switched on or off."""

    name: ClassVar[str] = "channel.changed"
    aggregate: ClassVar[str] = "channel"
    key: ClassVar[str] = "channel_id"

    channel_id: UUID
    changed: tuple[str, ...]


@dataclass(frozen=True)
class BusinessChanged(Fact):
    """The merchant's own name, money, zone or country changed; ``business_id`` is its public id."""

    name: ClassVar[str] = "business.changed"
    aggregate: ClassVar[str] = "business"
    key: ClassVar[str] = "business_id"

    business_id: UUID
    changed: tuple[str, ...]


@dataclass(frozen=True)
class MemberJoined(Fact):
    """Somebody accepted an invitation."""

    name: ClassVar[str] = "member.joined"
    aggregate: ClassVar[str] = "member"
    key: ClassVar[str] = "user_id"
    public: ClassVar[bool] = False

    user_id: UUID
    role: str


@dataclass(frozen=True)
class MemberChanged(Fact):
    """Role, scope or limits of a member changed."""

    name: ClassVar[str] = "member.changed"
    aggregate: ClassVar[str] = "member"
    key: ClassVar[str] = "user_id"
    public: ClassVar[bool] = False

    user_id: UUID
    changed: tuple[str, ...]


@dataclass(frozen=True)
class MemberRemoved(Fact):
    """Somebody left the team."""

    name: ClassVar[str] = "member.removed"
    aggregate: ClassVar[str] = "member"
    key: ClassVar[str] = "user_id"
    public: ClassVar[bool] = False

    user_id: UUID


@dataclass(frozen=True)
class KeyCreated(Fact):
    """A program may now act for the merchant."""

    name: ClassVar[str] = "key.created"
    aggregate: ClassVar[str] = "api_key"
    key: ClassVar[str] = "key_id"
    public: ClassVar[bool] = False

    key_id: UUID


@dataclass(frozen=True)
class KeyRevoked(Fact):
    """A program may not act for the merchant any more."""

    name: ClassVar[str] = "key.revoked"
    aggregate: ClassVar[str] = "api_key"
    key: ClassVar[str] = "key_id"
    public: ClassVar[bool] = False

    key_id: UUID
