"""The proofs of units that are known by number: each once, in one place, never more of them than there are units."""

from inventory.models import OUTSIDE
from inventory.proof.checks import NAMES, SHOWN, Break, entry_words
from oms.core.db.reading import read_rows

_OUTSIDE = ", ".join(f"'{state}'" for state in OUTSIDE)
_TOO_MANY = f"""
WITH x AS (
  SELECT s.item_id, s.location_id, s.state, count(*) AS units, coalesce(max(b.on_hand), 0) AS on_hand
  FROM inventory_serial s
  LEFT JOIN inventory_balance b ON b.tenant_id = s.tenant_id AND b.item_id = s.item_id
    AND b.location_id = s.location_id AND b.state = s.state
  WHERE s.tenant_id = %(tenant)s AND s.location_id IS NOT NULL
  GROUP BY s.item_id, s.location_id, s.state HAVING count(*) > coalesce(max(b.on_hand), 0)
)
SELECT coalesce(i.sku, x.item_id::text), x.location_id, coalesce(l.code, x.location_id::text), x.state, x.units,
       x.on_hand
FROM x {NAMES} ORDER BY i.sku_key, l.code LIMIT {SHOWN}
"""
# The table's own constraints say so too; the proof does not rely on them.
_TWICE = f"""
SELECT i.sku, x.code_key, count(*) FROM inventory_serial x
JOIN inventory_item i ON i.id = x.item_id AND i.tenant_id = x.tenant_id
WHERE x.tenant_id = %(tenant)s GROUP BY i.sku, x.code_key HAVING count(*) > 1 ORDER BY i.sku LIMIT {SHOWN}
"""
_NOWHERE = f"""
SELECT i.sku, x.code, x.state FROM inventory_serial x
JOIN inventory_item i ON i.id = x.item_id AND i.tenant_id = x.tenant_id
WHERE x.tenant_id = %(tenant)s AND (x.location_id IS NULL) <> (x.state IN ({_OUTSIDE})) ORDER BY x.id LIMIT {SHOWN}
"""
# Where a unit is, is where its life has brought it last.
_ELSEWHERE = f"""
SELECT i.sku, x.code, x.state, m.state, m.cause_kind, m.actor_label, m.at FROM inventory_serial x
JOIN inventory_item i ON i.id = x.item_id AND i.tenant_id = x.tenant_id
LEFT JOIN LATERAL (
  SELECT * FROM inventory_serialmove m WHERE m.tenant_id = x.tenant_id AND m.serial_id = x.id ORDER BY m.id DESC LIMIT 1
) m ON true
WHERE x.tenant_id = %(tenant)s AND (x.location_id, x.state) IS DISTINCT FROM (m.location_id, m.state)
ORDER BY x.id LIMIT {SHOWN}
"""
# The last entry at that account: after it there were fewer units than known ones.
_LAST = """
SELECT m.id, m.cause_kind, m.actor_label, m.recorded_at FROM inventory_movement m
JOIN inventory_item i ON i.id = m.item_id AND i.tenant_id = m.tenant_id
WHERE m.tenant_id = %(tenant)s AND i.sku = %(sku)s AND m.from_location_id = %(location)s AND m.from_state = %(state)s
ORDER BY m.id DESC LIMIT 1
"""


def serial_breaks(given: dict) -> list[Break]:
    """What does not add up among units known by number; ``given`` as for the other checks."""
    return [
        *(_too_many(row, given) for row in read_rows(_TOO_MANY, given)),
        *(
            Break("serial_twice", f"{sku}: {count} units have the serial number {code}.")
            for sku, code, count in read_rows(_TWICE, given)
        ),
        *(
            Break("serial_place", f"{sku}, serial number {code}: {state} is not where a unit can be.")
            for sku, code, state in read_rows(_NOWHERE, given)
        ),
        *(_elsewhere(row) for row in read_rows(_ELSEWHERE, given)),
    ]


def _too_many(row: tuple, given: dict) -> Break:
    sku, location_id, code, state, units, on_hand = row
    sentence = f"{sku} at {code} ({state}): {units} serial numbers are there, and the balance says {on_hand} units."
    last = read_rows(_LAST, {**given, "sku": sku, "location": location_id, "state": state})
    first = f"The last entry that took units from there is {entry_words(*last[0])}." if last else ""
    return Break("serials", sentence, first, last[0][0] if last else None, location_id)


def _elsewhere(row: tuple) -> Break:
    sku, code, state, last, cause_kind, actor, at = row
    sentence = f"{sku}, serial number {code}: the book says {state}, its life says {last or 'nothing'}."
    if not last:
        return Break("serial_life", sentence)
    how = f"{cause_kind.replace('_', ' ')} by {actor}, {at:%Y-%m-%d %H:%M:%S} UTC"
    return Break("serial_life", sentence, f"It came there last with: {how}.")
