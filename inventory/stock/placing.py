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
    """Take each demand from the locations in order until it has enough; also what is missing.

    Kits choose first: what belongs together finds fewer places than what stands alone.
    """
    placed: dict[UUID, dict[UUID, int]] = {}
    kits, single = _kits_and_single(group)
    for components in kits:
        _spread_kit(components, left, ranked, placed)
    for demand in single:
        takes = _take(demand, demand.quantity, left, ranked)
        if takes:
            placed[demand.demand_id] = takes
    held = {demand_id: sum(takes.values()) for demand_id, takes in placed.items()}
    missing = {each.demand_id: each.quantity - held.get(each.demand_id, 0) for each in group}
    return placed, {demand_id: units for demand_id, units in missing.items() if units}


def _kits_and_single(group: Sequence[Demand]) -> tuple[list[list[Demand]], list[Demand]]:
    """The components of each kit, those from one location first; and the demands that are of no kit."""
    kits: dict[UUID, list[Demand]] = {}
    for demand in group:
        if demand.kit:
            kits.setdefault(demand.kit.demand_id, []).append(demand)
    whole_first = sorted(kits.values(), key=lambda components: components[0].kit.in_parts)
    return whole_first, [demand for demand in group if not demand.kit]


def _spread_kit(components: Sequence[Demand], left, ranked, placed) -> None:
    """Whole kits, or none of it: at each location what it has of them, or from everywhere what belongs together."""
    wanted = components[0].quantity // components[0].kit.per_kit
    if components[0].kit.in_parts:
        kits = min(wanted, *(_free(each, left, ranked) // each.kit.per_kit for each in components))
        for each in components if kits else ():
            placed[each.demand_id] = _take(each, kits * each.kit.per_kit, left, ranked)
        return
    for location in _allowed(components[0], ranked):
        has = (left.get(each.item_id, _EMPTY).get(location, 0) // each.kit.per_kit for each in components)
        kits = min(wanted, *has)
        for each in components if kits > 0 else ():
            left[each.item_id][location] -= kits * each.kit.per_kit
            placed.setdefault(each.demand_id, {})[location] = kits * each.kit.per_kit
        wanted -= max(kits, 0)


def _take(demand: Demand, wanted: int, left, ranked) -> dict[UUID, int]:
    shelf, takes = left.get(demand.item_id, _EMPTY), {}
    for location in _allowed(demand, ranked):
        units = min(wanted, shelf.get(location, 0))
        if units > 0:
            takes[location] = units
            shelf[location] -= units
            wanted -= units
    return takes


def _free(demand: Demand, left, ranked) -> int:
    shelf = left.get(demand.item_id, _EMPTY)
    return sum(max(0, shelf.get(location, 0)) for location in _allowed(demand, ranked))


def _allowed(demand: Demand, ranked: Sequence[UUID]) -> Sequence[UUID]:
    if demand.location_id is None:
        return ranked
    return [location for location in ranked if location == demand.location_id]


def _put_back(group, placed, left) -> None:
    for demand in group:
        for location, units in placed.get(demand.demand_id, _EMPTY).items():
            left[demand.item_id][location] += units


def _shortages(group: Sequence[Demand], left: Shelves, ranked: Sequence[UUID]) -> list[Shortage]:
    """What could not be met in full, a kit as a whole, after those before it took theirs; in the group's order."""
    shelves = {item: dict(at) for item, at in left.items()}
    _, missing = _spread(group, shelves, ranked)
    shortages: dict[UUID, Shortage] = {}
    for demand in group:
        if short := missing.get(demand.demand_id, 0):
            each = _shortage(demand, short)
            shortages[each.demand_id] = each
    return list(shortages.values())


def _shortage(demand: Demand, short: int) -> Shortage:
    available = demand.quantity - short
    if demand.kit is None:
        return Shortage(demand.demand_id, demand.item_id, demand.quantity, available)
    per = demand.kit.per_kit
    return Shortage(demand.kit.demand_id, demand.kit.item_id, demand.quantity // per, available // per)
