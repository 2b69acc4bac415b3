"""Canceling: the plan by table, the effects on the real database."""

from uuid import UUID

import pytest

from fulfillment.actions.allocate import allocate_orders
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotAllowed, NotFound, OmsError
from oms.core.models import Fact
from orders.actions.cancel import Cancelled, cancel_order, cancel_orders
from orders.actions.hold import hold_order
from orders.cancelling import CannotCancel, LineNow, plan_cancel
from orders.models import Hold, Order, OrderLine
from tests.orders.trade import line, lines_by_sku

A, B, POST = uuid7(), uuid7(), uuid7()


def now(line_id: UUID = A, quantity: int = 10, held: int = 10, kind: str = "goods", **counters: int) -> LineNow:
    counters = {"cancelled": 0, "in_work": 0, "shipped": 0, **counters}
    return LineNow(line_id, 1, kind, "Mug", quantity, held=held, **counters)


@pytest.mark.parametrize(
    ("lines", "asked", "expected", "whole"),
    [
        ([now()], None, {A: (10, 10)}, True),
        ([now()], {A: 10}, {A: (10, 10)}, True),
        ([now()], {A: 3}, {A: (3, 3)}, False),
        # Those that wait for stock go first: 6 of 10 are held, so canceling 4 frees none.
        ([now(held=6)], {A: 4}, {A: (4, 0)}, False),
        ([now(held=6)], {A: 5}, {A: (5, 1)}, False),
        ([now(held=6)], None, {A: (10, 6)}, True),
        ([now(cancelled=4, held=6)], {A: 6}, {A: (6, 6)}, True),
        ([now(), now(B)], {A: 10}, {A: (10, 10)}, False),
        ([now(), now(POST, 1, 0, "shipping")], {A: 10}, {A: (10, 10), POST: (1, 0)}, True),
        ([now(), now(POST, 1, 0, "shipping")], {A: 9}, {A: (9, 9)}, False),
        ([now(POST, 1, 0, "voucher")], None, {POST: (1, 0)}, True),
        # What the floor has begun on stays; the rest may go.
        ([now(in_work=4)], {A: 6}, {A: (6, 6)}, False),
        ([now(shipped=4, held=6)], {A: 6}, {A: (6, 6)}, False),
    ],
)
def test_the_plan(lines: list[LineNow], asked: dict | None, expected: dict, whole: bool) -> None:
    plan = plan_cancel(lines, asked)
    assert {each.line_id: (each.quantity, each.give_back) for each in plan.lines} == expected
    assert plan.whole is whole


@pytest.mark.parametrize(
    ("lines", "asked", "error", "words"),
    [
        ([now(in_work=4)], None, CannotCancel, "4 units are being picked. Nothing was canceled. 6 units are free"),
        ([now(in_work=1)], {A: 10}, CannotCancel, "1 unit is being picked"),
        ([now(shipped=10, held=0)], None, CannotCancel, "10 units are shipped already. Nothing was canceled."),
        ([now()], {A: 11}, Invalid, "Only 10 units of Mug are left"),
        ([now()], {A: 0}, Invalid, "at least one unit"),
        ([now()], {A: -1}, Invalid, "at least one unit"),
        ([now()], {B: 1}, Invalid, "no such line"),
        ([now()], {}, Invalid, "at least one line"),
    ],
)
def test_what_cannot_be_canceled(lines: list[LineNow], asked: dict | None, error: type[OmsError], words: str) -> None:
    with pytest.raises(error, match=words):
        plan_cancel(lines, asked)


def test_an_order_is_canceled_and_its_stock_is_free(opened, reserved) -> None:
    order = opened(line(quantity=3), line("TEA", 2))
    hold_order(order_id=order.id, kind="manual", reason="wait")
    total = order.total
    assert reserved() == 5

    done = cancel_order(order_id=order.id, reason=" Customer changed their mind ")
    assert done == Cancelled(order.id, whole=True, units=5, given_back=5)
    order.refresh_from_db()
    assert (order.state, order.open_holds, order.total) == ("cancelled", 0, total)
    assert order.next_step == "Canceled: Customer changed their mind"
    assert order.cancelled_at is not None
    assert list(OrderLine.objects.filter(order=order).values_list("cancelled", flat=True)) == [3, 2]
    assert Hold.objects.get().lift_reason == "The order was canceled."
    assert reserved() == 0
    assert Fact.objects.filter(aggregate_id=order.id).order_by("-sequence").first().name == "order.cancelled"
    with pytest.raises(NotAllowed):
        cancel_order(order_id=order.id, reason="again")


def test_units_are_canceled_until_none_is_left(opened, reserved) -> None:
    order = opened(line(quantity=3), line("TEA", 2))
    mug, tea = (lines_by_sku(order.id)[sku].id for sku in ("MUG-BLU", "TEA"))
    assert not cancel_order(order_id=order.id, reason="one less", lines={mug: 1}).whole
    assert reserved() == 4
    order.refresh_from_db()
    assert (order.state, order.version) == ("open", 2)
    assert cancel_order(order_id=order.id, reason="all", lines={mug: 2, tea: 2}).whole
    assert reserved() == 0
    names = Fact.objects.filter(aggregate_id=order.id).order_by("sequence").values_list("name", flat=True)
    assert list(names)[-2:] == ["order.lines_cancelled", "order.cancelled"]


def test_backordered_units_go_first(opened, reserved) -> None:
    order = opened(line(quantity=20))
    allocate_orders(order_ids=[order.id], trigger="cleared")
    assert reserved() == 15
    mug = lines_by_sku(order.id)["MUG-BLU"].id
    assert cancel_order(order_id=order.id, reason="fewer", lines={mug: 5}).given_back == 0
    assert reserved() == 15


def test_what_is_being_picked_is_fenced(opened, reserved) -> None:
    order = opened(line(quantity=3))
    OrderLine.objects.filter(order=order).update(in_work=1)
    with pytest.raises(CannotCancel) as refused:
        cancel_order(order_id=order.id, reason="late")
    assert refused.value.data == {"in_work": 1, "shipped": 0, "open": 2}
    assert reserved() == 3


def test_many_are_canceled_at_once_and_each_refusal_is_told(opened, reserved) -> None:
    one, two, picked = opened(), opened(line("TEA", 2)), opened(line("MUG-RED"))
    OrderLine.objects.filter(order=picked).update(in_work=1)
    stranger = uuid7()
    answers = cancel_orders(order_ids=[one.id, two.id, picked.id, stranger], reason="closing down")
    assert [type(answers[each]).__name__ for each in (one.id, two.id, picked.id, stranger)] == [
        "Cancelled", "Cancelled", "CannotCancel", "NotFound",
    ]  # fmt: skip
    assert reserved() == 1
    assert Order.objects.filter(state="cancelled").count() == 2


def test_a_reason_is_needed_and_a_stranger_has_none(opened) -> None:
    with pytest.raises(Invalid):
        cancel_order(order_id=opened().id, reason="  ")
    with pytest.raises(NotFound):
        cancel_order(order_id=uuid7(), reason="why")
