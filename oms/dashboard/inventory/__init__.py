"""Pages of stock: items, locations, receiving and the ledger behind every number."""
