"""The words stock is talked about in: what is wanted, what was reserved, what is on the shelf."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

# More units than this in one line are a typing mistake, not trade.
QUANTITY_MAX = 1_000_000_000

# An account of the ledger that has a balance: (item, location, state).
Account = tuple[UUID, UUID, str]


@dataclass(frozen=True, slots=True)
class KitOf:
    """The kit that a demand is a component of: ``per_kit`` units in each, all of them from one location, unless
    ``in_parts``. ``demand_id`` names the kit's own line, which holds nothing."""

    demand_id: UUID
    item_id: UUID
    per_kit: int
    in_parts: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """Units of one item wanted by one demand (an order line, say).

    Demands of one ``group_id`` (an order) go to one location where that is possible. ``refuse`` makes
    the group all-or-nothing; ``location_id`` pins the demand to one location. Components of a ``kit`` are held for
    whole kits or not at all.
    """

    group_id: UUID
    demand_id: UUID
    item_id: UUID
    quantity: int
    refuse: bool = False
    location_id: UUID | None = None
    demand_kind: str = "order_line"
    kit: KitOf | None = None


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why a group was refused: ``available`` is what the item could still have given."""

    demand_id: UUID
    item_id: UUID
    wanted: int
    available: int
    sku: str = ""


@dataclass(frozen=True)
class Reserved:
    """What came of a list of demands.

    ``placed``: demand → location → units. ``short``: demand → units nobody has. ``refused``: group →
    its shortages; a refused group has nothing placed.
    """

    placed: dict[UUID, dict[UUID, int]] = field(default_factory=dict)
    short: dict[UUID, int] = field(default_factory=dict)
    refused: dict[UUID, list[Shortage]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """How many units a demand should hold in all, wherever they are now."""

    group_id: UUID
    demand_id: UUID
    item_id: UUID
    quantity: int
    demand_kind: str = "order_line"


@dataclass(frozen=True, slots=True)
class Placement:
    demand_id: UUID
    item_id: UUID
    location_id: UUID
    quantity: int


@dataclass(frozen=True)
class StockView:
    """The shelf as a chooser may spend it.

    ``available`` is the sellable stock of active, shipping locations, (item, location) → units,
    *including* what the needs hold there now; ``held`` is demand → location → units held now.
    """

    available: Mapping[tuple[UUID, UUID], int]
    held: Mapping[UUID, Mapping[UUID, int]]


@dataclass(frozen=True, slots=True)
class LotDraft:
    """A lot as a delivery names it."""

    code: str
    made_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Units that arrived: from an outside account onto a location's shelf, in one state."""

    item_id: UUID
    location_id: UUID
    quantity: int
    from_account: str = "supplier"
    state: str = "sellable"
    lot: LotDraft | None = None
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenReservation:
    """A reservation's open units, as the rules see them."""

    id: UUID
    demand_id: UUID
    item_id: UUID
    location_id: UUID
    open: int
    demand_kind: str = "order_line"


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement: a side is a location with a state, or an outside account (state alone).

    ``cause_id`` is for lists of entries that do not all have the same cause, ``reverses_id`` names the
    movement that this one takes back, ``demand_id`` the order line that goods went to or came back from.

    Of an item tracked by lot, ``lot_id`` names the lot; without one those go first that expire first, before others
    those that are ``good_on`` a day. ``exact``: it was this lot (None: the unknown one), whatever the book has.
    """

    item_id: UUID
    quantity: int
    from_state: str
    to_state: str
    from_location_id: UUID | None = None
    to_location_id: UUID | None = None
    cause_id: UUID | None = None
    reverses_id: int | None = None
    demand_id: UUID | None = None
    lot_id: UUID | None = None
    exact: bool = False
    good_on: date | None = None

    @property
    def source(self) -> Account | None:
        """The account with a balance that it takes from; None outside."""
        return self.from_location_id and (self.item_id, self.from_location_id, self.from_state)

    @property
    def target(self) -> Account | None:
        return self.to_location_id and (self.item_id, self.to_location_id, self.to_state)
