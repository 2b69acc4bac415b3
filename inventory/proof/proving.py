"""Run the proofs: balances against the ledger, from a checkpoint or in full, and the small checks."""

from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from inventory.checkpoints import FLOWS, SIDES, TOTALS, latest_checkpoint
from inventory.models import StockCheckpoint
from inventory.proof.bins import bin_breaks
from inventory.proof.checks import CHECKS, SHOWN, Break
from inventory.proof.first import NAMED, Account, first_broken
from inventory.proof.lots import lot_breaks
from inventory.proof.serials import serial_breaks
from inventory.proof.value_checks import VALUE_CHECKS
from oms.core.db.reading import read_rows
from oms.core.tenancy import unit


@dataclass(frozen=True)
class Proof:
    """What was looked at, and what was found wrong (at most `SHOWN` per check).

    ``movements`` were read, those after ``after``. ``accounts`` is what each outside account has given (less
    what it took) and what all shelves together have: their sum is nought.
    """

    after: int
    balances: int
    movements: int
    reservations: int
    accounts: dict[str, int]
    breaks: list[Break]

    @property
    def holds(self) -> bool:
        return not self.breaks


class _Differs(NamedTuple):
    item_id: UUID
    sku: str
    location_id: UUID
    code: str
    state: str
    said: int
    entered: int


# Σ movements into an account − Σ out of it = its balance. An account without a row has no units. The same pass
# over the ledger says what every outside account came to, and how many entries were read.
_BOOK = f"""
WITH flows AS MATERIALIZED ({FLOWS.format(where="id > %(after)s")}),
moved AS MATERIALIZED (
  SELECT item_id, location_id, state, sum(units)::bigint AS units FROM (
    {TOTALS} UNION ALL {SIDES.format(flows="flows")}
  ) sides GROUP BY item_id, location_id, state
), x AS (
  SELECT item_id, location_id, state, coalesce(b.on_hand, 0) AS said, coalesce(m.units, 0) AS entered
  FROM (SELECT * FROM moved WHERE location_id IS NOT NULL) m
  FULL JOIN (SELECT item_id, location_id, state, on_hand FROM inventory_balance WHERE tenant_id = %(tenant)s) b
  USING (item_id, location_id, state)
  WHERE coalesce(m.units, 0) <> coalesce(b.on_hand, 0)
)
(SELECT 'differs', x.item_id, coalesce(i.sku, x.item_id::text), x.location_id, coalesce(l.code, x.location_id::text),
        x.state, x.said, x.entered
 FROM x LEFT JOIN inventory_item i ON i.id = x.item_id AND i.tenant_id = %(tenant)s
 LEFT JOIN inventory_location l ON l.id = x.location_id AND l.tenant_id = %(tenant)s
 ORDER BY i.sku_key, l.code, x.state LIMIT {SHOWN})
UNION ALL SELECT 'account', NULL, '', NULL, '', state, 0, sum(units)::bigint FROM moved
  WHERE location_id IS NULL GROUP BY state
UNION ALL SELECT 'account', NULL, '', NULL, '', 'shelves', 0, coalesce(sum(units), 0)::bigint FROM moved
  WHERE location_id IS NOT NULL
UNION ALL SELECT 'read', NULL, '', NULL, '', '', 0, coalesce(sum(movements), 0)::bigint FROM flows
"""

# What a checkpoint vouched for, added up again: an entry that was changed or removed since shows here.
_REWRITTEN = f"""
WITH flows AS MATERIALIZED ({FLOWS.format(where="id <= %(until)s")}),
moved AS (
  SELECT item_id, location_id, state, sum(units)::bigint AS units
  FROM ({SIDES.format(flows="flows")}) sides GROUP BY item_id, location_id, state HAVING sum(units) <> 0
), x AS (
  SELECT coalesce(t.item_id, m.item_id) AS item_id, coalesce(t.location_id, m.location_id) AS location_id,
         coalesce(t.state, m.state) AS state, coalesce(t.units, 0) AS said, coalesce(m.units, 0) AS entered
  FROM moved m
  FULL JOIN ({TOTALS}) t
  ON t.item_id = m.item_id AND t.state = m.state
     AND coalesce(t.location_id, t.item_id) = coalesce(m.location_id, m.item_id)
  WHERE coalesce(m.units, 0) <> coalesce(t.units, 0)
)
(SELECT 'differs', x.item_id, coalesce(i.sku, x.item_id::text), x.location_id, coalesce(l.code, x.location_id::text),
        x.state, x.said, x.entered
 FROM x LEFT JOIN inventory_item i ON i.id = x.item_id AND i.tenant_id = %(tenant)s
 LEFT JOIN inventory_location l ON l.id = x.location_id AND l.tenant_id = %(tenant)s
 WHERE x.location_id IS NOT NULL ORDER BY i.sku_key, l.code, x.state LIMIT {SHOWN})
UNION ALL SELECT 'read', NULL, '', NULL, '', '', 0, coalesce(sum(movements), 0)::bigint FROM flows
"""

