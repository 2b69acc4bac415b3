"""Checkpoints: the ledger added up to a point, so that whoever asks again reads only what came after.

A movement's id is drawn before its transaction commits, so "everything up to id H" is only meaningful once
each transaction that may hold such an id is over. Writers lock balances before they draw an id, and locking
gives a transaction its number; so every id that has been drawn at some moment belongs to a transaction that
has its number by then, and a number that is given out *afterwards* is higher than all of those. A `Horizon` is
such a pair: the last id drawn, and the number of a transaction that got it later. As soon as all transactions
below that number are over (`oldest_open_transaction` has reached it), all movements up to that id are visible or
never will be: the horizon is settled. Nobody is locked out or waited for; a transaction that stays open only keeps
checkpoints from moving on. (The upper end of a snapshot would not do as the number: it is one above the last
transaction that is *over*, and those that have begun since may be higher.)
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from inventory.models import CheckpointTotal, StockCheckpoint
from oms.core.db.keys import uuid7
from oms.core.db.reading import read_rows
from oms.core.tenancy import unit

# Every one of the last days, and the newest of each month before.
DAYS_KEPT = 14


class Horizon(NamedTuple):
    """The last id drawn, and the number of a transaction that was given out after that."""

    movement: int
    transaction: int


def last_drawn() -> int:
    """The last id that a movement was given, committed or not."""
    drawn = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM inventory_movement_id_seq"
    return read_rows(drawn, [])[0][0]


def draw_horizon(drawn: int | None = None) -> Horizon:
    """A horizon at what `last_drawn` says now, or has said to an earlier transaction.

    In a transaction that has its number already it is too late to look: 0, which no checkpoint stands on.
    """
    if drawn is None:
        numbered = read_rows("SELECT pg_current_xact_id_if_assigned() IS NOT NULL", [])[0][0]
        drawn = 0 if numbered else last_drawn()
    return Horizon(drawn, read_rows("SELECT pg_current_xact_id()::text::bigint", [])[0][0])


def oldest_open_transaction() -> int:
    """Transactions below this number are over."""
    return read_rows("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint", [])[0][0]


def latest_checkpoint() -> StockCheckpoint | None:
    return StockCheckpoint.objects.order_by("-last_movement").first()


# Movements are grouped before they are taken apart into sides: one pass, however many there are.
FLOWS = """
SELECT item_id, from_location_id, from_state, to_location_id, to_state, sum(quantity) AS units, count(*) AS movements
FROM inventory_movement WHERE tenant_id = %(tenant)s AND {where}
GROUP BY item_id, from_location_id, from_state, to_location_id, to_state
"""
SIDES = """
SELECT item_id, to_location_id AS location_id, to_state AS state, units FROM {flows}
UNION ALL SELECT item_id, from_location_id, from_state, -units FROM {flows}
"""
# What a checkpoint vouches for, account by account.
TOTALS = """
SELECT t.item_id, a.location_id, a.state, a.units FROM inventory_checkpointtotal t
CROSS JOIN LATERAL unnest(t.locations, t.states, t.units) AS a (location_id, state, units)
WHERE t.tenant_id = %(tenant)s AND t.checkpoint_id = %(checkpoint)s
"""
_ADD_UP = f"""
WITH flows AS ({FLOWS.format(where="id > %(after)s AND id <= %(until)s")})
INSERT INTO inventory_checkpointtotal (tenant_id, checkpoint_id, item_id, locations, states, units)
SELECT %(tenant)s, %(made)s, item_id, array_agg(location_id), array_agg(state), array_agg(units) FROM (
  SELECT item_id, location_id, state, sum(units)::bigint AS units FROM (
    {TOTALS} UNION ALL {SIDES.format(flows="flows")}
  ) sides GROUP BY item_id, location_id, state HAVING sum(units) <> 0
) accounts GROUP BY item_id
"""
_SPAN = """
SELECT count(*), min(recorded_at), max(recorded_at) FROM inventory_movement
WHERE tenant_id = %(tenant)s AND id > %(after)s AND id <= %(until)s
"""


def make_checkpoint(horizon: Horizon) -> StockCheckpoint | None:
    """Add the ledger up to a settled horizon, from the checkpoint before; None when nothing was added since."""
    before = latest_checkpoint()
    given = {
        "tenant": unit().tenant_id, "checkpoint": before and before.id, "after": before.last_movement if before else 0,
        "until": horizon.movement,
    }  # fmt: skip
    count, earliest, latest = read_rows(_SPAN, given)[0]
    if not count:
        return None
    made = StockCheckpoint.objects.create(
        id=uuid7(), last_movement=horizon.movement, movements=count + (before.movements if before else 0),
        recorded_until=max(latest, before.recorded_until) if before else latest, made_at=unit().now,
        transaction=horizon.transaction,
    )  # fmt: skip
    _execute(_ADD_UP, {**given, "made": made.id})
    # A unit of work says when it was before it draws an id, so a later movement may have been recorded earlier.
    _execute(
        "UPDATE inventory_stockcheckpoint SET recorded_since = least(recorded_since, %(earliest)s) "
        "WHERE tenant_id = %(tenant)s AND id <> %(made)s",
        {"tenant": given["tenant"], "earliest": earliest, "made": made.id},
    )
    _thin_out()
    return made


def worth_keeping(made: Sequence[date]) -> list[bool]:
    """Of checkpoints made on these days, the newest first: the newest of each of the last days, and of each month."""
    kept, days, months = [], set(), set()
    for day in made:
        month = (day.year, day.month)
        kept.append(month not in months or (day not in days and len(days) < DAYS_KEPT))
        days.add(day)
        months.add(month)
    return kept


def _thin_out() -> None:
    made = list(StockCheckpoint.objects.order_by("-last_movement").values_list("id", "made_at"))
    worth = worth_keeping([made_at.date() for _, made_at in made])
    gone = [key for (key, _), keep in zip(made, worth, strict=True) if not keep]
    if gone:
        CheckpointTotal.objects.filter(checkpoint_id__in=gone).delete()
        StockCheckpoint.objects.filter(id__in=gone).delete()


def _execute(sql: str, given: dict) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
