"""Write what was decided: the decision, who waits, the order's progress, the audit entry and the facts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from fulfillment.actions.loading import Network, Work
from fulfillment.events import OrderAllocated, OrderBackordered
from fulfillment.models import Backorder, Decision
from fulfillment.progress import PART_SHIPPED, due_at, location_codes, next_step_of, state_of
from fulfillment.sourcing import Plan
from fulfillment.sourcing.verdicts import candidate_rows
from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.events import Fact, publish
from oms.core.tenancy import unit
from orders.actions.progress import Progress, record_progress

Decided = tuple[Work, Plan]

WAITS_SINCE = """
ON CONFLICT (tenant_id, line_id) DO UPDATE SET
  waiting = excluded.waiting, item_id = excluded.item_id,
  since = CASE WHEN fulfillment_backorder.waiting = 0 THEN excluded.since ELSE fulfillment_backorder.since END
"""


def record_plans(decided: Sequence[Decided], *, triggers: Mapping[UUID, str], network: Network) -> list[Decision]:
    """Record each plan that differs from the decision in force; returns the new decisions.

    The caller holds the locks of the orders, and has moved their reservations.
    """
    fresh = [(work, plan) for work, plan in decided if not _same(plan, work.before)]
    decisions = [_decision(plan, triggers[plan.order_id]) for _, plan in fresh]
    insert_rows(Decision, [_row(each) for each in decisions])
    _write_backorders(decided)
    _write_progress(decided, {each.order_id for each in decisions}, network)
    record([_change(work, plan) for work, plan in fresh])
    publish([fact for (work, plan), each in zip(fresh, decisions, strict=True) for fact in _facts(work, plan, each)])
    return decisions


def _same(plan: Plan, before: Decision | None) -> bool:
    """Nothing to decide, or decided just so already."""
    return plan.wanted == 0 or (
        before is not None
        and _as_set(before.placements) == _as_set(placements_of(plan))
        and _as_set(before.shortages) == _as_set(shortages_of(plan))
        and before.pinned_location_id == plan.pinned
    )


def _as_set(rows: Sequence[dict]) -> set[tuple]:
    return {tuple(sorted(row.items())) for row in rows}


def placements_of(plan: Plan) -> list[dict]:
    """What the plan places, as a decision keeps it."""
    return [
        {
            "line_id": str(each.line_id), "item_id": str(each.item_id),
            "location_id": str(each.location_id), "quantity": each.quantity,
        }
        for each in plan.placed
    ]  # fmt: skip


def shortages_of(plan: Plan) -> list[dict]:
    """What the plan could not place, as a decision keeps it."""
    return [
        {"line_id": str(each.line_id), "item_id": str(each.item_id), "sku": each.sku, "quantity": each.quantity}
        for each in plan.short
    ]


def _decision(plan: Plan, trigger: str) -> Decision:
    return Decision(
        id=uuid7(),
        order_id=plan.order_id,
        trigger=trigger,
        strategy=plan.strategy,
        sentence=plan.sentence,
        placements=placements_of(plan),
        candidates=candidate_rows(plan),
        shortages=shortages_of(plan),
        at=unit().now,
    )


def _row(decision: Decision) -> dict:
    names = ("id", "order_id", "trigger", "strategy", "sentence", "placements", "candidates", "shortages", "at")
    return {name: getattr(decision, name) for name in names}


def _write_backorders(decided: Sequence[Decided]) -> None:
    """One row per line that waits or has waited; lines that never did get none."""
    known = defaultdict(dict)
    for row in Backorder.objects.filter(order_id__in=[work.order.id for work, _ in decided], waiting__gt=0):
        known[row.order_id][row.line_id] = row
    rows = []
    for work, plan in decided:
        waited = known[work.order.id]
        short = {each.line_id: each for each in plan.short}
        for line_id in short.keys() | waited.keys():
            now = short[line_id].quantity if line_id in short else 0
            if line_id not in waited or waited[line_id].waiting != now:
                item_id = (short if line_id in short else waited)[line_id].item_id
                rows.append(_backorder_row(work, line_id, item_id, now))
    insert_rows(Backorder, rows, on_conflict=WAITS_SINCE)


def _backorder_row(work: Work, line_id: UUID, item_id: UUID, waiting: int) -> dict:
    return {
        "id": uuid7(), "order_id": work.order.id, "line_id": line_id, "item_id": item_id,
        "waiting": waiting, "placed_at": work.order.placed_at, "since": unit().now,
    }  # fmt: skip


def _write_progress(decided: Sequence[Decided], changed: set[UUID], network: Network) -> None:
    rows = [_progress(work, plan, plan.order_id in changed, network) for work, plan in decided]
    record_progress([row for row, (work, _) in zip(rows, decided, strict=True) if _differs(row, work)])


def _progress(work: Work, plan: Plan, changed: bool, network: Network) -> Progress:
    codes = location_codes(plan)
    # A decision taken again must not put off when the order was due.
    keeps_date = not changed or (work.order.ship_by and codes == work.order.locations)
    return Progress(
        order_id=work.order.id,
        fulfillment_state=PART_SHIPPED if work.part_shipped else state_of(plan, len(work.unmatched)),
        next_step=next_step_of(plan, [line.sku for line in work.unmatched]),
        locations=codes,
        ship_by=work.order.ship_by if keeps_date else due_at(plan, network.clocks, unit().now),
    )


def _differs(row: Progress, work: Work) -> bool:
    order = work.order
    now = (order.fulfillment_state, order.next_step, list(order.locations), order.ship_by)
    return now != (row.fulfillment_state, row.next_step, list(row.locations), row.ship_by)


def _change(work: Work, plan: Plan) -> Change:
    return Change(
        verb="orders.allocate",
        sentence=plan.sentence,
        subjects=(("order", work.order.id),),
        before={"fulfillment_state": work.order.fulfillment_state, "locations": list(work.order.locations)},
        after={"fulfillment_state": state_of(plan, len(work.unmatched)), "locations": location_codes(plan)},
    )


def _facts(work: Work, plan: Plan, decision: Decision) -> list[Fact]:
    facts: list[Fact] = []
    if plan.placed:
        facts.append(OrderAllocated(work.order.id, decision.id, state_of(plan, len(work.unmatched))))
    if plan.short:
        lines = tuple(str(each.line_id) for each in plan.short)
        facts.append(OrderBackordered(work.order.id, decision.id, plan.units_short, lines))
    return facts
