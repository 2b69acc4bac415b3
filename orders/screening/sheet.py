"""What the checks see of an order: built once per order, for a whole batch at a time, and kept with the verdicts."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from oms.core.addresses import Address


@dataclass(frozen=True, slots=True)
class SheetLine:
    line_id: UUID
    position: int
    kind: str
    sku: str
    quantity: int
    unit_price: Decimal
    has_item: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """``local_hour`` is in the merchant's zone.

    Of the ten minutes before, this order included: ``recent_same_email`` counts orders from its e-mail
    address, ``recent_to_address`` the e-mail addresses that ordered to its postal address.

    ``high_value`` is what the merchant calls a high value, None when the order is in another currency.
    """

    order_id: UUID
    total: Decimal
    currency: str
    email: str = ""
    ship_to: Address = field(default_factory=Address)
    bill_to: Address = field(default_factory=Address)
    lines: tuple[SheetLine, ...] = ()
    payment_state: str = "unpaid"
    payment_required: bool = False
    address_known: bool = True
    local_hour: int = 12
    is_first_order: bool = False
    recent_same_email: int = 1
    recent_to_address: int = 1
    high_value: Decimal | None = None

    @property
    def needs_shipping(self) -> bool:
        return any(line.kind in ("goods", "sample") for line in self.lines)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check says, in a sentence that reads on its own."""

    check: str
    passed: bool
    sentence: str
    points: int = 0
    evidence: dict = field(default_factory=dict)

    def to_json(self) -> dict:
        return {
            "check": self.check, "passed": self.passed, "points": self.points, "sentence": self.sentence,
            "evidence": self.evidence,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class HoldWanted:
    kind: str
    reason: str
    line_id: UUID | None = None
    evidence: dict = field(default_factory=dict)
