"""Items, locations, and the stock of one at the other."""

from inventory.models.auditing import AuditRun, CheckpointTotal, StockCheckpoint, StockPeriod
from inventory.models.carts import Cart, CartLine
from inventory.models.items import Item, ItemCode, ItemWord
from inventory.models.locations import Location
from inventory.models.offering import ChannelShare, SellBuffer
from inventory.models.sheets import SheetClaim, SheetImport
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
    "Cart", "CartLine", "ChannelShare", "CheckpointTotal", "Item", "ItemCode", "ItemWord", "Location", "Movement",
    "Reservation", "SellBuffer", "SheetClaim", "SheetImport", "StockCheckpoint", "StockPeriod",
]  # fmt: skip
