"""Items, locations, and the stock of one at the other."""

from inventory.models.auditing import AuditRun, CheckpointTotal, StockCheckpoint, StockPeriod
from inventory.models.items import Item, ItemCode, ItemWord
from inventory.models.locations import Location
from inventory.models.stock import (
    DAMAGED,
    IN_TRANSIT,
    OUTSIDE,
    QUALITY_HOLD,
    QUARANTINE,
    SELLABLE,
    STATES,
    Balance,
    Movement,
    Reservation,
)

__all__ = [
    "DAMAGED", "IN_TRANSIT", "OUTSIDE", "QUALITY_HOLD", "QUARANTINE", "SELLABLE", "STATES", "AuditRun", "Balance",
    "CheckpointTotal", "Item", "ItemCode", "ItemWord", "Location", "Movement", "Reservation", "StockCheckpoint",
    "StockPeriod",
]  # fmt: skip
