"""Placing demands afresh over what they hold already: the shelf as they may spend it, and the difference. Pure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.stock.values import Need, OpenReservation, Placement, StockView

Shelf = tuple[UUID, UUID]


@dataclass(frozen=True)
class Difference:
    """``given_back``: reservation → units; ``by_shelf``: units more (or fewer) reserved there."""

    taken: list[Placement]
    given_back: dict[UUID, int]
    by_shelf: dict[Shelf, int]
    risen: dict[Shelf, int]


def view_of(available: Mapping[Shelf, int], held: Sequence[OpenReservation], shipping: Collection[UUID]) -> StockView:
    """What the needs that hold ``held`` may spend: the shipping locations' free stock, and their own."""
    free = {shelf: units for shelf, units in available.items() if shelf[1] in shipping}
    by_demand: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for each in held:
        by_demand[each.demand_id][each.location_id] += each.open
        if (each.item_id, each.location_id) in free:
            free[each.item_id, each.location_id] += each.open
    return StockView(free, {demand: dict(at) for demand, at in by_demand.items()})


def difference(
    needs: Sequence[Need], held: Sequence[OpenReservation], view: StockView, placements: Sequence[Placement]
) -> Difference:
    """What must change so that the needs hold exactly ``placements``.

    ``risen`` are the shelves that others may hope for: those of items of which the needs now hold
    less in all. A mere move between locations raises nobody's hopes.
    """
    after: dict[tuple[UUID, UUID, UUID], int] = defaultdict(int)
    for each in placements:
        after[each.demand_id, each.item_id, each.location_id] += each.quantity
    _check(needs, held, view, after)
    given_back, by_shelf = {}, defaultdict(int)
    for each in held:
        key = (each.demand_id, each.item_id, each.location_id)
        kept = min(after.get(key, 0), each.open)
        if kept < each.open:
            given_back[each.id] = each.open - kept
            by_shelf[each.item_id, each.location_id] -= each.open - kept
        if kept:
            after[key] -= kept
    taken = [Placement(*key, units) for key, units in after.items() if units]
    for each in taken:
        by_shelf[each.item_id, each.location_id] += each.quantity
    net: dict[UUID, int] = defaultdict(int)
    for (item, _), units in by_shelf.items():
        net[item] += units
    risen = {shelf: -units for shelf, units in by_shelf.items() if units < 0 and net[shelf[0]] < 0}
    return Difference(taken, given_back, dict(by_shelf), risen)


def _check(needs, held, view, after) -> None:
    """A chooser may place no more than a need wants, nor than a shelf has (or the needs hold there now)."""
    wanted = {(need.demand_id, need.item_id): need.quantity for need in needs}
    by_demand, by_shelf, own = defaultdict(int), defaultdict(int), defaultdict(int)
    for (demand, item, location), units in after.items():
        if units <= 0:
            raise ValueError(f"{units} units placed for demand {demand}: not a quantity.")
        by_demand[demand, item] += units
        by_shelf[item, location] += units
    for each in held:
        own[each.item_id, each.location_id] += each.open
    for key, units in by_demand.items():
        if units > wanted.get(key, 0):
            raise ValueError(f"{units} units placed for demand {key[0]}, which needs {wanted.get(key, 0)}.")
    for shelf, units in by_shelf.items():
        # A location that no longer ships may keep what it holds already.
        if units > view.available.get(shelf, own[shelf]):
            raise ValueError(f"{units} units placed on {shelf}, which has {view.available.get(shelf, own[shelf])}.")
