"""What a channel is offered of what is available. Pure.

A sell buffer and a share are about what is *shown* to a channel. An order that a channel sends all the
same may take the last physical unit: placing asks only for what is available.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

PERCENT, AT_MOST, KEPT = SHARES = ("percent", "at_most", "kept")

Shelves = Sequence[tuple[UUID, int]]


@dataclass(frozen=True, slots=True)
class Buffer:
    """Units kept back; what is None applies to all."""

    item_id: UUID | None
    location_id: UUID | None
    channel_id: UUID | None
    units: int


@dataclass(frozen=True, slots=True)
class Share:
    channel_id: UUID
    item_id: UUID | None
    kind: str
    amount: int


@dataclass(frozen=True, slots=True)
class Offer:
    """``offered`` = ``available`` − ``kept_back`` (buffers) − ``elsewhere`` (pools and shares of other channels)."""

    available: int
    kept_back: int
    elsewhere: int

    @property
    def offered(self) -> int:
        return self.available - self.kept_back - self.elsewhere


@dataclass
class Rules:
    """The rules as one channel meets them, the most specific first: of this item rather than of all, of this
    channel rather than of all. Of several that match, one counts."""

    channel_id: UUID
    _of_all: dict[UUID | None, int] = field(default_factory=dict)
    _of_item: dict[UUID, dict[UUID | None, int]] = field(default_factory=dict)
    _shares: dict[tuple[UUID, UUID | None], Share] = field(default_factory=dict)
    _others: set[UUID] = field(default_factory=set)

    @classmethod
    def of(cls, channel_id: UUID, buffers: Iterable[Buffer], shares: Iterable[Share]) -> "Rules":
        rules = cls(channel_id)
        # Of all channels first, so that this channel's own is written last and stands.
        for each in sorted(buffers, key=lambda each: each.channel_id is not None):
            if each.channel_id in (None, channel_id):
                of = rules._of_item.setdefault(each.item_id, {}) if each.item_id else rules._of_all
                of[each.location_id] = each.units
        rules._shares = {(each.channel_id, each.item_id): each for each in shares}
        rules._others = {channel for channel, _ in rules._shares} - {channel_id}
        return rules

    def buffers(self, item_id: UUID) -> Mapping[UUID | None, int]:
        """Location → units of this item kept back there; None is all locations together."""
        own = self._of_item.get(item_id)
        return self._of_all | own if own else self._of_all

    def buffers_naming(self, item_id: UUID) -> Mapping[UUID | None, int]:
        """Only those that name this item, not those of all."""
        return self._of_item.get(item_id, {})

    def share(self, channel_id: UUID, item_id: UUID) -> Share | None:
        return self._shares.get((channel_id, item_id)) or self._shares.get((channel_id, None))

    def pools(self, item_id: UUID) -> int:
        """Units that other channels have for themselves."""
        found = (self.share(other, item_id) for other in self._others)
        return sum(each.amount for each in found if each and each.kind == KEPT)

    def pools_naming(self, item_id: UUID) -> int:
        """Units of this item, by its name, that other channels have for themselves."""
        found = (self._shares.get((other, item_id)) for other in self._others)
        return sum(each.amount for each in found if each and each.kind == KEPT)

    def shared_naming(self, item_id: UUID, units: int) -> int:
        """What this channel's own share of the item, by its name, leaves of ``units``."""
        return _shared(units, self._shares.get((self.channel_id, item_id)))


def offer(item_id: UUID, shelves: Shelves, rules: Rules) -> Offer:
    """``shelves`` are (location, available units) of the locations that ship.

    Buffers first, at each location and then once over all; then the other channels' pools; then this
    channel's share of the rest. Nothing goes below zero.
    """
    available = free = sum(units for _, units in shelves)
    if buffers := rules.buffers(item_id):
        free = sum(max(0, units - buffers.get(location, 0)) for location, units in shelves)
        free = max(0, free - buffers.get(None, 0))
    left = _shared(max(0, free - rules.pools(item_id)), rules.share(rules.channel_id, item_id))
    return Offer(available, available - free, free - left)


def offers(shelves: Mapping[UUID, Shelves], rules: Rules) -> dict[UUID, Offer]:
    return {item_id: offer(item_id, at, rules) for item_id, at in shelves.items()}


def _shared(units: int, share: Share | None) -> int:
    if share is None or share.kind == KEPT:
        return units
    return min(units, share.amount) if share.kind == AT_MOST else units * share.amount // 100