_READ = """
SELECT (SELECT count(*) FROM inventory_balance WHERE tenant_id = %(tenant)s),
       (SELECT count(*) FROM inventory_reservation WHERE tenant_id = %(tenant)s AND (open > 0 OR %(after)s = 0))
"""


def prove_stock(*, checkpoint: StockCheckpoint | None = None) -> Proof:
    """Check every balance and reservation of this unit's tenant.

    From a ``checkpoint``, only what came after it is read: later entries, and reservations that are open. Without
    one everything is read, and what the latest checkpoint vouched for is added up again.
    """
    given = _given(checkpoint)
    found = read_rows(_BOOK, given)
    breaks = [*_balances(found), *_nought(found)]
    if checkpoint is None and (latest := latest_checkpoint()) is not None:
        breaks += _rewritten(latest)
    breaks += [check.told(row) for check in (*CHECKS, *VALUE_CHECKS) for row in read_rows(check.sql, given)]
    breaks += [*lot_breaks(given), *serial_breaks(given), *bin_breaks(given)]
    balances, reservations = read_rows(_READ, given)[0]
    return Proof(given["after"], balances, _count(found), reservations, _accounts(found), breaks)


def _given(checkpoint: StockCheckpoint | None) -> dict:
    return {
        "tenant": unit().tenant_id, "checkpoint": checkpoint and checkpoint.id,
        "after": checkpoint.last_movement if checkpoint else 0,
    }  # fmt: skip


def _balances(found: list[tuple]) -> list[Break]:
    sentence = "{sku} at {code} ({state}): the balance says {said} on hand, its movements add up to {entered}."
    return _broken("movements", sentence, found)


def _rewritten(checkpoint: StockCheckpoint) -> list[Break]:
    """What the entries up to a checkpoint add up to now, against what they added up to then."""
    given = {**_given(checkpoint), "until": checkpoint.last_movement}
    found = read_rows(_REWRITTEN, given)
    until = f"up to entry {checkpoint.last_movement}"
    sentence = f"{{sku}} at {{code}} ({{state}}): {until} the movements added up to {{said}}, and now to {{entered}}."
    breaks = _broken("rewritten", sentence, found)
    if (count := _count(found)) != checkpoint.movements:
        words = f"There were {checkpoint.movements:,} entries {until}, and now there are {count:,}."
        breaks.append(Break("rewritten", words))
    return breaks


def _nought(found: list[tuple]) -> list[Break]:
    """Each entry has two sides, so all accounts together have nothing, unless a checkpoint was tampered with."""
    total = sum(_accounts(found).values())
    if not total:
        return []
    return [Break("nought", f"All accounts together, the outside ones included, have {total:,} units instead of none.")]


def _broken(check: str, sentence: str, found: list[tuple]) -> list[Break]:
    """A break for each account that differs; the first of them also say where it began."""
    breaks = []
    for each in (_Differs(*row[1:]) for row in found if row[0] == "differs"):
        told = Break(check, sentence.format(**each._asdict()), location_id=each.location_id)
        if len(breaks) < NAMED:
            first, movement_id = first_broken(Account(each.item_id, each.location_id, each.state))
            told = replace(told, first=first, movement_id=movement_id)
        breaks.append(told)
    return breaks


def _accounts(found: list[tuple]) -> dict[str, int]:
    return {row[5]: row[7] for row in found if row[0] == "account"}


def _count(found: list[tuple]) -> int:
    return next(row[7] for row in found if row[0] == "read")
