"""Who gets scarce stock: promises shared out anew, by classes of orders. Pure.

The classes are those of SAP's advanced backorder processing (aATP): an order of each

* ``win`` keeps what it holds and is served first, if need be from what others hold;
* ``gain`` keeps what it holds and is served next, likewise;
* ``improve`` keeps what it holds and may get more of what nobody holds;
* ``redistribute`` may get more, or lose;
* ``fill`` never gets more than it holds, and may lose;
* ``lose`` gets what all others have left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from oms.core.errors import FieldError

WIN, GAIN, IMPROVE, REDISTRIBUTE, FILL, LOSE = CLASSES = ("win", "gain", "improve", "redistribute", "fill", "lose")
KEEP = frozenset({WIN, GAIN, IMPROVE})
DUE, OLDEST = SORTS = ("due", "oldest")


@dataclass(frozen=True)
class OrderFacts:
    """What segments ask about an order."""

    order_id: UUID
    channel_id: UUID
    tags: frozenset[str]
    placed_at: datetime
    ship_by: datetime | None


@dataclass(frozen=True)
class Segment:
    """Orders that are treated alike: those that match all that is said. Nothing said matches every order."""

    kind: str
    channels: frozenset[UUID] = frozenset()
    tags: frozenset[str] = frozenset()
    due_within_days: int | None = None
    older_than_days: int | None = None

    @classmethod
    def from_json(cls, kept: Mapping) -> "Segment":
        channels = frozenset(UUID(each) for each in kept["channels"])
        return cls(
            kept["kind"], channels, frozenset(kept["tags"]), kept["due_within_days"], kept["older_than_days"]
        )  # fmt: skip

    def to_json(self) -> dict:
        return {
            "kind": self.kind, "channels": sorted(map(str, self.channels)), "tags": sorted(self.tags),
            "due_within_days": self.due_within_days, "older_than_days": self.older_than_days,
        }  # fmt: skip

    def matches(self, order: OrderFacts, now: datetime) -> bool:
        return (
            (not self.channels or order.channel_id in self.channels)
            and (not self.tags or bool(self.tags & order.tags))
            and (self.due_within_days is None or _due(order, now, self.due_within_days))
            and (self.older_than_days is None or order.placed_at <= now - timedelta(days=self.older_than_days))
        )


def _due(order: OrderFacts, now: datetime, days: int) -> bool:
    return order.ship_by is not None and order.ship_by <= now + timedelta(days=days)


@dataclass(frozen=True)
class Policy:
    """The first segment that matches decides; ``otherwise`` is for those that none does.

    An order older than ``ageing_days`` loses nothing and is served with `GAIN` at least, so that nobody starves.
    """

    segments: tuple[Segment, ...] = ()
    otherwise: str = REDISTRIBUTE
    sort: str = OLDEST
    ageing_days: int | None = 30

    @classmethod
    def from_json(cls, kept: Mapping) -> "Policy":
        segments = tuple(Segment.from_json(each) for each in kept["segments"])
        return cls(segments, kept["otherwise"], kept["sort"], kept["ageing_days"])

    def to_json(self) -> dict:
        return {
            "segments": [each.to_json() for each in self.segments], "otherwise": self.otherwise, "sort": self.sort,
            "ageing_days": self.ageing_days,
        }  # fmt: skip

    def kind_of(self, order: OrderFacts, now: datetime) -> str:
        kind = next((each.kind for each in self.segments if each.matches(order, now)), self.otherwise)
        aged = self.ageing_days is not None and order.placed_at <= now - timedelta(days=self.ageing_days)
        return min(kind, GAIN, key=CLASSES.index) if aged else kind

    def rank(self, order: OrderFacts) -> tuple:
        """Who comes first within a class."""
        no_date = order.ship_by is None
        due = (no_date, order.placed_at if no_date else order.ship_by) if self.sort == DUE else ()
        return (*due, order.placed_at, order.order_id)


SEGMENTS_MAX, TAGS_MAX, DAYS_MAX, HOURS_MAX = 20, 50, 3_650, 8_760


def policy_problems(policy: Policy) -> list[FieldError]:
    """Each named ``segments.N.field`` where it is of a segment."""
    found = []
    if len(policy.segments) > SEGMENTS_MAX:
        found.append(FieldError("segments", "too_many", f"Give at most {SEGMENTS_MAX} segments."))
    for position, each in enumerate(policy.segments):
        where = f"segments.{position}"
        if each.kind not in CLASSES:
            found.append(FieldError(f"{where}.kind", "unknown_choice", f"Choose one of: {', '.join(CLASSES)}."))
        if len(each.tags) > TAGS_MAX or len(each.channels) > TAGS_MAX:
            found.append(FieldError(f"{where}.tags", "too_many", f"Give at most {TAGS_MAX} tags and channels."))
        for name in ("due_within_days", "older_than_days"):
            found += _days_problems(f"{where}.{name}", getattr(each, name))
    if policy.otherwise not in CLASSES:
        found.append(FieldError("otherwise", "unknown_choice", f"Choose one of: {', '.join(CLASSES)}."))
    if policy.sort not in SORTS:
        found.append(FieldError("sort", "unknown_choice", f"Choose one of: {', '.join(SORTS)}."))
    return found + _days_problems("ageing_days", policy.ageing_days)


def _days_problems(field: str, days: int | None) -> list[FieldError]:
    if days is None or 0 <= days <= DAYS_MAX:
        return []
    return [FieldError(field, "out_of_range", f"Give 0 to {DAYS_MAX:,} days, or leave it empty.")]


PRESETS = {
    "oldest_first": Policy(),
    "due_first": Policy(sort=DUE),
    "vip_first": Policy(segments=(Segment(WIN, tags=frozenset({"vip"})),)),
}


@dataclass(frozen=True)
class Claim:
    """What one order wants of one item, and what it holds of it now."""

    order_id: UUID
    item_id: UUID
    wanted: int
    held: int
    kind: str
    rank: tuple = field(default=())


def claims_of(
    orders: Iterable[OrderFacts], wanted: Mapping[tuple[UUID, UUID], int], held: Mapping[tuple[UUID, UUID], int],
    policy: Policy, now: datetime,
) -> list[Claim]:  # fmt: skip
    """A claim for each order and item that is ``wanted``; both are (order, item) → units."""
    facts = {each.order_id: each for each in orders}
    return [
        Claim(order_id, item_id, units, min(units, held.get((order_id, item_id), 0)),
              policy.kind_of(facts[order_id], now), policy.rank(facts[order_id]))
        for (order_id, item_id), units in wanted.items()
    ]  # fmt: skip


def share_out(claims: Sequence[Claim], units: Mapping[UUID, int]) -> dict[tuple[UUID, UUID], int]:
    """(order, item) → what it shall hold. ``units``: item → all there is, what the claims hold included."""
    by_item: dict[UUID, list[Claim]] = {}
    for claim in claims:
        by_item.setdefault(claim.item_id, []).append(claim)
    shared = {}
    for item_id, its in by_item.items():
        shared |= {(order, item_id): count for order, count in _share_one(its, units.get(item_id, 0)).items()}
    return shared


def _share_one(claims: Sequence[Claim], units: int) -> dict[UUID, int]:
    kept = {claim.order_id: claim.held if claim.kind in KEEP else 0 for claim in claims}
    left, free = units - sum(kept.values()), units - sum(claim.held for claim in claims)
    given = {}
    for claim in sorted(claims, key=lambda each: (CLASSES.index(each.kind), each.rank)):
        most = {IMPROVE: claim.held + free, FILL: claim.held}.get(claim.kind, claim.wanted)
        count = max(kept[claim.order_id], min(claim.wanted, most, kept[claim.order_id] + left))
        left -= count - kept[claim.order_id]
        free = max(0, free - max(0, count - claim.held))
        given[claim.order_id] = count
    return given
