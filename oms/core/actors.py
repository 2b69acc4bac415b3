"""Who acts, and what they may do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from oms.core.errors import Forbidden

EVERY_VERB = frozenset({"*"})


@dataclass(frozen=True)
class Actor:
    """A person, key, rule, customer or process, with the verbs it may use.

    ``locations`` and ``channels`` limit it to those ids; ``None`` means all. ``limits`` holds, per
    verb, the largest money amount (in the merchant's currency) that needs no second person.
    """

    kind: str
    id: str
    label: str
    verbs: frozenset[str] = frozenset()
    locations: frozenset[UUID] | None = None
    channels: frozenset[UUID] | None = None
    limits: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))

    def permits(self, verb: str, *, location_id: UUID | None = None, channel_id: UUID | None = None) -> bool:
        """May this actor use ``verb`` here? The one question behind roles and key scopes."""
        if "*" not in self.verbs and verb not in self.verbs:
            return False
        if location_id is not None and self.locations is not None and location_id not in self.locations:
            return False
        return channel_id is None or self.channels is None or channel_id in self.channels

    def needs_approval(self, verb: str, amount: Decimal) -> bool:
        """Is ``amount`` above what this actor may decide alone?"""
        limit = self.limits.get(verb)
        return limit is not None and amount > limit

    def to_json(self) -> dict[str, object]:
        """For a job that goes on acting as whoever started it."""
        return {
            "kind": self.kind,
            "id": self.id,
            "label": self.label,
            "verbs": sorted(self.verbs),
            "locations": None if self.locations is None else sorted(map(str, self.locations)),
            "channels": None if self.channels is None else sorted(map(str, self.channels)),
            "limits": {verb: str(amount) for verb, amount in self.limits.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping) -> "Actor":
        def ids(values: Collection[str] | None) -> frozenset[UUID] | None:
            return None if values is None else frozenset(map(UUID, values))

        return cls(
            kind=data["kind"],
            id=data["id"],
            label=data["label"],
            verbs=frozenset(data["verbs"]),
            locations=ids(data["locations"]),
            channels=ids(data["channels"]),
            limits={verb: Decimal(amount) for verb, amount in data["limits"].items()},
        )


def system(label: str, verbs: Collection[str] = EVERY_VERB) -> Actor:
    """A process of ours, named so that no timeline ever says just "System"."""
    return Actor(kind="process", id=label, label=label, verbs=frozenset(verbs))


def require(actor: Actor, verb: str, **scope: UUID | None) -> None:
    """Raise ``Forbidden`` unless the actor permits the verb here."""
    if not actor.permits(verb, **scope):
        raise Forbidden(f"{actor.label} may not do this ({verb}). Ask an owner for a role that includes it.", verb=verb)
