"""What happens to returns."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class ReturnFact(Fact):
    """Everything here is about one return and reaches each subscriber in that return's sequence."""

    aggregate: ClassVar[str] = "return"
    key: ClassVar[str] = "return_id"

    return_id: UUID
    order_id: UUID
    number: int


@dataclass(frozen=True)
class ReturnRequested(ReturnFact):
    """``asked_by`` is customer, merchant or channel; ``reasons`` are those of its lines, each once."""

    name: ClassVar[str] = "return.requested"

    asked_by: str
    units: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ReturnApproved(ReturnFact):
    name: ClassVar[str] = "return.approved"


@dataclass(frozen=True)
class ReturnDeclined(ReturnFact):
    name: ClassVar[str] = "return.declined"

    reason: str


@dataclass(frozen=True)
class ReturnCancelled(ReturnFact):
    name: ClassVar[str] = "return.cancelled"


@dataclass(frozen=True)
class ReturnSent(ReturnFact):
    """The customer has sent it."""

    name: ClassVar[str] = "return.sent"

    tracking_number: str


@dataclass(frozen=True)
class ReturnReceived(ReturnFact):
    """Units arrived; ``complete`` when nothing more is expected."""

    name: ClassVar[str] = "return.received"

    units: int
    complete: bool


@dataclass(frozen=True)
class ReturnInspected(ReturnFact):
    """Every received unit was looked at; ``wrong`` of them were not what was ordered, or not as it left us."""

    name: ClassVar[str] = "return.inspected"

    units: int
    restocked: int
    wrong: int


@dataclass(frozen=True)
class ReturnClosed(ReturnFact):
    name: ClassVar[str] = "return.closed"

    outcome: str
