"""What happened to lots and serials."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class LotTakenOffSale(Fact):
    """Units of a lot went from sale to quarantine; ``why``: lot_expired or lot_blocked."""

    name = "lot.taken_off_sale"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    lot_id: UUID
    code: str
    location_id: UUID
    quantity: int
    why: str


@dataclass(frozen=True)
class LotExpiring(Fact):
    """A lot of which there are units expires soon; said once."""

    name = "lot.expiring"
    aggregate = "item"
    key = "item_id"

    item_id: UUID
    lot_id: UUID
    code: str
    expires_on: date
    units: int


@dataclass(frozen=True)
class LotsRecalled(Fact):
    """Lots, or units by their serial numbers, were called back: they are blocked wherever they lie."""

    name = "lots.recalled"
    aggregate = "recall"
    key = "recall_id"

    recall_id: UUID
    number: int
    lot_ids: tuple[str, ...]
    serial_ids: tuple[str, ...] = ()
