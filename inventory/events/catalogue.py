"""What changed about items, locations and what channels are offered."""

from dataclasses import dataclass
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class ItemCreated(Fact):
    name = "item.created"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    sku: str


@dataclass(frozen=True)
class ItemChanged(Fact):
    """``fields`` are the names of what changed."""

    name = "item.changed"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class LocationChanged(Fact):
    """A location was created or changed; ``fields`` are the names of what changed."""

    name = "location.changed"
    aggregate = "location"
    key = "location_id"

    location_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class OfferRuleChanged(Fact):
    """A sell buffer or a channel's share was set or lifted; null is every item, or every channel."""

    name = "offer_rule.changed"
    aggregate = "offer_rule"
    key = "rule_id"

    rule_id: UUID
    item_id: UUID | None
    channel_id: UUID | None
