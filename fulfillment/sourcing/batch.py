"""Plan many orders against one shrinking view of stock, the oldest first.

An order never gets units that a later one of the same batch already holds, though it may swap places with
it: what was promised stays promised.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from fulfillment.sourcing.allocator import Refit, allocate
from fulfillment.sourcing.candidates import candidates_for
from fulfillment.sourcing.explanation import explain
from fulfillment.sourcing.kits import Folded, has_kits
from fulfillment.sourcing.quantities import Quantities
from fulfillment.sourcing.ranking import ranked
from fulfillment.sourcing.splitter import split
from fulfillment.sourcing.values import PINNED, ROUTED, Available, OrderNeed, Package, Plan, Site

# line → location → units it holds now.
Held = Mapping[UUID, Mapping[UUID, int]]
# (order, item) → the most units it may have.
Most = Mapping[tuple[UUID, UUID], int]


def plan_batch(
    needs: Sequence[OrderNeed], sites: Sequence[Site], available: Available, held: Held | None = None,
    most: Most | None = None,
) -> dict[UUID, Plan]:  # fmt: skip
    """A plan per order. ``available`` includes what these orders hold now, as ``held`` says.

    Where ``most`` says so an order gets no more, and what it holds beyond that is there for others.
    """
    stock = stock_by_item(available)
    wanted = {need.order_id: _at_most(need, most or {}) for need in needs}
    holds = {need.order_id: units_held(need, held or {}) & wanted[need.order_id] for need in needs}
    # Units that orders still to come hold already; it shrinks order by order, like the stock.
    promised: Counter[UUID] = Counter()
    for each in holds.values():
        promised.update(dict(each.items()))
    aside = {} if most else _set_aside(needs, held or {}, stock, promised, holds)
    plans = {}
    for need in sorted(needs, key=lambda each: (each.placed_at, each.order_id)):
        if need.order_id in aside:
            _lay(stock, aside[need.order_id], +1)
        else:
            promised.subtract(dict(holds[need.order_id].items()))
        plan = _plan(need, sites, stock, promised, wanted[need.order_id])
        _take(stock, plan.packages)
        plans[need.order_id] = plan
    return plans


def _set_aside(
    needs: Sequence[OrderNeed], held: Held, stock: dict[UUID, dict[UUID, int]], promised: Counter[UUID],
    holds: Mapping[UUID, Quantities],
) -> dict[UUID, list[tuple[UUID, UUID, int]]]:  # fmt: skip
    """What orders with kits hold is kept for them where it lies: elsewhere, the parts of a kit might not meet again.

    Returns order → (item, location, units), taken from the stock until the order's turn.
    """
    aside = {}
    for need in needs:
        if has_kits(need):
            shelves = [
                (line.item_id, place, units)
                for line in need.lines
                for place, units in held.get(line.line_id, {}).items()
                if place in stock.get(line.item_id, {})
            ]
            _lay(stock, shelves, -1)
            promised.subtract(dict(holds[need.order_id].items()))
            aside[need.order_id] = shelves
    return aside


def _lay(stock: dict[UUID, dict[UUID, int]], shelves: Sequence[tuple[UUID, UUID, int]], sign: int) -> None:
    for item_id, place, units in shelves:
        stock[item_id][place] += sign * units


def stock_by_item(available: Available) -> dict[UUID, dict[UUID, int]]:
    stock: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for (item_id, location_id), units in available.items():
        stock[item_id][location_id] = units
    return stock


def units_held(need: OrderNeed, held: Held) -> Quantities:
    """What an order has already been promised, wherever it lies; never more than it needs."""
    return Quantities.summed(
        (line.item_id, min(line.quantity, sum(held.get(line.line_id, {}).values()))) for line in need.lines
    )


def _at_most(need: OrderNeed, most: Most) -> Quantities:
    wanted = need.wanted()
    return Quantities({item: min(count, most.get((need.order_id, item), count)) for item, count in wanted.items()})


def _plan(
    need: OrderNeed, sites: Sequence[Site], stock: dict[UUID, dict[UUID, int]], promised: Mapping[UUID, int],
    at_most: Quantities,
) -> Plan:  # fmt: skip
    wanted = need.wanted()
    free = {item: sum(stock[item].values()) - promised.get(item, 0) for item in wanted if item in stock}
    free_for_it = at_most & Quantities(free)
    folded = Folded.of(need) if has_kits(need) else None
    obtainable = folded.obtainable(free_for_it, stock) if folded else free_for_it
    candidates = candidates_for(need.spot, obtainable, sites, stock, folded)
    packages, _ = allocate(obtainable, candidates, pinned=need.pinned, refit=_refit(folded, stock))
    order_of_merit = tuple(ranked(candidates, obtainable, pinned=need.pinned))
    if folded:
        packages, placed, short = folded.unfold(packages)
        order_of_merit = tuple(map(folded.shown, order_of_merit))
    else:
        placed, short = split(need.lines, packages)
    first = packages[0].candidate.site.id if packages else None
    strategy = PINNED if need.pinned and first == need.pinned else ROUTED
    return Plan(
        order_id=need.order_id,
        strategy=strategy,
        wanted=wanted.total(),
        packages=tuple(packages),
        placed=placed,
        short=short,
        candidates=order_of_merit,
        sentence=explain(wanted.total(), packages, order_of_merit, short, pinned=strategy == PINNED),
        pinned=need.pinned,
    )


def _refit(folded: Folded | None, stock: Mapping[UUID, Mapping[UUID, int]]) -> Refit | None:
    if folded is None:
        return None
    return lambda each, wanted: replace(each, offers=folded.offers(wanted, each.site.id, stock))


def _take(stock: dict[UUID, dict[UUID, int]], packages: Sequence[Package]) -> None:
    for package in packages:
        for item_id, units in package.contents.items():
            stock[item_id][package.candidate.site.id] -= units
