"""Prove the stock book: every number against the entries it must be the sum of.

Set-based, each check one statement and so one snapshot: commits that go on meanwhile do not disturb it.
"""

from dataclasses import dataclass

from django.db import connection

from oms.core.tenancy import unit

# Enough to see what went wrong; a broken book rarely has one hole.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Break:
    """One row that does not add up: which check, and what is wrong in words."""

    check: str
    sentence: str


@dataclass(frozen=True)
class Proof:
    """What was looked at, and what was found wrong (at most `SHOWN` per check)."""

    balances: int
    movements: int
    reservations: int
    breaks: list[Break]

    @property
    def holds(self) -> bool:
        return not self.breaks


_NAMES = """
  JOIN inventory_item i ON i.id = x.item_id AND i.tenant_id = %(tenant)s
  JOIN inventory_location l ON l.id = x.location_id AND l.tenant_id = %(tenant)s
"""

# Σ movements into an account − Σ out of it = its balance. An account without a row has no units.
BALANCES = f"""
WITH moved AS (
  SELECT item_id, location_id, state, sum(units)::bigint AS units FROM (
    SELECT item_id, to_location_id AS location_id, to_state AS state, quantity AS units
    FROM inventory_movement WHERE tenant_id = %(tenant)s AND to_location_id IS NOT NULL
    UNION ALL
    SELECT item_id, from_location_id, from_state, -quantity
    FROM inventory_movement WHERE tenant_id = %(tenant)s AND from_location_id IS NOT NULL
  ) sides GROUP BY item_id, location_id, state
), x AS (
  SELECT item_id, location_id, state, coalesce(m.units, 0) AS entered, coalesce(b.on_hand, 0) AS on_hand
  FROM moved m
  FULL JOIN (SELECT item_id, location_id, state, on_hand FROM inventory_balance WHERE tenant_id = %(tenant)s) b
  USING (item_id, location_id, state)
  WHERE coalesce(m.units, 0) <> coalesce(b.on_hand, 0)
)
SELECT i.sku, l.code, x.state, x.on_hand, x.entered FROM x {_NAMES} ORDER BY i.sku_key, l.code, x.state LIMIT {SHOWN}
"""

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
SELECT i.sku, l.code, x.reserved, x.promised FROM x {_NAMES} ORDER BY i.sku_key, l.code LIMIT {SHOWN}
"""

# The table's own constraint says so too; the proof does not rely on it.
RESERVATIONS = f"""
SELECT i.sku, l.code, x.id, x.quantity, x.open, x.committed, x.given_back, x.expired
FROM inventory_reservation x {_NAMES}
WHERE x.tenant_id = %(tenant)s
  AND (x.quantity <> x.open + x.committed + x.given_back + x.expired
       OR least(x.open, x.committed, x.given_back, x.expired) < 0)
ORDER BY x.id LIMIT {SHOWN}
"""

OVERSOLD = f"""
SELECT i.sku, l.code, x.state, x.on_hand, x.reserved
FROM inventory_balance x {_NAMES}
WHERE x.tenant_id = %(tenant)s
  AND (x.on_hand < 0 OR x.reserved < 0 OR x.reserved > x.on_hand OR (x.reserved > 0 AND x.state <> 'sellable'))
ORDER BY i.sku_key, l.code LIMIT {SHOWN}
"""

COUNTS = """
SELECT (SELECT count(*) FROM inventory_balance WHERE tenant_id = %(tenant)s),
       (SELECT count(*) FROM inventory_movement WHERE tenant_id = %(tenant)s),
       (SELECT count(*) FROM inventory_reservation WHERE tenant_id = %(tenant)s)
"""

CHECKS = (
    ("movements", BALANCES, "{0} at {1} ({2}): the balance says {3} on hand, its movements add up to {4}."),
    ("reserved", RESERVED, "{0} at {1}: the balance says {2} reserved, its open reservations add up to {3}."),
    (
        "reservation", RESERVATIONS,
        "{0} at {1}: reservation {2} of {3} does not add up: {4} open, {5} committed, {6} given back, {7} expired.",
    ),
    ("oversold", OVERSOLD, "{0} at {1} ({2}): {4} reserved of {3} on hand."),
)  # fmt: skip


def prove_stock() -> Proof:
    """Check every balance and reservation of this unit's tenant."""
    breaks = [Break(check, sentence.format(*row)) for check, sql, sentence in CHECKS for row in _rows(sql)]
    return Proof(*_rows(COUNTS)[0], breaks)


def _rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": unit().tenant_id})
        return cursor.fetchall()
