"""Decide where cleared orders are sent from, move their reservations there, and record why."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from fulfillment.actions.loading import Work, is_ready, load_network, load_work
from fulfillment.actions.recording import record_plans
from fulfillment.actions.schedule import schedule_release
from fulfillment.actions.telling import tell_orders
from fulfillment.models import Decision
from fulfillment.sourcing import OrderNeed, Plan, Site, plan_batch
from inventory.actions.reserve import rereserve_stock
from inventory.stock.values import Need, Placement, StockView
from orders.locks import lock_orders
from orders.models import Order

BATCH = 500


def allocate_orders(*, order_ids: Collection[UUID], trigger: str) -> list[Decision]:
    """Allocate up to `BATCH` orders, the oldest first, over one view of stock; returns the new decisions.

    ``trigger`` says what led here: a code of `fulfillment.queries.TRIGGERS`, or words of your own. Left alone
    are drafts, orders that are checked, held, cancelled, or that the floor has begun on. Doing it twice
    changes nothing the second time. The number of statements is the same for one order and for all of them.
    """
    return allocate_each(triggers=dict.fromkeys(order_ids, trigger))


def allocate_each(*, triggers: Mapping[UUID, str]) -> list[Decision]:
    """The same with a trigger for each order."""
    if len(triggers) > BATCH:
        raise ValueError(f"Allocate at most {BATCH} orders at a time: all of them stay locked until the commit.")
    ready = [order for order in lock_orders(triggers) if is_ready(order)]
    work = load_work(ready) if ready else []
    _leave_to_the_floor(ready, work)
    if not work:
        return []
    network = load_network()
    planner = _Planner([each.need for each in work], network.sites)
    rereserve_stock(needs=[need for each in work for need in each.stock_needs()], choose=planner)
    # Without a single need nobody asks the planner; then there is nothing to place either.
    plans = planner.plans or plan_batch(planner.needs, network.sites, {})
    schedule_release([each.order for each in work if plans[each.order.id].placed])
    return record_plans([(each, plans[each.order.id]) for each in work], triggers=triggers, network=network)


def _leave_to_the_floor(ready: Sequence[Order], work: Sequence[Work]) -> None:
    """What the floor has begun on stays where it is; its next step is told anew, a hold may have hidden it."""
    allocated = {each.order.id for each in work}
    begun = [order for order in ready if order.id not in allocated]
    tell_orders(begun)
    schedule_release(begun)


def allocate_order(*, order_id: UUID, trigger: str) -> Decision | None:
    """The new decision, or None when nothing changed."""
    return next(iter(allocate_orders(order_ids=[order_id], trigger=trigger)), None)


class _Planner:
    """What `rereserve_stock` asks under its locks; keeps the plans for those who record them."""

    def __init__(self, needs: Sequence[OrderNeed], sites: Sequence[Site]) -> None:
        self.needs, self.sites = needs, sites
        self.plans: dict[UUID, Plan] = {}

    def __call__(self, needs: Sequence[Need], view: StockView) -> list[Placement]:
        self.plans = plan_batch(self.needs, self.sites, view.available, view.held)
        return placements(list(self.plans.values()))


def placements(plans: Sequence[Plan]) -> list[Placement]:
    """The plans in inventory's words."""
    return [
        Placement(each.line_id, each.item_id, each.location_id, each.quantity) for plan in plans for each in plan.placed
    ]
