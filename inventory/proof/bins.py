"""The proof of the bins: never more in them than on the shelf, and each at its own location."""

from inventory.proof.checks import NAMES, SHOWN, Break, entry_words
from oms.core.db.reading import read_rows

_TOO_MUCH = f"""
WITH x AS (
  SELECT s.item_id, s.location_id, sum(s.on_hand)::bigint AS units, coalesce(max(b.on_hand), 0) AS on_hand,
         min(s.on_hand) AS least
  FROM inventory_binstock s
  LEFT JOIN inventory_balance b ON b.tenant_id = s.tenant_id AND b.item_id = s.item_id
    AND b.location_id = s.location_id AND b.state = 'sellable'
  WHERE s.tenant_id = %(tenant)s GROUP BY s.item_id, s.location_id
  HAVING sum(s.on_hand) > coalesce(max(b.on_hand), 0) OR min(s.on_hand) < 0
)
SELECT coalesce(i.sku, x.item_id::text), x.location_id, coalesce(l.code, x.location_id::text), x.units, x.on_hand,
       x.item_id
FROM x {NAMES} ORDER BY i.sku_key, l.code LIMIT {SHOWN}
"""
_ELSEWHERE = f"""
SELECT b.code, b.location_id FROM inventory_binstock s
JOIN inventory_bin b ON b.id = s.bin_id AND b.tenant_id = s.tenant_id
WHERE s.tenant_id = %(tenant)s AND s.location_id <> b.location_id ORDER BY b.code LIMIT {SHOWN}
"""
_LAST = """
SELECT id, cause_kind, actor_label, recorded_at FROM inventory_movement
WHERE tenant_id = %(tenant)s AND item_id = %(item)s AND from_location_id = %(location)s AND from_state = 'sellable'
ORDER BY id DESC LIMIT 1
"""


def bin_breaks(given: dict) -> list[Break]:
    """What does not add up in the bins; ``given`` as for the other checks."""
    elsewhere = [
        Break("bin_place", f"Bin {code} holds units of another location.", location_id=location_id)
        for code, location_id in read_rows(_ELSEWHERE, given)
    ]
    return [*(_too_much(row, given) for row in read_rows(_TOO_MUCH, given)), *elsewhere]


def _too_much(row: tuple, given: dict) -> Break:
    sku, location_id, code, units, on_hand, item_id = row
    sentence = f"{sku} at {code}: its bins add up to {units}, the shelf has {on_hand}."
    last = read_rows(_LAST, {**given, "item": item_id, "location": location_id})
    first = f"The last entry that took units from there is {entry_words(*last[0])}." if last else ""
    return Break("bins", sentence, first, last[0][0] if last else None, location_id)
