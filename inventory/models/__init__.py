"""Items, locations, and the stock of one at the other."""

from inventory.models.alerts import ItemPace, StockAlert
from inventory.models.auditing import AuditRun, CheckpointTotal, StockCheckpoint, StockPeriod
from inventory.models.billing import ReceivedNotBilled, SupplierBill, SupplierBillLine
from inventory.models.bins import Bin, BinStock
from inventory.models.carts import Cart, CartLine
from inventory.models.counting import CLASSES, WHYS, CountPlan, StockCount, StockCountEntry, StockCountLine
from inventory.models.details import CustomField, ItemImage, Substitute
from inventory.models.items import Item, ItemCode, ItemWord, Product
from inventory.models.kits import AssemblyLine, AssemblyOrder, KitComponent
from inventory.models.locations import Location
from inventory.models.offering import ChannelShare, SellBuffer
from inventory.models.outside import OutsideFact
from inventory.models.packing import PackLevel
from inventory.models.purchasing import (
    DeliveryNotice,
    DeliveryNoticeLine,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
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
from inventory.models.supplier_returns import SupplierReturn, SupplierReturnLine
from inventory.models.tracing import Lot, Quant, Recall, RecalledLot
from inventory.models.transfers import Transfer, TransferLine, TransferReceipt
from inventory.models.valuing import ItemValue, ValuationState, ValueDay, ValueEvent, ValueLayer, ValuePosting

__all__ = [
    "CLASSES", "DAMAGED", "IN_TRANSIT", "OUTSIDE", "QUALITY_HOLD", "QUARANTINE", "SELLABLE", "STATES", "WHYS",
    "AssemblyLine", "AssemblyOrder", "AuditRun", "Balance", "Bin", "BinStock", "Cart", "CartLine", "ChannelShare",
    "CheckpointTotal", "CountPlan", "CustomField", "DeliveryNotice", "DeliveryNoticeLine", "Item", "ItemCode",
    "ItemImage", "ItemPace", "ItemValue", "ItemWord", "KitComponent", "Location", "Lot", "Movement", "OutsideFact",
    "PackLevel", "Product", "PurchaseOrder", "PurchaseOrderLine", "PurchaseReceipt", "PurchaseReceiptLine", "Quant",
    "Recall", "RecalledLot", "RecalledSerial", "ReceivedNotBilled", "ReorderRule", "Reservation", "SellBuffer",
    "Serial", "SerialMove", "SheetClaim", "SheetImport", "StockAlert", "StockCheckpoint", "StockCount",
    "StockCountEntry", "StockCountLine", "StockPeriod", "Substitute", "Supplier", "SupplierBill", "SupplierBillLine",
    "SupplierItem", "SupplierReturn", "SupplierReturnLine", "Transfer", "TransferLine", "TransferReceipt",
    "ValuationState", "ValueDay", "ValueEvent", "ValueLayer", "ValuePosting",
]  # fmt: skip
