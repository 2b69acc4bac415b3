"""Kits on their way through the pipeline: what belongs together is planned as one thing, and told as its parts.

An order with kits is *folded*: a kit whose components one location must send is one thing there, made of several
items; a component of a kit that ships in parts, and any other line, is a thing of its own. Locations offer things,
the allocator takes things; `unfold` says what that means for lines. A kit is planned whole or not at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID, uuid5

from fulfillment.sourcing.quantities import Quantities
from fulfillment.sourcing.values import Candidate, LineNeed, OrderNeed, Package, Placed, Short

# item → location → units
Stock = Mapping[UUID, Mapping[UUID, int]]


@dataclass(frozen=True)
class Thing:
    """``wanted`` of something made of these lines, so many units of each. Those of one ``together`` come in step."""

    key: UUID
    wanted: int
    lines: tuple[tuple[LineNeed, int], ...]
    together: UUID | None = None

    @cached_property
    def items(self) -> Quantities:
        """What one of it takes from a shelf."""
        return Quantities.summed((line.item_id, units) for line, units in self.lines)


@dataclass(frozen=True)
class Folded:
    """An order as things, those that find the fewest places first."""

    things: tuple[Thing, ...]

    @classmethod
    def of(cls, need: OrderNeed) -> "Folded":
        by_kit: dict[UUID, list[LineNeed]] = {}
        for line in need.lines:
            if line.kit:
                by_kit.setdefault(line.kit.kit_line_id, []).append(line)
        whole, in_parts, single = [], [], [_single(line, line.quantity) for line in need.lines if not line.kit]
        for key, lines in by_kit.items():
            kits = min(line.quantity // line.kit.per_kit for line in lines)
            parts = tuple((line, line.kit.per_kit) for line in lines)
            if lines[0].kit.in_parts:
                in_parts += [Thing(line.line_id, kits * units, ((line, 1),), key) for line, units in parts if kits]
            elif kits:
                whole.append(Thing(key, kits, parts))
            # What of a kit has been sent already leaves a rest that belongs together no more.
            single += [
                _single(line, rest, key=uuid5(line.line_id, "rest"))
                for line, units in parts
                if (rest := line.quantity - kits * units)
            ]
        return cls((*whole, *in_parts, *single))

    def obtainable(self, at_most: Quantities, stock: Stock) -> Quantities:
        """Thing → how many can be had of it in all, where so much of each item is free."""
        left, found = dict(at_most.items()), {}
        for things in self._in_step():
            count = min(self._fit(thing, left, stock) for thing in things)
            for thing in things:
                found[thing.key] = count * thing.lines[0][0].kit.per_kit if thing.together else count
                for item, units in thing.items.items():
                    left[item] = left.get(item, 0) - found[thing.key] * units
        return Quantities(found)

    def offers(self, wanted: Quantities, site_id: UUID, stock: Stock) -> Quantities:
        """Thing → how many of those wanted this location has, beside each other."""
        left, found = {}, {}
        for thing in self.things:
            for item in thing.items:
                left.setdefault(item, stock.get(item, {}).get(site_id, 0))
            count = min(wanted[thing.key], *(left[item] // units for item, units in thing.items.items()))
            found[thing.key] = max(0, count)
            for item, units in thing.items.items():
                left[item] -= found[thing.key] * units
        return Quantities(found)

    def items_of(self, things: Quantities) -> Quantities:
        """The units of items that these things are made of."""
        counted = ((thing, things[thing.key]) for thing in self.things)
        return Quantities.summed(
            (item, count * units) for thing, count in counted for item, units in thing.items.items()
        )

    def shown(self, candidate: Candidate) -> Candidate:
        """The same, its offers told in items."""
        return replace(candidate, offers=self.items_of(candidate.offers))

    def unfold(self, packages: Sequence[Package]) -> tuple[list[Package], tuple[Placed, ...], tuple[Short, ...]]:
        """What the packages of things mean: packages of items, placements of lines, and what is short."""
        owed = {thing.key: thing.wanted for thing in self.things}
        placed: dict[tuple[UUID, UUID], Placed] = {}
        for package in packages:
            for thing in self.things:
                count = package.contents[thing.key]
                owed[thing.key] -= count
                for line, units in thing.lines if count else ():
                    _add(placed, line, package.candidate.site.id, count * units)
        real = [Package(self.shown(each.candidate), self.items_of(each.contents)) for each in packages]
        return real, tuple(placed.values()), _short(self.things, owed)

    def _in_step(self) -> Iterable[list[Thing]]:
        """Things by themselves, and those that only make sense together."""
        groups: dict[UUID, list[Thing]] = {}
        for thing in self.things:
            groups.setdefault(thing.together or thing.key, []).append(thing)
        return groups.values()

    def _fit(self, thing: Thing, left: Mapping[UUID, int], stock: Stock) -> int:
        """How many of it (kits, for a part of one) so much of each item makes, at locations by themselves if whole."""
        fits = min(left.get(item, 0) // units for item, units in thing.items.items())
        if thing.together:
            return max(0, min(thing.wanted, fits) // thing.lines[0][0].kit.per_kit)
        sites = {site for item in thing.items for site in stock.get(item, {})}
        return max(0, min(thing.wanted, fits, sum(_at(thing, site, stock) for site in sites)))


def has_kits(need: OrderNeed) -> bool:
    return any(line.kit for line in need.lines)


def _single(line: LineNeed, units: int, *, key: UUID | None = None) -> Thing:
    return Thing(key or line.line_id, units, ((line, 1),))


def _at(thing: Thing, site: UUID, stock: Stock) -> int:
    return max(0, min(stock.get(item, {}).get(site, 0) // units for item, units in thing.items.items()))


def _add(placed: dict[tuple[UUID, UUID], Placed], line: LineNeed, site_id: UUID, units: int) -> None:
    before = placed.get((line.line_id, site_id))
    placed[line.line_id, site_id] = Placed(
        line.line_id, line.item_id, site_id, units + (before.quantity if before else 0)
    )


def _short(things: Sequence[Thing], owed: Mapping[UUID, int]) -> tuple[Short, ...]:
    units: dict[UUID, int] = {}
    lines: dict[UUID, LineNeed] = {}
    for thing in things:
        for line, each in thing.lines:
            lines[line.line_id] = line
            units[line.line_id] = units.get(line.line_id, 0) + owed[thing.key] * each
    return tuple(Short(key, lines[key].item_id, lines[key].sku, count) for key, count in units.items() if count)
