"""The plan when a person has chosen the location: the same table of candidates, another sentence."""

from collections.abc import Sequence
from uuid import UUID

from fulfillment.sourcing.batch import Held, stock_by_item, units_held
from fulfillment.sourcing.candidates import candidates_for
from fulfillment.sourcing.explanation import explain_move
from fulfillment.sourcing.kits import Folded, has_kits
from fulfillment.sourcing.quantities import Quantities
from fulfillment.sourcing.ranking import ranked
from fulfillment.sourcing.splitter import split
from fulfillment.sourcing.values import MANUAL, Available, OrderNeed, Package, Plan, Site


class LacksStock(Exception):
    """The chosen location cannot even give what the order holds now; ``lacking`` is ``(sku, wanted, there)``."""

    def __init__(self, lacking: list[tuple[str, int, int]]) -> None:
        super().__init__(f"{len(lacking)} items are short")
        self.lacking = lacking


def plan_move(
    need: OrderNeed,
    target: UUID,
    sites: Sequence[Site],
    available: Available,
    held: Held,
    *,
    by: str,
    reason: str,
) -> Plan:
    """Everything to ``target``; raises `LacksStock` when the order would lose units by it.

    What the target has beyond what the order holds now is taken as well; the rest goes on waiting.
    """
    stock, wanted = stock_by_item(available), need.wanted()
    in_all = Quantities({item: sum(stock[item].values()) for item in wanted if item in stock})
    folded = Folded.of(need) if has_kits(need) else None
    obtainable = folded.obtainable(wanted & in_all, stock) if folded else wanted & in_all
    candidates = candidates_for(need.spot, obtainable, sites, stock, folded)
    order_of_merit = ranked(candidates, obtainable if folded else wanted, pinned=target)
    chosen = next(each for each in candidates if each.site.id == target)
    packages = [Package(chosen, chosen.offers)]
    if folded:
        packages, placed, short = folded.unfold(packages)
        order_of_merit = [folded.shown(each) for each in order_of_merit]
    else:
        placed, short = split(need.lines, packages)
    must_have = units_held(need, held) or wanted
    if not packages[0].contents.covers(must_have):
        raise LacksStock(_lacking(need, must_have, packages[0].contents))
    return Plan(
        order_id=need.order_id,
        strategy=MANUAL,
        wanted=wanted.total(),
        packages=tuple(packages),
        placed=placed,
        short=short,
        candidates=tuple(order_of_merit),
        sentence=explain_move(wanted.total(), packages[0], short, by=by, reason=reason),
        pinned=target,
    )


def _lacking(need: OrderNeed, must_have: Quantities, offers: Quantities) -> list[tuple[str, int, int]]:
    skus = {line.item_id: line.sku for line in need.lines}
    return [(skus[item], units, offers[item]) for item, units in must_have.items() if offers[item] < units]
