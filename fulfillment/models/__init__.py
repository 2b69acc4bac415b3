"""Where orders are sent from, and the floor's work on them."""

from fulfillment.models.floor import (
    PACK,
    PICK,
    FulfillmentLine,
    FulfillmentOrder,
    Parcel,
    ParcelContent,
    Scan,
    ShortPick,
)
from fulfillment.models.sharing import SharingPolicy
from fulfillment.models.shelf_life import ShelfLifeRule
from fulfillment.models.sourcing import Backorder, Decision, Release

__all__ = [
    "PACK", "PICK", "Backorder", "Decision", "FulfillmentLine", "FulfillmentOrder", "Parcel", "ParcelContent",
    "Release", "Scan", "SharingPolicy", "ShelfLifeRule", "ShortPick",
]  # fmt: skip
