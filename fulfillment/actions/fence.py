"""After units were canceled: what is in work keeps its reservation, and the rest gives back what is owed no more."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.models import FulfillmentLine
from inventory.actions.reserve import rereserve_stock
from inventory.stock.values import Need, Placement, StockView
from orders.actions.work import lines_in_work
from orders.models import Order

# line → location → units
ByPlace = Mapping[UUID, Mapping[UUID, int]]


def keep_for_work(orders: Collection[Order]) -> None:
    """Canceling gives back the newest reservation, which may be that of units being picked: put that right.

    The caller holds the orders' locks. Orders the floor has not begun on are left to allocation.
    """
    lines = [line for line in lines_in_work([order.id for order in orders]) if line.in_work]
    if not lines:
        return
    working: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    rows = FulfillmentLine.objects.filter(
        order_line_id__in=[line.id for line in lines], fulfillment_order__state__in=lifecycle.OPEN
    )
    for row in rows.select_related("fulfillment_order"):
        working[row.order_line_id][row.fulfillment_order.location_id] += row.quantity - row.short
    needs = [Need(line.order_id, line.id, line.item_id, line.to_ship) for line in lines]
    rereserve_stock(needs=needs, choose=lambda asked, view: _keep(asked, view, working))


def _keep(needs: Sequence[Need], view: StockView, working: ByPlace) -> list[Placement]:
    free = dict(view.available)
    for need in needs:
        for location, units in view.held.get(need.demand_id, {}).items():
            free[need.item_id, location] = free.get((need.item_id, location), units) - units
    kept = []
    for need in needs:
        for location, units in _shares(need, view.held.get(need.demand_id, {}), working[need.demand_id], free).items():
            kept.append(Placement(need.demand_id, need.item_id, location, units))
    return kept


def _shares(
    need: Need, held: Mapping[UUID, int], working: Mapping[UUID, int], free: dict[tuple[UUID, UUID], int]
) -> dict[UUID, int]:
    """First what is in work, from what is held there and then from the shelf; then the rest of what is held."""
    left, shares = need.quantity, defaultdict(int)
    for location, wanted in working.items():
        had = min(wanted, held.get(location, 0), left)
        more = max(0, min(wanted - had, free.get((need.item_id, location), 0), left - had))
        shares[location] += had + more
        left -= had + more
        if more:
            free[need.item_id, location] -= more
    for location, units in held.items():
        rest = min(units - min(units, shares[location]), left)
        shares[location] += rest
        left -= rest
    return {location: units for location, units in shares.items() if units}
