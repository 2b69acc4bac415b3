"""The proofs of value: units against the balances, value against layers and postings, up to where it was followed.

The ledger need not be read for it: what the balances say now, less what was entered after the last entry that is
valued, is what the layers must have. What would read every posting is proved in full only.
"""

from inventory.proof.checks import SHOWN, Break, Check, entry_words
from inventory.valuing.deciding import FIFO

# Nothing is proved of a merchant that nobody follows, or whose value is being worked out anew.
_AS_FAR = (
    "SELECT last_movement, method FROM inventory_valuationstate WHERE tenant_id = %(tenant)s AND rebuild_id IS NULL"
)
_ITEM = "LEFT JOIN inventory_item i ON i.id = x.item_id AND i.tenant_id = %(tenant)s"

# Units in layers = units in the pool = units on hand and in transit.
UNITS = f"""
WITH followed AS ({_AS_FAR}), later AS (
  SELECT item_id, sum(quantity * ((to_location_id IS NOT NULL)::int - (from_location_id IS NOT NULL)::int)) AS units
  FROM inventory_movement
  WHERE tenant_id = %(tenant)s AND id > (SELECT last_movement FROM followed) GROUP BY item_id
), sides AS (
  SELECT item_id, on_hand AS book, 0 AS pool, 0 AS layers FROM inventory_balance WHERE tenant_id = %(tenant)s
  UNION ALL SELECT item_id, -units, 0, 0 FROM later
  UNION ALL SELECT item_id, 0, units, 0 FROM inventory_itemvalue WHERE tenant_id = %(tenant)s
  UNION ALL SELECT item_id, 0, 0, units_left FROM inventory_valuelayer WHERE tenant_id = %(tenant)s AND units_left > 0
), x AS (
  SELECT item_id, sum(book)::bigint AS book, sum(pool)::bigint AS pool, sum(layers)::bigint AS layers FROM sides
  GROUP BY item_id HAVING sum(book) <> sum(pool) OR sum(book) <> sum(layers)
)
SELECT coalesce(i.sku, x.item_id::text), x.book, x.pool, x.layers
FROM x {_ITEM} WHERE EXISTS (SELECT 1 FROM followed) ORDER BY i.sku_key LIMIT {SHOWN}
"""

# Under FIFO a pool is worth what its layers are.
LAYERS = f"""
WITH x AS (
  SELECT item_id, sum(pool) AS pool, sum(layers) AS layers FROM (
    SELECT item_id, value AS pool, 0 AS layers FROM inventory_itemvalue WHERE tenant_id = %(tenant)s
    UNION ALL SELECT item_id, 0, value_left FROM inventory_valuelayer WHERE tenant_id = %(tenant)s AND units_left > 0
  ) sides GROUP BY item_id HAVING sum(pool) <> sum(layers)
)
SELECT coalesce(i.sku, x.item_id::text), x.pool, x.layers FROM x {_ITEM}
WHERE EXISTS (SELECT 1 FROM ({_AS_FAR}) s WHERE s.method = '{FIFO}') ORDER BY i.sku_key LIMIT {SHOWN}
"""

_STOCK = "amount * ((debit = 'stock')::int - (credit = 'stock')::int)"
# The account "stock" has what the pools are worth together.
STOCK = f"""
SELECT pools, days FROM (
  SELECT (SELECT coalesce(sum(value), 0) FROM inventory_itemvalue WHERE tenant_id = %(tenant)s) AS pools,
         (SELECT coalesce(sum({_STOCK}), 0) FROM inventory_valueday WHERE tenant_id = %(tenant)s) AS days
) totals WHERE pools <> days AND EXISTS ({_AS_FAR})
"""

_OWED = "amount * ((credit = 'received_not_billed')::int - (debit = 'received_not_billed')::int)"
# What orders wait to be billed for is what that account owes.
NOT_BILLED = f"""
SELECT orders, days FROM (
  SELECT (SELECT coalesce(sum(value - billed_value), 0) FROM inventory_receivednotbilled
          WHERE tenant_id = %(tenant)s) AS orders,
         (SELECT coalesce(sum({_OWED}), 0) FROM inventory_valueday WHERE tenant_id = %(tenant)s) AS days
) totals WHERE orders <> days AND EXISTS ({_AS_FAR})
"""

