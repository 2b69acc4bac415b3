"""Facts about items and stock: what happened, for whoever wants to hear of it."""

from inventory.events.alerts import StockAlertEnded, StockAlertRaised, StockLevelChanged, StockRanOut
from inventory.events.catalogue import ItemChanged, ItemCreated, LocationChanged, OfferRuleChanged
from inventory.events.documents import (
    AssemblyFinished,
    CountFinished,
    DeliveryAnnounced,
    PurchaseOrderAcknowledged,
    PurchaseOrderClosed,
    PurchaseOrderReceived,
    PurchaseOrderSent,
    TransferClosed,
    TransferReceived,
    TransferSent,
)
from inventory.events.stock import (
    CountWanted,
    ReservationLost,
    StockAdjusted,
    StockLeft,
    StockReceived,
    StockRose,
    StockStateChanged,
)
from inventory.events.tracing import LotExpiring, LotsRecalled, LotTakenOffSale

__all__ = [
    "AssemblyFinished", "CountFinished", "CountWanted", "DeliveryAnnounced", "ItemChanged", "ItemCreated",
    "LocationChanged", "LotExpiring", "LotTakenOffSale", "LotsRecalled", "OfferRuleChanged",
    "PurchaseOrderAcknowledged", "PurchaseOrderClosed", "PurchaseOrderReceived", "PurchaseOrderSent",
    "ReservationLost", "StockAdjusted", "StockAlertEnded", "StockAlertRaised", "StockLeft", "StockLevelChanged",
    "StockRanOut", "StockReceived", "StockRose", "StockStateChanged", "TransferClosed", "TransferReceived",
    "TransferSent",
]  # fmt: skip
