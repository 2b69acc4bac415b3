"""Where a new demand is reserved: one location that has everything, else by priority. Pure.

Demands are served in the order they came, each group (order) as a whole. `fulfillment` allocates
properly later and may move what is placed here.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from inventory.stock.values import Demand, OpenReservation, Reserved, Shortage

Shelves = Mapping[UUID, Mapping[UUID, int]]
_EMPTY: dict[UUID, int] = {}
_NOTHING: Mapping[UUID, Sequence[OpenReservation]] = {}


def place(
    demands: Sequence[Demand],
    shelves: Shelves,
    ranked: Sequence[UUID],
    given_up: Mapping[UUID, Sequence[OpenReservation]] = _NOTHING,
) -> Reserved:
    """Spend ``shelves`` (item → location → available units) on the demands, in their order.

    ``ranked`` are the locations that may be used, the preferred first. What is ``given_up`` for a group lies on
    the shelf when its turn comes, and what it does not take of it is there for those after it; a group that is
    refused gives nothing up.
    """
    left = {item: dict(at) for item, at in shelves.items()}
    reserved = Reserved()
    groups: dict[UUID, list[Demand]] = {}
    for demand in demands:
        groups.setdefault(demand.group_id, []).append(demand)
    for group_id, group in groups.items():
        own = given_up.get(group_id, ())
        _lay(own, left, +1)
        _place_group(group_id, group, left, ranked, reserved)
        if group_id in reserved.refused:
            _lay(own, left, -1)
    return reserved


def _lay(reservations: Sequence[OpenReservation], left: dict[UUID, dict[UUID, int]], sign: int) -> None:
    for each in reservations:
        if each.location_id in left.get(each.item_id, _EMPTY):
            left[each.item_id][each.location_id] += sign * each.open


def _place_group(group_id, group, left, ranked, reserved: Reserved) -> None:
    whole = _one_location(group, left, ranked)
    if whole is not None:
        for demand in group:
            left[demand.item_id][whole] -= demand.quantity
            reserved.placed[demand.demand_id] = {whole: demand.quantity}
        return
    spread, missing = _spread(group, left, ranked)
    if missing and any(demand.refuse for demand in group):
        _put_back(group, spread, left)
        reserved.refused[group_id] = _shortages(group, left, ranked)
        return
    reserved.placed.update(spread)
    reserved.short.update(missing)


def _one_location(group: Sequence[Demand], left: Shelves, ranked: Sequence[UUID]) -> UUID | None:
    """The first location that has the whole group, respecting pins; None when there is none."""
    wanted: dict[UUID, int] = {}
    pins = set()
    for demand in group:
        wanted[demand.item_id] = wanted.get(demand.item_id, 0) + demand.quantity
        if demand.location_id is not None:
            pins.add(demand.location_id)
    if len(pins) > 1:
        return None
    shelves = [(left.get(item, _EMPTY), units) for item, units in wanted.items()]
    for location in ranked:
        if pins and location not in pins:
            continue
        for shelf, units in shelves:
            if shelf.get(location, 0) < units:
                break
        else:
            return location
    return None


def _spread(group, left, ranked) -> tuple[dict[UUID, dict[UUID, int]], dict[UUID, int]]:
    """Take each demand from the locations in order until it has enough; also what is missing."""
    placed, missing = {}, {}
    for demand in group:
        shelf, wanted, takes = left.get(demand.item_id, _EMPTY), demand.quantity, {}
        for location in _allowed(demand, ranked):
            units = min(wanted, shelf.get(location, 0))
            if units > 0:
                takes[location] = units
                shelf[location] -= units
                wanted -= units
        if takes:
            placed[demand.demand_id] = takes
        if wanted:
            missing[demand.demand_id] = wanted
    return placed, missing


def _allowed(demand: Demand, ranked: Sequence[UUID]) -> Sequence[UUID]:
    if demand.location_id is None:
        return ranked
    return [location for location in ranked if location == demand.location_id]


def _put_back(group, placed, left) -> None:
    for demand in group:
        for location, units in placed.get(demand.demand_id, _EMPTY).items():
            left[demand.item_id][location] += units


def _shortages(group: Sequence[Demand], left: Shelves, ranked: Sequence[UUID]) -> list[Shortage]:
    """Each demand that could not be met in full, after the demands before it in the group took theirs."""
    spoken_for: dict[tuple[UUID, UUID], int] = {}
    shortages = []
    for demand in group:
        shelf, wanted, available = left.get(demand.item_id, _EMPTY), demand.quantity, 0
        for location in _allowed(demand, ranked):
            key = (demand.item_id, location)
            here = shelf.get(location, 0) - spoken_for.get(key, 0)
            available += here
            units = min(wanted, here)
            spoken_for[key] = spoken_for.get(key, 0) + units
            wanted -= units
        if wanted:
            shortages.append(Shortage(demand.demand_id, demand.item_id, demand.quantity, available))
    return shortages
