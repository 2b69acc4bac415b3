"""The lines of orders as cancelling sees them, and the money that goes back for what was canceled."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from uuid import UUID

from inventory.book import open_of_demands
from oms.core.errors import OmsError
from oms.core.money import ZERO
from orders.cancelling import LineNow
from orders.lifecycle import CANCELLED
from orders.models import Order, OrderLine
from orders.queries.money import agreed_of, money_of_order, refund_plan
from orders.queries.reading import lines_of
from orders.refunding import RefundDraft, RefundPlan


def lines_now(order_ids: Collection[UUID]) -> dict[UUID, list[LineNow]]:
    """Order id → its lines with what is reserved for each; two statements."""
    lines = lines_of(order_ids)
    held: dict[UUID, int] = defaultdict(int)
    for each in open_of_demands([line.id for of_order in lines.values() for line in of_order]):
        held[each.demand_id] += each.open
    return {
        order_id: [
            LineNow(
                line.id, line.position, line.kind, line.title or line.sku or line.kind,
                line.quantity, line.cancelled, line.in_work, line.shipped, held[line.id], line.kit_line_id,
                line.per_kit,
            )
            for line in of_order
        ]
        for order_id, of_order in lines.items()
    }  # fmt: skip


def preview_money_back(order: Order, units: Mapping[UUID, int], *, whole: bool) -> RefundPlan | None:
    """What would go back, and to which payments, if so many units were canceled; None where nothing is owed."""
    lines, then = lines_of([order.id]).get(order.id, []), copy(order)
    before = {line.id: line.cancelled for line in lines}
    for line in lines:
        line.cancelled += units.get(line.id, 0)
    then.state = CANCELLED if whole else order.state
    draft = owed_for_cancelled(then, lines, before)
    plan = None if draft is None else refund_plan(then, draft, agreed_of([then]))
    return plan if isinstance(plan, RefundPlan) else None


def owed_for_cancelled(
    order: Order, lines: Sequence[OrderLine], before: Mapping[UUID, int], *, reason: str = ""
) -> RefundDraft | None:
    """The refund of the units canceled since ``before`` (line → units canceled then); None where nothing is owed.

    Where less was paid than they are worth, all that is owed goes back as one sum.
    """
    money = money_of_order(order, lines)
    left = {each.line_id: each.units_left for each in money.lines}
    units = {line.id: min(line.cancelled - before.get(line.id, 0), left.get(line.id, 0)) for line in lines}
    units = {line_id: count for line_id, count in units.items() if count > 0}
    if not money.owed_to_customer or not units:
        return None
    draft = RefundDraft(order.id, units, reason=f"Canceled: {reason}")
    plan = refund_plan(order, draft, agreed_of([order]))
    worth = ZERO if isinstance(plan, OmsError) else sum((each.goods + each.tax for each in plan.lines), ZERO)
    if isinstance(plan, OmsError) or worth > money.owed_to_customer:
        return replace(draft, lines={}, goodwill=money.owed_to_customer)
    return draft
