"""Find another place for units of an order that the floor has begun on, by the same pipeline as the first time."""

from collections.abc import Sequence
from uuid import UUID

from fulfillment.actions.allocate import placements
from fulfillment.actions.loading import load_network
from fulfillment.actions.recording import WAITS_SINCE, placements_of, shortages_of
from fulfillment.actions.schedule import schedule_release
from fulfillment.models import Backorder, Decision, FulfillmentLine
from fulfillment.queries import newest_decisions
from fulfillment.sourcing import LineNeed, OrderNeed, Plan, Site, locate, plan_batch
from fulfillment.sourcing.explanation import joined, units
from fulfillment.sourcing.verdicts import candidate_rows
from inventory.actions.reserve import rereserve_stock
from inventory.stock.values import Need, Placement, StockView
from oms.core.addresses import Address
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit
from orders.models import Order, OrderLine

ELSEWHERE, PART_ELSEWHERE, WAITS = "elsewhere", "part_elsewhere", "waits"


def place_elsewhere(order: Order, line: FulfillmentLine, *, missing: int, avoid: UUID, told: str) -> tuple[str, str]:
    """Reserve the missing units at other locations; what nobody has waits for stock.

    Returns the outcome and one sentence for who stands at the shelf. The caller holds the order's lock.
    """
    order_line = OrderLine.objects.get(id=line.order_line_id)
    sites = [site for site in load_network().sites if site.id != avoid]
    need = OrderNeed(
        order.id, order.placed_at, locate(Address.from_json(order.ship_to)),
        (LineNeed(order_line.id, line.item_id, line.item.sku, missing),),
    )  # fmt: skip
    chooser = _Keeper(need, sites)
    rereserve_stock(needs=[Need(order.id, order_line.id, line.item_id, order_line.to_ship)], choose=chooser)
    plan = chooser.plan
    _record(order, line, plan, missing=missing, avoid=avoid, told=told)
    if plan.placed:
        schedule_release([order])
    return _in_words(plan)


class _Keeper:
    """Keeps what the line holds wherever that is, and places only what it lacks."""

    plan: Plan

    def __init__(self, need: OrderNeed, sites: Sequence[Site]) -> None:
        self.need, self.sites = need, sites

    def __call__(self, needs: Sequence[Need], view: StockView) -> list[Placement]:
        [need] = needs
        held = view.held.get(need.demand_id, {})
        free = {
            (item, location): count - (held.get(location, 0) if item == need.item_id else 0)
            for (item, location), count in view.available.items()
        }
        self.plan = plan_batch([self.need], self.sites, free)[self.need.order_id]
        kept = [Placement(need.demand_id, need.item_id, location, count) for location, count in held.items()]
        return [*kept, *placements([self.plan])]


def _record(order: Order, line: FulfillmentLine, plan: Plan, *, missing: int, avoid: UUID, told: str) -> None:
    before = newest_decisions([order.id]).get(order.id)
    insert_rows(
        Decision,
        [
            {
                "id": uuid7(), "order_id": order.id, "trigger": "short_pick", "strategy": plan.strategy,
                "sentence": f"{told} {plan.sentence}", "candidates": candidate_rows(plan), "at": unit().now,
                "placements": _placements(before.placements if before else [], line, plan, missing, avoid),
                "shortages": [*(before.shortages if before else []), *shortages_of(plan)],
            }
        ],
    )  # fmt: skip
    if plan.short:
        row = {
            "id": uuid7(), "order_id": order.id, "line_id": line.order_line_id, "item_id": line.item_id,
            "waiting": plan.units_short, "placed_at": order.placed_at, "since": unit().now,
        }  # fmt: skip
        grows = WAITS_SINCE.replace(
            "waiting = excluded.waiting", "waiting = fulfillment_backorder.waiting + excluded.waiting"
        )
        insert_rows(Backorder, [row], on_conflict=grows)


def _placements(rows: list[dict], line: FulfillmentLine, plan: Plan, missing: int, avoid: UUID) -> list[dict]:
    """The decision in force, with the missing units where they are now."""
    kept = []
    for row in rows:
        if row["line_id"] == str(line.order_line_id) and row["location_id"] == str(avoid):
            row = {**row, "quantity": row["quantity"] - missing}
        if row["quantity"] > 0:
            kept.append(row)
    return [*kept, *placements_of(plan)]


def _in_words(plan: Plan) -> tuple[str, str]:
    places = joined([each.candidate.site.name for each in plan.packages]) if plan.packages else ""
    if not plan.short:
        return ELSEWHERE, f"{places} will ship {'this one' if plan.units_placed == 1 else 'these'}. Go on."
    if not plan.placed:
        return WAITS, f"{units(plan.units_short)} {'waits' if plan.units_short == 1 else 'wait'} for stock. Go on."
    return PART_ELSEWHERE, f"{places} will ship {plan.units_placed}; {plan.units_short} wait for stock. Go on."