POSTINGS = f"""
WITH x AS (
  SELECT item_id, sum(pool) AS pool, sum(posted) AS posted FROM (
    SELECT item_id, value AS pool, 0 AS posted FROM inventory_itemvalue WHERE tenant_id = %(tenant)s
    UNION ALL SELECT item_id, 0, {_STOCK} FROM inventory_valueposting
    WHERE tenant_id = %(tenant)s AND %(after)s = 0 AND 'stock' IN (debit, credit)
  ) sides WHERE %(after)s = 0 GROUP BY item_id HAVING sum(pool) <> sum(posted)
)
SELECT coalesce(i.sku, x.item_id::text), x.pool, x.posted FROM x {_ITEM}
WHERE EXISTS ({_AS_FAR}) ORDER BY i.sku_key LIMIT {SHOWN}
"""

DAYS = f"""
WITH x AS (
  SELECT day, debit, credit, sum(said) AS said, sum(posted) AS posted FROM (
    SELECT day, debit, credit, amount AS said, 0 AS posted FROM inventory_valueday WHERE tenant_id = %(tenant)s
    UNION ALL SELECT day, debit, credit, 0, amount FROM inventory_valueposting
    WHERE tenant_id = %(tenant)s AND %(after)s = 0
  ) sides WHERE %(after)s = 0 GROUP BY day, debit, credit HAVING sum(said) <> sum(posted)
)
SELECT day, debit, credit, said, posted FROM x WHERE EXISTS ({_AS_FAR}) ORDER BY day LIMIT {SHOWN}
"""

# Each entry that brings goods in or takes them out is valued once.
ENTRIES = f"""
SELECT m.id, m.cause_kind, m.actor_label, m.recorded_at, coalesce(p.times, 0) FROM inventory_movement m
LEFT JOIN (
  SELECT movement_id, count(*) FILTER (WHERE units <> 0) AS times FROM inventory_valueposting
  WHERE tenant_id = %(tenant)s AND event_id IS NULL AND %(after)s = 0 GROUP BY movement_id
) p ON p.movement_id = m.id
WHERE m.tenant_id = %(tenant)s AND %(after)s = 0 AND m.id <= (SELECT last_movement FROM ({_AS_FAR}) s)
  AND (m.from_location_id IS NULL) <> (m.to_location_id IS NULL) AND coalesce(p.times, 0) <> 1
ORDER BY m.id LIMIT {SHOWN}
"""


def _told(name: str, sentence: str):
    return lambda row: Break(name, sentence.format(*row))


def _of_entry(row: tuple) -> Break:
    sentence = f"Entry {row[0]} is valued {row[4]} times instead of once."
    return Break("value_entries", sentence, entry_words(*row[:4]), row[0])


VALUE_CHECKS = (
    Check("value_units", UNITS, _told(
        "value_units", "{0}: the book has {1} units as far as it is valued, its pool {2}, and its layers {3}.")),
    Check("value_layers", LAYERS, _told("value_layers", "{0}: its pool is worth {1}, and its layers {2}.")),
    Check("value_stock", STOCK, _told(
        "value_stock", "All pools together are worth {0}, and the account “stock” has {1}.")),
    Check("value_not_billed", NOT_BILLED, _told(
        "value_not_billed", "Orders wait to be billed for {0}, and the account “received not billed” owes {1}.")),
    Check("value_postings", POSTINGS, _told(
        "value_postings", "{0}: its pool is worth {1}, and its postings add up to {2}.")),
    Check("value_days", DAYS, _told(
        "value_days", "{0}: the sum from {2} to {1} says {3}, and its postings add up to {4}.")),
    Check("value_entries", ENTRIES, _of_entry),
)  # fmt: skip
