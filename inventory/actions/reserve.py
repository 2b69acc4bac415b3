"""Reserve stock for demands, give it back, and move it: the three steps, always for a list.

Lock the balances in order; decide in Python; one update and one insert. Everything that can be done
before the lock is.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from inventory import book, queries
from inventory.events import StockRanOut, StockRose
from inventory.locks import LockedBalance, lock_sellable
from inventory.stock import giving_back, moving
from inventory.stock.placing import place
from inventory.stock.values import (
    QUANTITY_MAX,
    Demand,
    Need,
    OpenReservation,
    Placement,
    Reserved,
    StockView,
)
from oms.core.errors import FieldError, Invalid
from oms.core.events import publish

Choose = Callable[[Sequence[Need], StockView], Sequence[Placement]]


def reserve_stock(
    *,
    demands: Sequence[Demand],
    expires_at: datetime | None = None,
    instead_of: Mapping[UUID, Collection[UUID]] | None = None,
    at: UUID | None = None,
) -> Reserved:
    """Hold stock for the demands, in their order, at the location the placing rule picks.

    Four statements however many there are. A demand that is reserved already gets units on top.
    ``instead_of``: group → other demands that give up all they hold for it, unless it is refused. ``at`` is the
    only location that may be used, and it need not ship orders.
    Raises `Invalid` for a quantity that is no quantity (``demands.N.quantity``).
    """
    _check(demands)
    if not demands and not instead_of:
        return Reserved()
    ranked = queries.shipping_location_ids()
    givers = {demand: group for group, its in (instead_of or {}).items() for demand in its}
    items = {demand.item_id for demand in demands}
    balances = lock_sellable(items | {each.item_id for each in book.open_of_demands(givers)} if givers else items)
    held: dict[UUID, list[OpenReservation]] = defaultdict(list)
    for each in _locked_ones(balances, book.open_of_demands(givers)) if givers else ():
        held[givers[each.demand_id]].append(each)
    usable = ranked if at is None else [at]
    reserved = place(demands, _shelves(balances, usable), usable, held)
    if given_up := [each for group, its in held.items() if group not in reserved.refused for each in its]:
        let_go(balances, given_up, {each.id: each.open for each in given_up}, into="given_back")
    by_shelf: dict[tuple[UUID, UUID], int] = defaultdict(int)
    holds = []
    for demand in demands:
        for location, units in reserved.placed.get(demand.demand_id, {}).items():
            by_shelf[demand.item_id, location] += units
            holds.append(book.Hold(demand.demand_kind, demand.demand_id, demand.item_id, location, units))
    _change_reserved(balances, by_shelf)
    book.hold(holds, expires_at=expires_at)
    _tell_ran_out(balances, by_shelf, ranked)
    return _with_skus(reserved)


def unreserve_stock(*, demands: Mapping[UUID, int | None]) -> dict[UUID, int]:
    """Give back so many open units of each demand (None: all of them), the newest reservation first.

    Returns what was given back per demand; asking for more than is held gives back what is held.
    """
    balances = lock_sellable({each.item_id for each in book.open_of_demands(demands)})
    # Only now, under the lock, is it certain what is open.
    held = _locked_ones(balances, book.open_of_demands(demands))
    given = giving_back.from_demands(held, demands)
    let_go(balances, held, given, into="given_back")
    totals: dict[UUID, int] = defaultdict(int)
    for each in held:
        totals[each.demand_id] += given.get(each.id, 0)
    return {demand_id: units for demand_id, units in totals.items() if units}


def rereserve_stock(*, needs: Sequence[Need], choose: Choose) -> list[Placement]:
    """Let ``choose`` (pure) place the needs afresh over all stock they could use, and apply the difference.

    It sees what the needs hold now as available. Raises ``ValueError`` when it places more than a
    need wants or a shelf has: that is a bug of the chooser, and nothing is changed.
    """
    if not needs:
        return []
    ranked = set(queries.shipping_location_ids())
    balances = lock_sellable({need.item_id for need in needs})
    items = {need.demand_id: need.item_id for need in needs}
    held = [each for each in book.open_of_demands(items) if each.item_id == items[each.demand_id]]
    view = moving.view_of({(row.item_id, row.location_id): row.available for row in balances}, held, ranked)
    placements = list(choose(needs, view))
    change = moving.difference(needs, held, view, placements)
    kinds = {need.demand_id: need.demand_kind for need in needs}
    _change_reserved(balances, change.by_shelf)
    book.let_go(change.given_back)
    book.hold(
        book.Hold(kinds[each.demand_id], each.demand_id, each.item_id, each.location_id, each.quantity)
        for each in change.taken
    )
    publish([StockRose(item, location, units, "given_back") for (item, location), units in change.risen.items()])
    _tell_ran_out(balances, change.by_shelf, ranked)
    return placements


def expire_reservations(*, limit: int = 500) -> int:
    """End open reservations past their time; returns how many. Call again while it returns ``limit``."""
    balances = lock_sellable({each.item_id for each in book.open_and_overdue(limit)})
    overdue = _locked_ones(balances, book.open_and_overdue(limit))
    let_go(balances, overdue, {each.id: each.open for each in overdue}, into="expired")
    return len(overdue)


def let_go(
    balances: Sequence[LockedBalance], held: Sequence[OpenReservation], units: Mapping[UUID, int], *, into: str
) -> None:
    """End these open units: reservations, balances and the fact that stock rose."""
    by_shelf: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for each in held:
        if each.id in units:
            by_shelf[each.item_id, each.location_id] += units[each.id]
    _change_reserved(balances, {shelf: -count for shelf, count in by_shelf.items()})
    book.let_go(units, into=into)
    publish([StockRose(item, location, count, into) for (item, location), count in by_shelf.items()])


def _locked_ones(balances: Sequence[LockedBalance], held: Sequence[OpenReservation]) -> list[OpenReservation]:
    """Without those that appeared between the first look and the lock: their shelf is not ours to change."""
    locked = {row.item_id for row in balances}
    return [each for each in held if each.item_id in locked]


def _check(demands: Sequence[Demand]) -> None:
    wrong = [
        FieldError(f"demands.{position}.quantity", "out_of_range", f"Give a quantity from 1 to {QUANTITY_MAX:,}.")
        for position, demand in enumerate(demands)
        if not 0 < demand.quantity <= QUANTITY_MAX
    ]
    if wrong:
        raise Invalid("Stock can be reserved in whole units only.", fields=wrong)
    if len({demand.demand_id for demand in demands}) != len(demands):
        raise ValueError("A demand may stand only once in a list: add its quantities up first.")


def _shelves(balances: Sequence[LockedBalance], ranked: Sequence[UUID]) -> dict[UUID, dict[UUID, int]]:
    usable = set(ranked)
    shelves: dict[UUID, dict[UUID, int]] = {}
    for row in balances:
        if row.location_id in usable:
            shelves.setdefault(row.item_id, {})[row.location_id] = row.available
    return shelves


def _change_reserved(balances: Sequence[LockedBalance], by_shelf: Mapping[tuple[UUID, UUID], int]) -> None:
    ids = {(row.item_id, row.location_id): row.id for row in balances}
    book.change_reserved({ids[shelf]: units for shelf, units in by_shelf.items()})


def _tell_ran_out(
    balances: Sequence[LockedBalance], taken: Mapping[tuple[UUID, UUID], int], shipping: Collection[UUID]
) -> None:
    """Of items whose last unit has just been promised; all their shelves are locked."""
    left: dict[UUID, int] = defaultdict(int)
    gone: dict[UUID, int] = defaultdict(int)
    for row in balances:
        if row.location_id in shipping:
            left[row.item_id] += row.available
            gone[row.item_id] += taken.get((row.item_id, row.location_id), 0)
    publish([StockRanOut(item_id) for item_id, units in left.items() if 0 < units <= gone[item_id]])


def _with_skus(reserved: Reserved) -> Reserved:
    """Name the SKUs of what was refused: one more statement, and only then."""
    if not reserved.refused:
        return reserved
    skus = queries.skus_of({each.item_id for short in reserved.refused.values() for each in short})
    refused = {
        group: [replace(each, sku=skus.get(each.item_id, "")) for each in short]
        for group, short in reserved.refused.items()
    }
    return replace(reserved, refused=refused)
