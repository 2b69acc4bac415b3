"""What the pipeline takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fulfillment.sourcing.geography import Distance, Spot
from fulfillment.sourcing.quantities import Quantities

# (item, location) → units that may be planned there.
Available = Mapping[tuple[UUID, UUID], int]

ROUTED, PINNED, MANUAL = "routed", "pinned", "manual"


@dataclass(frozen=True)
class Site:
    """A location as routing sees it. ``spot`` is where it stands, when known."""

    id: UUID
    name: str
    code: str
    priority: int
    active: bool = True
    ships: bool = True
    spot: Spot | None = None


@dataclass(frozen=True)
class InKit:
    """Whose component a line is: ``per_kit`` units in each, all from one location unless ``in_parts``."""

    kit_line_id: UUID
    per_kit: int
    in_parts: bool = False


@dataclass(frozen=True)
class LineNeed:
    """Units of a line that are owed; of a ``kit`` only whole ones are sent."""

    line_id: UUID
    item_id: UUID
    sku: str
    quantity: int
    kit: InKit | None = None


@dataclass(frozen=True)
class OrderNeed:
    """What an order still owes its customer. ``pinned`` is where a person has put it, if one has."""

    order_id: UUID
    placed_at: datetime
    spot: Spot | None
    lines: tuple[LineNeed, ...]
    pinned: UUID | None = None

    def wanted(self) -> Quantities:
        return Quantities.summed((line.item_id, line.quantity) for line in self.lines)


@dataclass(frozen=True)
class Candidate:
    """One location as it stood for one order: what it could offer, how far it is, why it is out (if it is)."""

    site: Site
    offers: Quantities
    distance: Distance | None
    dropped: str = ""

    @property
    def units(self) -> int:
        return self.offers.total()


@dataclass(frozen=True)
class Package:
    """Everything one location sends for one order."""

    candidate: Candidate
    contents: Quantities


@dataclass(frozen=True)
class Placed:
    line_id: UUID
    item_id: UUID
    location_id: UUID
    quantity: int


@dataclass(frozen=True)
class Short:
    """Units of a line that no location could give."""

    line_id: UUID
    item_id: UUID
    sku: str
    quantity: int


@dataclass(frozen=True)
class Plan:
    """The answer for one order. ``candidates`` are ranked, best first, those dropped last."""

    order_id: UUID
    strategy: str
    wanted: int
    packages: tuple[Package, ...]
    placed: tuple[Placed, ...]
    short: tuple[Short, ...]
    candidates: tuple[Candidate, ...]
    sentence: str
    pinned: UUID | None = None

    @property
    def units_placed(self) -> int:
        return sum(each.quantity for each in self.placed)

    @property
    def units_short(self) -> int:
        return sum(each.quantity for each in self.short)
