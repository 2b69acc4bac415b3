"""Questions about items, locations and stock, read-only and within what the actor may see."""

from inventory.queries import counts
from inventory.queries.carts import visible_carts
from inventory.queries.ledger import ItemTimeline, item_timeline, ledger, open_reservations
from inventory.queries.lookup import (
    ItemRef,
    find_items,
    resolve_skus,
    shipping_location_ids,
    skus_of,
    visible_locations,
)
from inventory.queries.offering import channel_shares, offered, offered_to, orderable, sell_buffers
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
    "Availability", "Held", "ItemRef", "ItemTimeline", "OnShelf", "StockRow", "available_by_item", "balances_of",
    "channel_shares", "counts", "find_items", "item_timeline", "ledger", "offered", "offered_to",
    "open_reservations", "orderable", "reservations_of", "resolve_skus", "sell_buffers", "shipping_location_ids",
    "skus_of", "stock_rows", "visible_carts", "visible_locations", "with_stock",
]  # fmt: skip
