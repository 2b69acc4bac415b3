"""What fulfillment has decided."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from oms.core.events import Fact


@dataclass(frozen=True)
class OrderAllocated(Fact):
    """Units of the order have a location; ``state`` is ``allocated`` or ``part_allocated``."""

    name: ClassVar[str] = "order.allocated"
    aggregate: ClassVar[str] = "order"
    key: ClassVar[str] = "order_id"

    order_id: UUID
    decision_id: UUID
    state: str


@dataclass(frozen=True)
class OrderBackordered(Fact):
    """Units of the order wait for stock; ``lines`` are the ids of their lines as text."""

    name: ClassVar[str] = "order.backordered"
    aggregate: ClassVar[str] = "order"
    key: ClassVar[str] = "order_id"

    order_id: UUID
    decision_id: UUID
    units: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class MoreWaiting(Fact):
    """Stock of this item went to as many waiting lines as one batch takes, and more are waiting."""

    name: ClassVar[str] = "backorders.more_waiting"
    aggregate: ClassVar[str] = "item"
    key: ClassVar[str] = "item_id"

    item_id: UUID
