"""Questions about items, locations and stock, read-only and within what the actor may see."""

from inventory.queries import counts
from inventory.queries.carts import visible_carts
from inventory.queries.history import (
    BY,
    AccountChange,
    AccountThen,
    Explained,
    ItemAccounts,
    by_item,
    explain_balance,
    items_changed,
    stock_as_of,
    stock_diff,
)
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
    "BY", "AccountChange", "AccountThen", "Availability", "Explained", "Held", "ItemAccounts", "ItemRef",
    "ItemTimeline", "OnShelf", "StockRow", "available_by_item", "balances_of", "by_item", "channel_shares", "counts",
    "explain_balance", "find_items", "item_timeline", "items_changed", "ledger", "offered", "offered_to",
    "open_reservations", "orderable", "reservations_of", "resolve_skus", "sell_buffers", "shipping_location_ids",
    "skus_of", "stock_as_of", "stock_diff", "stock_rows", "visible_carts", "visible_locations", "with_stock",
]  # fmt: skip
