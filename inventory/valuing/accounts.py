"""The accounts that value moves between, and where a cost may be from. Pure."""

STOCK, RECEIVED_NOT_BILLED, PAYABLE = "stock", "received_not_billed", "payable"
COST_OF_SALES, LOSS, WRITE_DOWN, ADJUSTMENT = "cost_of_sales", "loss", "write_down", "adjustment"
OPENING, PRODUCTION, NO_ORDER = "opening", "production", "received_without_order"
PRICE_DIFFERENCE, REVALUATION, CREDIT_AWAITED = "price_difference", "revaluation", "credit_awaited"
ACCOUNTS = (
    STOCK, RECEIVED_NOT_BILLED, PAYABLE, COST_OF_SALES, LOSS, WRITE_DOWN, ADJUSTMENT, OPENING, PRODUCTION, NO_ORDER,
    PRICE_DIFFERENCE, REVALUATION, CREDIT_AWAITED,
)  # fmt: skip

# Where a layer's cost is from: its purchase order, the item, the rest of the pool, what it had left with, the entry
# that was taken back, what it was made of; or nobody has said.
ORDER, ITEM, AVERAGE, LEFT_WITH, MIRRORED, MADE, UNPRICED = (
    "order", "item", "average", "left_with", "mirrored", "made", "unpriced",
)  # fmt: skip
SOURCES = (ORDER, ITEM, AVERAGE, LEFT_WITH, MIRRORED, MADE, UNPRICED)

# Outside account of the ledger → what pays for goods that come from there, and what bears those that go there.
FROM = {
    "supplier": NO_ORDER, "customer": COST_OF_SALES, "loss": LOSS, "found": ADJUSTMENT, "production": PRODUCTION,
    "unexplained": ADJUSTMENT, "opening": OPENING,
}  # fmt: skip
TO = {**FROM, "supplier": CREDIT_AWAITED}
