"""What has happened to orders."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class OrderFact(Fact):
    """Everything here is about one order and reaches each subscriber in that order's sequence."""

    aggregate: ClassVar[str] = "order"
    key: ClassVar[str] = "order_id"

    order_id: UUID


@dataclass(frozen=True)
class OrderPlaced(OrderFact):
    """An order was accepted; its stock is reserved."""

    name: ClassVar[str] = "order.placed"

    number: int
    channel_id: UUID
    external_id: str


@dataclass(frozen=True)
class OrderCleared(OrderFact):
    """Nothing stands in the way of fulfilling it (any more)."""

    name: ClassVar[str] = "order.cleared"


@dataclass(frozen=True)
class OrderHeld(OrderFact):
    name: ClassVar[str] = "order.held"

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class HoldLifted(OrderFact):
    name: ClassVar[str] = "order.hold_lifted"

    hold_id: UUID
    kind: str
    remaining: int


@dataclass(frozen=True)
class OrderCancelled(OrderFact):
    """``tell_customer`` false: whoever canceled it wants no mail about it, where we are the one who tells."""

    name: ClassVar[str] = "order.cancelled"

    reason: str
    tell_customer: bool = True


@dataclass(frozen=True)
class LinesCancelled(OrderFact):
    """Some units were cancelled; ``lines`` are the ids of their lines as text."""

    name: ClassVar[str] = "order.lines_cancelled"

    lines: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class OrderEdited(OrderFact):
    name: ClassVar[str] = "order.edited"

    fields: tuple[str, ...]


@dataclass(frozen=True)
class LineMatched(OrderFact):
    """A line whose SKU nobody knew now names an item."""

    name: ClassVar[str] = "order.line_matched"

    line_id: UUID
    item_id: UUID


@dataclass(frozen=True)
class CancelRequested(OrderFact):
    """The floor has begun on the order and is asked to stop."""

    name: ClassVar[str] = "order.cancel_requested"

    reason: str


@dataclass(frozen=True)
class CancelDeclined(OrderFact):
    """It was too late to cancel."""

    name: ClassVar[str] = "order.cancel_declined"

    reason: str


@dataclass(frozen=True)
class PaymentCaptured(OrderFact):
    """Money came in for the order."""

    name: ClassVar[str] = "order.payment_captured"

    payment_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class RefundFact(OrderFact):
    """About one refund; its subject is what it was for, where that is not the order itself."""

    refund_id: UUID
    amount: Decimal
    currency: str
    subject_kind: str
    subject_id: UUID | None


@dataclass(frozen=True)
class RefundRequested(RefundFact):
    """Money is to go back; the gateway has yet to be asked."""

    name: ClassVar[str] = "order.refund_requested"


@dataclass(frozen=True)
class CreditMoved(RefundFact):
    """The worth of goods that came back pays for the order that replaces them: no money left."""

    name: ClassVar[str] = "order.credit_moved"


@dataclass(frozen=True)
class OrderRefunded(RefundFact):
    """All of the refund's money has gone back; ``tell_customer`` as in `OrderCancelled`."""

    name: ClassVar[str] = "order.refunded"

    tell_customer: bool = True


@dataclass(frozen=True)
class RefundFailed(RefundFact):
    """Part of the refund was declined; ``sentence`` says by whom and what to do."""

    name: ClassVar[str] = "order.refund_failed"

    sentence: str


@dataclass(frozen=True)
class RefundRetried(RefundFact):
    """A refund that failed is on its way again: the gateways that declined it are asked once more."""

    name: ClassVar[str] = "order.refund_retried"


@dataclass(frozen=True)
class OrderRated(OrderFact):
    """The customer answered how it was, from 1 (bad) to 5 (good)."""

    name: ClassVar[str] = "order.rated"

    score: int
