"""Screen orders: judge each, keep what was seen and said, hold or clear. A constant number of statements."""

from collections.abc import Collection, Sequence
from uuid import UUID

from oms.core.audit import Change, record
from oms.core.db.bulk import insert_rows
from oms.core.db.keys import uuid7
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.actions.settling import settle_holds
from orders.events import OrderHeld
from orders.lifecycle import CHECKING
from orders.locks import lock_orders
from orders.models import Hold, Order, Screening
from orders.queries.screening import sheets_of
from orders.screening.judging import VERSION, Judgement, judge

SET_BY = "Screening"


def screen_orders(*, order_ids: Collection[UUID]) -> dict[UUID, Judgement]:
    """Judge those of the orders that are still being checked, and place the holds that follow.

    Publishes `OrderHeld` or `OrderCleared` for each.
    """
    orders = [order for order in lock_orders(order_ids) if order.state == CHECKING]
    if not orders:
        return {}
    judged = {sheet.order_id: judge(sheet) for sheet in sheets_of(orders)}
    insert_rows(Screening, [_screening_row(order.id, judged[order.id]) for order in orders])
    insert_rows(
        Hold,
        [row for order in orders for row in _hold_rows(order.id, judged[order.id])],
        on_conflict="ON CONFLICT DO NOTHING",
    )
    record([Change("orders.screen", judged[order.id].sentence, (("order", order.id),)) for order in orders])
    publish(_held(orders, judged))
    settle_holds(orders)
    return judged


def _held(orders: Sequence[Order], judged: dict[UUID, Judgement]) -> list[OrderHeld]:
    return [
        OrderHeld(order.id, tuple(sorted({hold.kind for hold in judged[order.id].holds})))
        for order in orders
        if not judged[order.id].cleared
    ]


def _screening_row(order_id: UUID, judgement: Judgement) -> dict:
    return {
        "id": uuid7(), "order_id": order_id, "points": judgement.points, "sentence": judgement.sentence,
        "verdicts": [verdict.to_json() for verdict in judgement.verdicts], "cleared": judgement.cleared,
        "version": VERSION, "at": unit().now,
    }  # fmt: skip


def _hold_rows(order_id: UUID, judgement: Judgement) -> list[dict]:
    return [
        {
            "id": uuid7(), "order_id": order_id, "line_id": hold.line_id, "kind": hold.kind, "reason": hold.reason,
            "evidence": hold.evidence, "set_by": SET_BY, "set_at": unit().now, "until": None, "lifted_at": None,
            "lifted_by": "", "lift_reason": "",
        }
        for hold in judgement.holds
    ]  # fmt: skip
