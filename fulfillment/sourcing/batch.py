"""Plan many orders against one shrinking view of stock, the oldest first.

An order never gets units that a later one of the same batch already holds, though it may swap places with
it: what was promised stays promised.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from fulfillment.sourcing.allocator import allocate
from fulfillment.sourcing.candidates import candidates_for
from fulfillment.sourcing.explanation import explain
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
    plans = {}
    for need in sorted(needs, key=lambda each: (each.placed_at, each.order_id)):
        promised.subtract(dict(holds[need.order_id].items()))
        plan = _plan(need, sites, stock, promised, wanted[need.order_id])
        _take(stock, plan.packages)
        plans[need.order_id] = plan
    return plans


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
    obtainable = at_most & Quantities(free)
    candidates = candidates_for(need.spot, obtainable, sites, stock)
    packages, _ = allocate(obtainable, candidates, pinned=need.pinned)
    placed, short = split(need.lines, packages)
    first = packages[0].candidate.site.id if packages else None
    strategy = PINNED if need.pinned and first == need.pinned else ROUTED
    order_of_merit = tuple(ranked(candidates, obtainable, pinned=need.pinned))
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


def _take(stock: dict[UUID, dict[UUID, int]], packages: Sequence[Package]) -> None:
    for package in packages:
        for item_id, units in package.contents.items():
            stock[item_id][package.candidate.site.id] -= units
