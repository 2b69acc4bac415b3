"""Items, locations, and the stock of one at the other."""

from inventory.models.alerts import StockAlert
from inventory.models.auditing import AuditRun, CheckpointTotal, StockCheckpoint, StockPeriod
from inventory.models.billing import ReceivedNotBilled, SupplierBill, SupplierBillLine
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
from inventory.models.supplier_returns import SupplierReturn, SupplierReturnLine
from inventory.models.transfers import Transfer, TransferLine, TransferReceipt
from inventory.models.valuing import ItemValue, ValuationState, ValueDay, ValueEvent, ValueLayer, ValuePosting

__all__ = [
    "CLASSES", "DAMAGED", "IN_TRANSIT", "OUTSIDE", "QUALITY_HOLD", "QUARANTINE", "SELLABLE", "STATES", "WHYS",
    "AuditRun", "Balance", "Cart", "CartLine", "ChannelShare", "CheckpointTotal", "CountPlan", "Item", "ItemCode",
    "ItemValue", "ItemWord", "Location", "Movement", "PurchaseOrder", "PurchaseOrderLine", "PurchaseReceipt",
    "ReceivedNotBilled", "ReorderRule", "Reservation", "SellBuffer", "SheetClaim", "SheetImport", "StockAlert",
    "StockCheckpoint", "StockCount", "StockCountEntry", "StockCountLine", "StockPeriod", "Supplier", "SupplierBill",
    "SupplierBillLine", "SupplierItem", "SupplierReturn", "SupplierReturnLine", "Transfer", "TransferLine",
    "TransferReceipt", "ValuationState", "ValueDay", "ValueEvent", "ValueLayer", "ValuePosting",
]  # fmt: skip
