"""The proofs of the finer book: lots add up to balances, and to the entries that name them."""

from uuid import UUID

from inventory.models import Movement
from inventory.proof.checks import NAMES, SHOWN, Break, entry_words
from oms.core.db.reading import read_rows

# Σ quants = balance for items tracked by lot; no quants for the others.
_ADD_UP = f"""
WITH x AS (
  SELECT coalesce(b.item_id, q.item_id) AS item_id, coalesce(b.location_id, q.location_id) AS location_id,
         coalesce(b.state, q.state) AS state, coalesce(b.on_hand, 0) AS on_hand, coalesce(q.units, 0) AS units
  FROM (
    SELECT b.item_id, b.location_id, b.state, b.on_hand FROM inventory_balance b
    JOIN inventory_item t ON t.id = b.item_id AND t.tenant_id = b.tenant_id AND t.tracks_lots
    WHERE b.tenant_id = %(tenant)s
  ) b FULL JOIN (
    SELECT item_id, location_id, state, sum(on_hand)::bigint AS units FROM inventory_quant
    WHERE tenant_id = %(tenant)s GROUP BY item_id, location_id, state
  ) q ON q.item_id = b.item_id AND q.location_id = b.location_id AND q.state = b.state
  WHERE coalesce(b.on_hand, 0) <> coalesce(q.units, 0)
)
SELECT coalesce(i.sku, x.item_id::text), x.location_id, coalesce(l.code, x.location_id::text), x.state, x.units,
       x.on_hand
FROM x {NAMES} ORDER BY i.sku_key, l.code LIMIT {SHOWN}
"""
# The table's own constraint says so too; the proof does not rely on it.
_NEGATIVE = f"""
SELECT coalesce(i.sku, x.item_id::text), x.location_id, coalesce(l.code, x.location_id::text), x.state, x.on_hand,
       coalesce(o.code, 'unknown')
FROM inventory_quant x {NAMES} LEFT JOIN inventory_lot o ON o.id = x.lot_id AND o.tenant_id = %(tenant)s
WHERE x.tenant_id = %(tenant)s AND x.on_hand < 0 ORDER BY i.sku_key, l.code LIMIT {SHOWN}
"""
# Each lot that lies somewhere, or was moved since the checkpoint, against all its entries: lots are short-lived. What
# has no lot is what is left of the balance, which is proved by itself.
_LEDGER = f"""
WITH wanted AS (
  SELECT lot_id FROM inventory_quant WHERE tenant_id = %(tenant)s AND lot_id IS NOT NULL
  UNION SELECT lot_id FROM inventory_movement WHERE tenant_id = %(tenant)s AND id > %(after)s AND lot_id IS NOT NULL
), entered AS (
  SELECT lot_id, item_id, location_id, state, sum(units)::bigint AS units FROM (
    SELECT m.lot_id, m.item_id, m.to_location_id AS location_id, m.to_state AS state, m.quantity AS units
    FROM inventory_movement m JOIN wanted w ON w.lot_id = m.lot_id
    WHERE m.tenant_id = %(tenant)s AND m.to_location_id IS NOT NULL
    UNION ALL SELECT m.lot_id, m.item_id, m.from_location_id, m.from_state, -m.quantity
    FROM inventory_movement m JOIN wanted w ON w.lot_id = m.lot_id
    WHERE m.tenant_id = %(tenant)s AND m.from_location_id IS NOT NULL
  ) sides GROUP BY lot_id, item_id, location_id, state
), x AS (
  SELECT coalesce(e.lot_id, q.lot_id) AS lot_id, coalesce(e.item_id, q.item_id) AS item_id,
         coalesce(e.location_id, q.location_id) AS location_id, coalesce(e.state, q.state) AS state,
         coalesce(q.on_hand, 0) AS said, coalesce(e.units, 0) AS entered
  FROM entered e FULL JOIN (
    SELECT lot_id, item_id, location_id, state, on_hand FROM inventory_quant
    WHERE tenant_id = %(tenant)s AND lot_id IS NOT NULL
  ) q ON q.lot_id = e.lot_id AND q.item_id = e.item_id AND q.location_id = e.location_id AND q.state = e.state
  WHERE coalesce(q.on_hand, 0) <> coalesce(e.units, 0)
)
SELECT coalesce(i.sku, x.item_id::text), x.location_id, coalesce(l.code, x.location_id::text), x.state, x.said,
       x.entered, coalesce(o.code, x.lot_id::text), x.lot_id
FROM x {NAMES} LEFT JOIN inventory_lot o ON o.id = x.lot_id AND o.tenant_id = %(tenant)s
ORDER BY i.sku_key, l.code LIMIT {SHOWN}
"""
_FOREIGN = f"""
SELECT m.id, m.cause_kind, m.actor_label, m.recorded_at, o.code FROM inventory_movement m
JOIN inventory_lot o ON o.id = m.lot_id AND o.tenant_id = m.tenant_id
WHERE m.tenant_id = %(tenant)s AND m.id > %(after)s AND m.lot_id IS NOT NULL AND o.item_id <> m.item_id
ORDER BY m.id LIMIT {SHOWN}
"""
# The first entry that took more of the lot than the entries before had brought; else the last one that touched it.
_BEGAN = """
SELECT min(id) FILTER (WHERE running < 0), max(id) FROM (
  SELECT id, sum(units) OVER (ORDER BY id) AS running FROM (
    SELECT id,
           CASE WHEN to_location_id = %(location)s AND to_state = %(state)s THEN quantity ELSE -quantity END AS units
    FROM inventory_movement WHERE tenant_id = %(tenant)s AND lot_id = %(lot)s
      AND ((to_location_id = %(location)s AND to_state = %(state)s)
        OR (from_location_id = %(location)s AND from_state = %(state)s))
  ) entries
) walked
"""


