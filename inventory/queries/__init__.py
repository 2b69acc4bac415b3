"""Questions about items, locations and stock, read-only and within what the actor may see."""

from inventory.queries import catalogue, counts
from inventory.queries.alerts import alert_policy, stock_alerts
from inventory.queries.assembly import (
    assemblies,
    assembly_by_id,
    assembly_by_number,
    lines_of_assembly,
    visible_assemblies,
)
from inventory.queries.carts import visible_carts
from inventory.queries.exports import all_rows, export_by_id, export_link, is_small, own_exports
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
from inventory.queries.incoming import Atp, Incoming, atp, incoming
from inventory.queries.kits import components_of, kits_among, leaves_of, made_of_and_part_of
from inventory.queries.lateness import measured_lead_times, punctuality_of
from inventory.queries.ledger import (
    ItemTimeline,
    item_timeline,
    ledger,
    open_reservations,
    opening_stock_of,
    units_brought_by,
    units_moved_by,
)
from inventory.queries.lookup import (
    ItemRef,
    find_items,
    refs_of,
    resolve_skus,
    shipping_location_ids,
    skus_of,
    visible_locations,
)
from inventory.queries.offering import channel_shares, offered, offered_to, orderable, sell_buffers
from inventory.queries.purchasing import (
    awaited_approval,
    catalogue_of,
    lines_of_purchase_order,
    notices_of_purchase_order,
    purchase_order_by_id,
    purchase_order_by_number,
    purchase_orders,
    replenishing_settings,
    sources_of,
    supplier_by_id,
    suppliers,
    visible_purchase_orders,
)
from inventory.queries.sheets import (
    SheetReport,
    SheetStanding,
    Sums,
    bad_rows,
    bad_rows_file,
    bad_rows_header,
    owner_of_unit,
    report_of,
    sheet_by_id,
    sheet_fields,
    standing_of,
    standings_of,
    visible_sheets,
)
from inventory.queries.stock import (
    Availability,
    Held,
    OnShelf,
    StockRow,
    available_by_item,
    balances_of,
    on_hand_of,
    reservations_of,
    stock_rows,
    units_at,
    with_stock,
)
from inventory.queries.suggestions import Suggestion, reorder_rules, suggestions
from inventory.queries.transfers import (
    lines_of_transfer,
    transfer_by_id,
    transfer_by_number,
    transfers,
    visible_transfers,
)

__all__ = [
    "BY", "AccountChange", "AccountThen", "Atp", "Availability", "Explained", "Held", "Incoming", "ItemAccounts",
    "ItemRef", "ItemTimeline", "OnShelf", "SheetReport", "SheetStanding", "StockRow", "Suggestion", "Sums",
    "alert_policy", "all_rows", "assemblies", "assembly_by_id", "assembly_by_number", "atp", "available_by_item",
    "awaited_approval", "bad_rows", "bad_rows_file", "bad_rows_header", "balances_of", "by_item", "catalogue",
    "catalogue_of", "channel_shares", "components_of", "counts", "explain_balance", "export_by_id", "export_link",
    "find_items", "incoming", "is_small", "item_timeline", "items_changed", "kits_among", "leaves_of", "ledger",
    "lines_of_assembly", "lines_of_purchase_order", "lines_of_transfer", "made_of_and_part_of", "measured_lead_times",
    "notices_of_purchase_order", "offered", "offered_to", "on_hand_of", "open_reservations", "opening_stock_of",
    "orderable", "own_exports", "owner_of_unit", "punctuality_of", "purchase_order_by_id", "purchase_order_by_number",
    "purchase_orders", "refs_of", "reorder_rules", "replenishing_settings", "report_of", "reservations_of",
    "resolve_skus", "sell_buffers", "sheet_by_id", "sheet_fields", "shipping_location_ids", "skus_of", "sources_of",
    "standing_of", "standings_of", "stock_alerts", "stock_as_of", "stock_diff", "stock_rows", "suggestions",
    "supplier_by_id", "suppliers", "transfer_by_id", "transfer_by_number", "transfers", "units_at", "units_brought_by",
    "units_moved_by", "visible_assemblies", "visible_carts", "visible_locations", "visible_purchase_orders",
    "visible_sheets", "visible_transfers", "with_stock",
]  # fmt: skip
