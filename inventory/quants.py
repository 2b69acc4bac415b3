"""The finer book of items tracked by lot: entries are divided over the lots they take, and the quants follow.

The caller holds the balances' locks, which cover the quants of the same accounts. What is taken is decided by
`inventory.stock.tracing`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from inventory.models import Quant
from inventory.stock.tracing import LotFacts, LotId, Shelves
from inventory.stock.values import Account, Entry
from oms.core.db.bulk import insert_rows, update_rows
from oms.core.db.reading import read_rows
from oms.core.tenancy import current_tenant_id


class _Row(NamedTuple):
    id: int
    account: Account
    lot_id: LotId
    on_hand: int
    facts: LotFacts


def divided(entries: Sequence[Entry], tracked: Collection[UUID]) -> list[Entry]:
    """The entries as the ledger keeps them: those of items ``tracked`` lot by lot, the others without one."""
    if not tracked:
        return [each if each.lot_id is None else replace(each, lot_id=None) for each in entries]
    sides = {side for each in entries if each.item_id in tracked for side in (each.source, each.target) if side}
    rows = _rows(sides)
    shelves = _shelves(rows)
    made = [part for each in entries for part in (_parts(shelves, each) if each.item_id in tracked else [each])]
    _write(rows, shelves)
    return made


def lots_at(accounts: Collection[Account]) -> dict[Account, dict[LotId, int]]:
    """Account → lot → units, under the locks the caller holds."""
    return _shelves(_rows(accounts)).held


def begin(balances: Collection[tuple[Account, int]]) -> None:
    """An item is tracked from now on: what lies there is of a lot nobody knows."""
    insert_rows(Quant, [_new(account, None, units) for account, units in balances if units])


def end(item_ids: Collection[UUID]) -> None:
    """Items are tracked no more."""
    Quant.objects.filter(item_id__in=item_ids).delete()


def _parts(shelves: Shelves, each: Entry) -> Iterator[Entry]:
    taken = shelves.move(
        each.source, each.target, each.quantity, lot_id=each.lot_id, exact=each.exact, good_on=each.good_on
    )
    for lot_id, units in taken.renamed:
        yield from renamed(each, lot_id, units)
    for lot_id, units in taken.parts:
        yield replace(each, lot_id=lot_id, quantity=units)


def renamed(each: Entry, lot_id: LotId, units: int) -> tuple[Entry, Entry]:
    """Units on the shelf an entry takes from that were of another lot than the book said: out of it and in again."""
    out = replace(
        each, quantity=units, lot_id=lot_id, to_state="unexplained", to_location_id=None, reverses_id=None,
        demand_id=None, exact=True,
    )  # fmt: skip
    back = replace(
        out, lot_id=each.lot_id, from_state=out.to_state, from_location_id=None, to_state=each.from_state,
        to_location_id=each.from_location_id,
    )  # fmt: skip
    return out, back


def _rows(accounts: Collection[Account]) -> list[_Row]:
    if not accounts:
        return []
    items, locations, states = (list(each) for each in zip(*accounts, strict=True))
    rows = read_rows(
        "SELECT q.id, q.item_id, q.location_id, q.state, q.lot_id, q.on_hand, coalesce(l.code, ''), l.expires_on, "
        "l.blocked_at IS NOT NULL FROM inventory_quant q "
        "JOIN unnest(%s::uuid[], %s::uuid[], %s::text[]) AS k(item_id, location_id, state) "
        "ON q.item_id = k.item_id AND q.location_id = k.location_id AND q.state = k.state "
        "LEFT JOIN inventory_lot l ON l.id = q.lot_id AND l.tenant_id = q.tenant_id WHERE q.tenant_id = %s",
        [items, locations, states, current_tenant_id()],
    )
    return [_Row(row[0], tuple(row[1:4]), row[4], row[5], LotFacts(*row[6:])) for row in rows]


def _shelves(rows: Sequence[_Row]) -> Shelves:
    held: dict[Account, dict[LotId, int]] = defaultdict(dict)
    for row in rows:
        held[row.account][row.lot_id] = row.on_hand
    return Shelves(dict(held), {row.lot_id: row.facts for row in rows if row.lot_id})


def _write(rows: Sequence[_Row], shelves: Shelves) -> None:
    known = {(row.account, row.lot_id): row.id for row in rows}
    changed = {key: units for key, units in shelves.changes.items() if units}
    left = {key: shelves.held[key[0]][key[1]] for key in changed}
    insert_rows(Quant, [_new(*key, units) for key, units in left.items() if key not in known])
    update_rows(Quant, [{"id": known[key], "on_hand": units} for key, units in left.items() if key in known and units])
    if emptied := [known[key] for key, units in left.items() if key in known and not units]:
        Quant.objects.filter(id__in=emptied).delete()


def _new(account: Account, lot_id: LotId, units: int) -> dict:
    item_id, location_id, state = account
    return {"item_id": item_id, "location_id": location_id, "state": state, "lot_id": lot_id, "on_hand": units}
