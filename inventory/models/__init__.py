"""Items, locations, and the stock of one at the other."""

from inventory.models.alerts import StockAlert
from inventory.models.auditing import AuditRun, CheckpointTotal, StockCheckpoint, StockPeriod
from inventory.models.bins import Bin, BinStock
from inventory.models.carts import Cart, CartLine
from inventory.models.counting import CLASSES, WHYS, CountPlan, StockCount, StockCountEntry, StockCountLine
from inventory.models.items import Item, ItemCode, ItemWord
from inventory.models.locations import Location
from inventory.models.offering import ChannelShare, SellBuffer
from inventory.models.purchasing import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    ReorderRule,
    Supplier,
    SupplierItem,
)
from inventory.models.serials import RecalledSerial, Serial, SerialMove
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
from inventory.models.tracing import Lot, Quant, Recall, RecalledLot
from inventory.models.transfers import Transfer, TransferLine, TransferReceipt

__all__ = [
    "CLASSES", "DAMAGED", "IN_TRANSIT", "OUTSIDE", "QUALITY_HOLD", "QUARANTINE", "SELLABLE", "STATES", "WHYS",
    "AuditRun", "Balance", "Bin", "BinStock", "Cart", "CartLine", "ChannelShare", "CheckpointTotal", "CountPlan",
    "Item", "ItemCode", "ItemWord", "Location", "Lot", "Movement", "PurchaseOrder", "PurchaseOrderLine",
    "PurchaseReceipt", "Quant", "Recall", "RecalledLot", "RecalledSerial", "ReorderRule", "Reservation", "SellBuffer",
    "Serial", "SerialMove", "SheetClaim", "SheetImport", "StockAlert", "StockCheckpoint", "StockCount",
    "StockCountEntry", "StockCountLine", "StockPeriod", "Supplier", "SupplierItem", "Transfer", "TransferLine",
    "TransferReceipt",
]  # fmt: skip
