"""Questions about items, locations and stock, read-only and within what the actor may see."""

from inventory.queries import counts
from inventory.queries.ledger import ItemTimeline, item_timeline, ledger, open_reservations
from inventory.queries.lookup import (
    ItemRef,
    find_items,
    resolve_skus,
    shipping_location_ids,
    skus_of,
    visible_locations,
)
from inventory.queries.stock import (
    Availability,
    Held,
    OnShelf,
    StockRow,
    available_by_item,
    balances_of,
    reservations_of,
    stock_rows,
    with_stock,
)

__all__ = [
    "Availability",
    "Held",
    "ItemRef",
    "ItemTimeline",
    "OnShelf",
    "StockRow",
    "available_by_item",
    "balances_of",
    "counts",
    "find_items",
    "item_timeline",
    "ledger",
    "open_reservations",
    "reservations_of",
    "resolve_skus",
    "shipping_location_ids",
    "skus_of",
    "stock_rows",
    "visible_locations",
    "with_stock",
]  # fmt: skip