def lot_breaks(given: dict) -> list[Break]:
    """What does not add up in the finer book; ``given`` as for the other checks."""
    return [
        *(_apart(row) for row in read_rows(_ADD_UP, given)),
        *(_negative(row) for row in read_rows(_NEGATIVE, given)),
        *(_off(row, given["tenant"]) for row in read_rows(_LEDGER, given)),
        *(_foreign(row) for row in read_rows(_FOREIGN, given)),
    ]


def _apart(row: tuple) -> Break:
    sku, location_id, code, state, units, on_hand = row
    sentence = f"{sku} at {code} ({state}): its lots add up to {units}, the balance says {on_hand}."
    return Break("lots", sentence, location_id=location_id)


def _negative(row: tuple) -> Break:
    sku, location_id, code, state, on_hand, lot = row
    return Break("lot_negative", f"{sku} at {code} ({state}): {on_hand} units of lot {lot}.", location_id=location_id)


def _off(row: tuple, tenant_id: int) -> Break:
    sku, location_id, code, state, said, entered, lot, lot_id = row
    sentence = f"{sku} at {code} ({state}): the book says {said} units of lot {lot}, its movements add up to {entered}."
    first, movement_id = _began(lot_id, location_id, state, tenant_id)
    return Break("lot_movements", sentence, first, movement_id, location_id)


def _began(lot_id: UUID, location_id: UUID, state: str, tenant_id: int) -> tuple[str, int | None]:
    given = {"tenant": tenant_id, "lot": lot_id, "location": location_id, "state": state}
    broke, last = read_rows(_BEGAN, given)[0]
    if broke:
        return f"It broke at {_words(broke)}: that took more of the lot than the entries had brought.", broke
    if last:
        return (
            f"Its last entry here is {_words(last)}; the lot's units were changed by themselves, or one is gone.",
            last,
        )
    return "No entry of this lot has touched that shelf.", None


def _foreign(row: tuple) -> Break:
    sentence = f"Entry {row[0]} names lot {row[4]}, which is another item's."
    return Break("lot_form", sentence, entry_words(*row[:4]), row[0])


def _words(movement_id: int) -> str:
    found = Movement.objects.only("cause_kind", "actor_label", "recorded_at").get(id=movement_id)
    return entry_words(movement_id, found.cause_kind, found.actor_label, found.recorded_at)
