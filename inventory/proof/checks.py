"""The small proofs, each a query for what is wrong and the sentence that says so.

Each is one statement and so one snapshot: commits that go on meanwhile do not disturb it. ``%(after)s`` is the
last entry that a checkpoint has vouched for (0: none), so that what was proved once is not read again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from inventory.models import IN_TRANSIT, OUTSIDE, STATES

# Enough to see what went wrong; a broken book rarely has one hole.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that does not add up: which check, and what is wrong in words.

    ``first`` names the first entry after which the book no longer matched, where that can be known, with its
    cause and who made it; ``movement_id`` is that entry.
    """

    check: str
    sentence: str
    first: str = ""
    movement_id: int | None = None
    location_id: UUID | None = None


@dataclass(frozen=True)
class Check:
    """A row of ``sql`` is a break; ``told`` makes it one."""

    name: str
    sql: str
    told: Callable[[tuple], Break]


NAMES = """
  LEFT JOIN inventory_item i ON i.id = x.item_id AND i.tenant_id = %(tenant)s
  LEFT JOIN inventory_location l ON l.id = x.location_id AND l.tenant_id = %(tenant)s
"""
_WHO = "coalesce(i.sku, x.item_id::text), x.location_id, coalesce(l.code, x.location_id::text)"
_ENTRY = "m.id, m.cause_kind, m.actor_label, m.recorded_at"


def _in(states: tuple[str, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)


# Σ open reservations = reserved; only the sellable shelf promises anything.
RESERVED = f"""
WITH promised AS (
  SELECT item_id, location_id, sum(open)::bigint AS units
  FROM inventory_reservation WHERE tenant_id = %(tenant)s AND open > 0 GROUP BY item_id, location_id
), x AS (
  SELECT item_id, location_id, coalesce(p.units, 0) AS promised, coalesce(b.reserved, 0) AS reserved
  FROM promised p
  FULL JOIN (
    SELECT item_id, location_id, sum(reserved)::bigint AS reserved
    FROM inventory_balance WHERE tenant_id = %(tenant)s GROUP BY item_id, location_id
  ) b USING (item_id, location_id)
  WHERE coalesce(p.units, 0) <> coalesce(b.reserved, 0)
)
SELECT {_WHO}, x.reserved, x.promised FROM x {NAMES} ORDER BY i.sku_key, l.code LIMIT {SHOWN}
"""

# The table's own constraint says so too; the proof does not rely on it.
RESERVATIONS = f"""
SELECT {_WHO}, x.id, x.quantity, x.open, x.committed, x.given_back, x.expired
FROM inventory_reservation x {NAMES}
WHERE x.tenant_id = %(tenant)s AND (x.open > 0 OR %(after)s = 0)
  AND (x.quantity <> x.open + x.committed + x.given_back + x.expired
       OR least(x.open, x.committed, x.given_back, x.expired) < 0)
ORDER BY x.id LIMIT {SHOWN}
"""

OVERSOLD = f"""
SELECT {_WHO}, x.state, x.on_hand, x.reserved
FROM inventory_balance x {NAMES}
WHERE x.tenant_id = %(tenant)s
  AND (x.on_hand < 0 OR x.reserved < 0 OR x.reserved > x.on_hand OR (x.reserved > 0 AND x.state <> 'sellable'))
ORDER BY i.sku_key, l.code LIMIT {SHOWN}
"""

# An account is a location with a state, or an outside account alone. An entry moves units from one to another.
_SIDE = f"""(m.{{side}}_location_id IS NULL AND m.{{side}}_state NOT IN ({_in(OUTSIDE)})
  OR m.{{side}}_location_id IS NOT NULL AND m.{{side}}_state NOT IN ({_in((*STATES, IN_TRANSIT))}))"""
WELL_FORMED = f"""
SELECT {_ENTRY}, m.quantity, m.from_state, m.to_state FROM inventory_movement m
WHERE m.tenant_id = %(tenant)s AND m.id > %(after)s AND (
  m.quantity <= 0 OR m.from_location_id IS NULL AND m.to_location_id IS NULL
  OR {_SIDE.format(side="from")} OR {_SIDE.format(side="to")}
  OR (m.from_location_id = m.to_location_id AND m.from_state = m.to_state)
  OR m.true_at >= m.happened_at)
ORDER BY m.id LIMIT {SHOWN}
"""

# A reversal is its original the other way round, and nothing takes a reversal back.
MIRRORED = f"""
SELECT {_ENTRY}, m.reverses_id FROM inventory_movement m
LEFT JOIN inventory_movement o ON o.id = m.reverses_id AND o.tenant_id = %(tenant)s
WHERE m.tenant_id = %(tenant)s AND m.id > %(after)s AND m.reverses_id IS NOT NULL
  AND (o.id IS NULL OR o.id >= m.id OR o.reverses_id IS NOT NULL
    OR (o.item_id, o.quantity, o.from_state, o.to_state, o.from_location_id, o.to_location_id) IS DISTINCT FROM
       (m.item_id, m.quantity, m.to_state, m.from_state, m.to_location_id, m.from_location_id)
    -- Whoever ceased to track by lot takes it back without.
    OR m.lot_id IS NOT NULL AND m.lot_id IS DISTINCT FROM o.lot_id)
ORDER BY m.id LIMIT {SHOWN}
"""

ONCE = f"""
SELECT {_ENTRY}, m.reverses_id FROM inventory_movement m
WHERE m.tenant_id = %(tenant)s AND m.reverses_id IS NOT NULL AND EXISTS (
  SELECT 1 FROM inventory_movement e
  WHERE e.tenant_id = %(tenant)s AND e.reverses_id = m.reverses_id AND e.id < m.id)
ORDER BY m.id LIMIT {SHOWN}
"""


def _at_shelf(name: str, sentence: str) -> Callable[[tuple], Break]:
    """The row is SKU, location and its code, and then what the sentence speaks of."""
    return lambda row: Break(name, sentence.format(row[0], *row[2:]), location_id=row[1])


def _of_entry(name: str, sentence: str) -> Callable[[tuple], Break]:
    """The row is an entry: id, cause, who and when, and then what the sentence speaks of."""
    return lambda row: Break(name, sentence.format(row[0], *row[4:]), entry_words(*row[:4]), row[0])


def entry_words(movement_id: int, cause_kind: str, actor: str, at) -> str:
    """An entry with its cause and who made it."""
    return f"entry {movement_id} ({cause_kind.replace('_', ' ')} by {actor}, {at:%Y-%m-%d %H:%M:%S} UTC)"


CHECKS = (

    Check("reserved", RESERVED, _at_shelf(
        "reserved", "{0} at {1}: the balance says {2} reserved, its open reservations add up to {3}.")),
    Check("reservation", RESERVATIONS, _at_shelf(
        "reservation",
        "{0} at {1}: reservation {2} of {3} does not add up: {4} open, {5} committed, {6} given back, {7} expired.")),
    Check("oversold", OVERSOLD, _at_shelf("oversold", "{0} at {1} ({2}): {4} reserved of {3} on hand.")),
    Check("form", WELL_FORMED, _of_entry(
        "form", "Entry {0} moves {1} units from {2} to {3}: those are not two accounts, or not units.")),
    Check("reversal", MIRRORED, _of_entry(
        "reversal", "Entry {0} says it takes back entry {1}, but is not the same the other way round.")),
    Check("reversed_twice", ONCE, _of_entry("reversed_twice", "Entry {0} takes back entry {1} a second time.")),
)  # fmt: skip
