"""Kits: items that are sold as one and have no stock of their own. Pure.

How many there are is how many their components make up: at each location by itself, then summed; over all
locations together only where a kit may ship in parts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inventory.stock.offering import Offer, Rules, Shelves, offer
from oms.core.errors import FieldError

GOODS, KIT = KINDS = ("goods", "kit")
# Two levels of kits of that many components of so many units stay below the largest quantity of a line.
COMPONENTS_MAX, PER_KIT_MAX, LEVELS = 100, 10_000, 2
NO_STOCK = "A kit has no stock of its own: assemble it as goods, or receive its components."


def kit_problems(kinds: Sequence[tuple[str, str | None]]) -> list[FieldError]:
    """Of (field, kind of the item it names): kits, where only what has stock of its own can stand."""
    return [FieldError(field, "kit_has_no_stock", NO_STOCK) for field, kind in kinds if kind == KIT]


# Item → component → units.
Bills = Mapping[UUID, Mapping[UUID, int]]


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit down to the items that are stocked: leaf → units in one kit."""

    id: UUID
    leaves: Mapping[UUID, int]
    ships_in_parts: bool = False


@dataclass(frozen=True, slots=True)
class Tight:
    """Why there are no more kits at a location: the ``item`` of which there is least; None is all locations."""

    item_id: UUID
    location_id: UUID | None
    kits: int


def flatten(item_id: UUID, bills: Bills) -> dict[UUID, int]:
    """What one is made of, down to what ``bills`` says nothing of: leaf → units. The bills have no cycle."""
    units: dict[UUID, int] = {}
    for component, count in bills[item_id].items():
        parts = flatten(component, bills) if component in bills else {component: 1}
        for leaf, each in parts.items():
            units[leaf] = units.get(leaf, 0) + count * each
    return units


def way_back(item_id: UUID, bills: Bills) -> tuple[UUID, ...]:
    """The first way on which an item contains itself, like (A, B, A); empty where there is none."""
    ways, seen = [(item_id,)], set()
    while ways:
        way = ways.pop(0)
        for component in bills.get(way[-1], {}):
            if component == item_id:
                return (*way, component)
            if component not in seen:
                seen.add(component)
                ways.append((*way, component))
    return ()


def way_too_deep(kits: Collection[UUID], bills: Bills) -> tuple[UUID, ...]:
    """The first chain of more kits in kits than `LEVELS`, from the outermost; empty where there is none."""
    ways = [(kit,) for kit in sorted(kits)]
    while ways:
        way = ways.pop(0)
        if len(way) > LEVELS:
            return way
        ways += [(*way, component) for component in bills.get(way[-1], {}) if component in kits]
    return ()


def made_up_at(kit: Kit, at: Mapping[UUID, Mapping[UUID, int]]) -> dict[UUID, int]:
    """Location → kits that its units make up; ``at`` is leaf → location → units."""
    places = dict.fromkeys(place for leaf in kit.leaves for place in at.get(leaf, {}))
    return {
        place: min(at.get(leaf, {}).get(place, 0) // count for leaf, count in kit.leaves.items()) for place in places
    }


def made_up(kit: Kit, at: Mapping[UUID, Mapping[UUID, int]]) -> int:
    """How many kits there are: what an order can take of them."""
    if kit.ships_in_parts:
        return min(sum(at.get(leaf, {}).values()) // count for leaf, count in kit.leaves.items())
    return sum(made_up_at(kit, at).values())


def tightest(kit: Kit, at: Mapping[UUID, Mapping[UUID, int]], names: Mapping[UUID, str]) -> Iterator[Tight]:
    """At each location (in all, for a kit in parts) the component of which there is least, by its name at a tie."""
    if kit.ships_in_parts:
        shelves: Iterable = [(None, {leaf: sum(at.get(leaf, {}).values()) for leaf in kit.leaves})]
    else:
        shelves = [
            (place, {leaf: at.get(leaf, {}).get(place, 0) for leaf in kit.leaves}) for place in made_up_at(kit, at)
        ]
    for place, units in shelves:
        kits, _, leaf = min((units[leaf] // count, names.get(leaf, ""), leaf) for leaf, count in kit.leaves.items())
        yield Tight(leaf, place, kits)


def offer_kit(kit: Kit, shelves: Mapping[UUID, Shelves], rules: Rules) -> Offer:
    """What a channel may show of a kit: what it may show of the components makes up so many.

    Buffers and shares of the components are taken off them. Of the kit itself count the rules that name it: one
    for every item has been taken off its components already.
    """
    at = {leaf: dict(shelves.get(leaf, ())) for leaf in kit.leaves}
    components = {leaf: offer(leaf, shelves.get(leaf, ()), rules) for leaf in kit.leaves}
    available = made_up(kit, at)
    own = rules.buffers_naming(kit.id)
    free = max(0, _beside_buffers(kit, at, rules, own) - own.get(None, 0))
    free = min(free, _whole(kit, {leaf: each.available - each.kept_back for leaf, each in components.items()}))
    pools, of_components = rules.pools_naming(kit.id), {leaf: each.offered for leaf, each in components.items()}
    open_to = min(max(0, free - pools), _whole(kit, of_components))
    left = rules.shared_naming(kit.id, open_to)
    return Offer(available, available - free, free - left)


def _beside_buffers(kit: Kit, at: Mapping[UUID, Mapping[UUID, int]], rules: Rules, own: Mapping) -> int:
    """Kits that can be made up beside what each location keeps back, of its components and of the kit."""
    beside = {}
    for leaf, shelf in at.items():
        kept = rules.buffers(leaf)
        beside[leaf] = {place: max(0, units - kept.get(place, 0)) for place, units in shelf.items()}
    if kit.ships_in_parts:
        return made_up(kit, beside) - sum(units for place, units in own.items() if place is not None)
    return sum(max(0, kits - own.get(place, 0)) for place, kits in made_up_at(kit, beside).items())


def _whole(kit: Kit, units: Mapping[UUID, int]) -> int:
    return min(units[leaf] // count for leaf, count in kit.leaves.items())


def arriving_kits(
    kit: Kit, at: Mapping[UUID, Mapping[UUID, int]], coming: Sequence[tuple[object, UUID, UUID, int]]
) -> list[tuple[object, int]]:
    """(day, kits more) from components that arrive: (day, leaf, location, units), in the order of their days."""
    shelves = {leaf: dict(at.get(leaf, {})) for leaf in kit.leaves}
    before, found = made_up(kit, shelves), []
    for day, leaf, place, units in coming:
        shelves[leaf][place] = shelves[leaf].get(place, 0) + units
        now = made_up(kit, shelves)
        if now > before:
            found.append((day, now - before))
        before = now
    return found
