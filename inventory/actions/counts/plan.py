"""The plan: which class an item is at a location, and when it is due to be counted. Set-based."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import connection

from inventory import queries
from inventory.models import STATES, CountPlan
from inventory.stock.counting import SETTING, CountingPolicy, policy_problems
from oms.accounts.actions.business import keep_setting
from oms.core.db.bulk import insert_rows
from oms.core.errors import Invalid
from oms.core.tenancy import unit

# The share of a class ends with the item that crosses it: the dearest item is always A. An item without a
# cost counts as much per unit as one that costs 1.
_PLAN = """
WITH sold AS (
  SELECT m.from_location_id AS location_id, m.item_id, sum(m.quantity * coalesce(i.cost, 1)) AS value
  FROM inventory_movement m JOIN inventory_item i ON i.id = m.item_id AND i.tenant_id = m.tenant_id
  WHERE m.tenant_id = %(tenant)s AND m.to_state = 'customer' AND m.to_location_id IS NULL
    AND m.from_location_id IS NOT NULL AND m.recorded_at >= %(since)s
  GROUP BY 1, 2
), ranked AS (
  SELECT location_id, item_id, value, sum(value) OVER (PARTITION BY location_id) AS total,
         sum(value) OVER (PARTITION BY location_id ORDER BY value DESC, item_id) - value AS before
  FROM sold
), classed AS (
  SELECT location_id, item_id, CASE WHEN before * 100 < total * %(a_percent)s THEN 'A'
                                    WHEN before * 100 < total * %(b_percent)s THEN 'B' ELSE 'C' END AS letter
  FROM ranked
), there AS (
  SELECT location_id, item_id, sum(on_hand) > 0 AS has FROM inventory_balance
  WHERE tenant_id = %(tenant)s AND state = ANY(%(states)s) GROUP BY 1, 2
), planned AS (
  SELECT t.location_id, t.item_id, coalesce(c.letter, 'C') AS letter, t.has, p.counted_at,
         coalesce(p.since, (
           SELECT m.recorded_at FROM inventory_movement m
           WHERE m.tenant_id = %(tenant)s AND m.item_id = t.item_id AND m.to_location_id = t.location_id
           ORDER BY m.recorded_at, m.id LIMIT 1
         ), %(now)s) AS since
  FROM there t
  LEFT JOIN classed c ON c.location_id = t.location_id AND c.item_id = t.item_id
  LEFT JOIN inventory_countplan p
    ON p.tenant_id = %(tenant)s AND p.location_id = t.location_id AND p.item_id = t.item_id
  WHERE t.has OR p.id IS NOT NULL
)
INSERT INTO inventory_countplan AS kept (tenant_id, location_id, item_id, abc_class, since, counted_at, due_at)
SELECT %(tenant)s, location_id, item_id, letter, since, counted_at, CASE WHEN has THEN coalesce(counted_at, since)
  + CASE letter WHEN 'A' THEN %(a_days)s WHEN 'B' THEN %(b_days)s ELSE %(c_days)s END * interval '1 day' END
FROM planned ORDER BY location_id, item_id
ON CONFLICT (tenant_id, location_id, item_id) DO UPDATE SET abc_class = excluded.abc_class, due_at = excluded.due_at
WHERE (kept.abc_class, kept.due_at) IS DISTINCT FROM (excluded.abc_class, excluded.due_at)
"""
_COUNTED = """
ON CONFLICT (tenant_id, location_id, item_id) DO UPDATE SET counted_at = excluded.counted_at,
due_at = excluded.counted_at + CASE inventory_countplan.abc_class WHEN 'A' THEN {a_days} WHEN 'B' THEN {b_days}
ELSE {c_days} END * interval '1 day'
"""


def plan_counts() -> int:
    """Class every item at every location by what it sold there, and say when it is due; returns how many changed.

    One statement. An item that lies nowhere any more is not due.
    """
    rule, now = queries.counts.policy(), unit().now
    given = {
        "tenant": unit().tenant_id, "now": now, "since": now - timedelta(days=rule.abc_days), "states": list(STATES),
        "a_percent": rule.a_percent, "b_percent": rule.b_percent, "a_days": rule.a_days, "b_days": rule.b_days,
        "c_days": rule.c_days,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, given)
        return cursor.rowcount


def note_counted(*, shelves: Collection[tuple[UUID, UUID]]) -> None:
    """These (item, location) were counted now; one statement."""
    rule, now = queries.counts.policy(), unit().now
    insert_rows(
        CountPlan,
        [
            {
                "item_id": item_id, "location_id": location_id, "abc_class": "C", "since": now, "counted_at": now,
                "due_at": now + timedelta(days=rule.c_days),
            }
            for item_id, location_id in sorted(set(shelves), key=lambda shelf: shelf[::-1])
        ],
        on_conflict=_COUNTED.format(a_days=int(rule.a_days), b_days=int(rule.b_days), c_days=int(rule.c_days)),
    )  # fmt: skip


def set_counting_policy(*, policy: CountingPolicy) -> None:
    """Change how this merchant counts, and plan anew. Raises `Invalid` naming every bad setting."""
    if problems := policy_problems(policy):
        raise Invalid("The settings of counting were not changed.", fields=problems)
    keep_setting(name=SETTING, value=policy.to_json())
    plan_counts()
