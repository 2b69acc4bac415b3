"""A ledger of any length, with the balances and reservations that belong to it, made by one statement per table."""

import psycopg

# Each account is received into and sold from in turn, five units in and three out, so it never goes below nothing.
_ACCOUNTS = """
CREATE TEMP TABLE accounts ON COMMIT DROP AS
SELECT i.id AS item_id, l.id AS location_id, row_number() OVER (ORDER BY i.id, l.id) - 1 AS number
FROM inventory_item i JOIN inventory_location l ON l.tenant_id = i.tenant_id WHERE i.tenant_id = %(tenant)s
"""
_MOVEMENTS = """
INSERT INTO inventory_movement (tenant_id, item_id, quantity, from_location_id, from_state, to_location_id, to_state,
                                cause_kind, cause_id, reason, actor_label, happened_at, recorded_at)
SELECT %(tenant)s, a.item_id, CASE WHEN came THEN 5 ELSE 3 END,
       CASE WHEN NOT came THEN a.location_id END, CASE WHEN came THEN 'supplier' ELSE 'sellable' END,
       CASE WHEN came THEN a.location_id END, CASE WHEN came THEN 'sellable' ELSE 'customer' END,
       CASE WHEN came THEN 'receipt' ELSE 'parcel' END, NULL, '', 'bench', at, at
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
CROSS JOIN LATERAL (
  SELECT (n / (SELECT count(*) FROM accounts)) %% 2 = 0 AS came,
         timestamptz '2025-01-01' + n * interval '3 seconds' AS at
) x
JOIN accounts a ON a.number = n %% (SELECT count(*) FROM accounts)
ORDER BY n
"""
_EMPTY = """
INSERT INTO inventory_balance (tenant_id, item_id, location_id, state, on_hand, reserved)
SELECT %(tenant)s, item_id, location_id, 'sellable', 0, 0 FROM accounts ON CONFLICT DO NOTHING
"""
_BALANCES = """
UPDATE inventory_balance b SET on_hand = b.on_hand + m.units FROM (
  SELECT item_id, coalesce(to_location_id, from_location_id) AS location_id,
         sum(CASE WHEN to_location_id IS NULL THEN -quantity ELSE quantity END) AS units
  FROM inventory_movement WHERE tenant_id = %(tenant)s AND id > %(after)s GROUP BY 1, 2
) m WHERE b.tenant_id = %(tenant)s AND b.state = 'sellable' AND (b.item_id, b.location_id) = (m.item_id, m.location_id)
"""
_RESERVATIONS = """
INSERT INTO inventory_reservation (id, tenant_id, demand_kind, demand_id, item_id, location_id, quantity, open,
                                   committed, given_back, expired, created_at)
SELECT gen_random_uuid(), tenant_id, 'order_line', gen_random_uuid(), item_id, location_id, 2, 1, 1, 0, 0, now()
FROM inventory_balance WHERE tenant_id = %(tenant)s AND on_hand > 0
"""
_RESERVED = "UPDATE inventory_balance SET reserved = 1 WHERE tenant_id = %(tenant)s AND on_hand > 0"


def write_movements(admin: psycopg.Connection, tenant_id: int, *, first: int, last: int) -> None:
    """Movements number ``first`` to ``last`` of the tenant's items at its locations, and what they make of balances."""
    given = {"tenant": tenant_id, "first": first, "last": last}
    with admin.transaction():
        # The rows refer to what is there; checking each would be most of the time.
        admin.execute("SET LOCAL session_replication_role = replica")
        (after,) = admin.execute("SELECT coalesce(max(id), 0) FROM inventory_movement").fetchone()
        admin.execute(_ACCOUNTS, given)
        admin.execute(_MOVEMENTS, given)
        admin.execute(_EMPTY, given)
        admin.execute(_BALANCES, {**given, "after": after})


def write_reservations(admin: psycopg.Connection, tenant_id: int) -> None:
    """One open reservation on every shelf that has something."""
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(_RESERVATIONS, {"tenant": tenant_id})
        admin.execute(_RESERVED, {"tenant": tenant_id})
