"""Screening's effects, holds and their lifting, on the real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from oms.core.models import AuditEntry, Fact
from oms.core.tenancy import unit_of_work
from orders.actions.cancel import cancel_order
from orders.actions.hold import AlreadyHeld, hold_order, hold_orders
from orders.actions.lift import lift_expired_holds, lift_hold
from orders.actions.place import place_orders
from orders.actions.screen import screen_orders
from orders.models import Hold, Order, Screening
from orders.placing.drafts import OrderDraft
from orders.tasks import lift_expired_holds_of_all
from tests.orders.trade import BERLIN, draft, line, lines_by_sku, open_holds

BAD_ADDRESS = replace(BERLIN, postcode="1")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def facts_of(order: Order) -> list[str]:
    return list(Fact.objects.filter(aggregate_id=order.id).order_by("sequence").values_list("name", flat=True))


def test_a_good_order_is_opened(opened) -> None:
    order = opened()
    assert (order.state, order.open_holds, order.next_step) == ("open", 0, "Waiting to be allocated")
    screening = Screening.objects.get(order=order)
    assert (screening.cleared, screening.points) == (True, 0)
    assert facts_of(order) == ["order.placed", "order.cleared"]


def test_a_bad_address_and_an_unknown_sku_are_two_holds(opened, reserved) -> None:
    order = opened(line(), line("NOPE"), ship_to=BAD_ADDRESS, on_unknown_sku="hold")
    assert (order.state, order.open_holds) == ("checking", 2)
    assert order.next_step == "On hold because of the address and an unknown SKU"
    assert open_holds(order.id) == ["address", "unknown_sku"]
    assert facts_of(order) == ["order.placed", "order.held"]
    assert reserved() == 1, "a hold keeps the reservation"


def test_screening_again_finds_nothing_to_do(opened) -> None:
    order = opened()
    assert screen_orders(order_ids=[order.id]) == {}
    assert Screening.objects.count() == 1


def test_a_rush_of_one_customer_is_noticed(uow, catalog) -> None:
    drafts = [draft(placed_at=NOON - timedelta(minutes=minutes)) for minutes in (30, 4, 2, 0)]
    assert signals(drafts) == [set(), set(), set(), {"many_from_one_email"}]


def test_a_rush_to_one_address_is_noticed(uow, catalog) -> None:
    drafts = [
        draft(placed_at=NOON - timedelta(minutes=minutes), email=f"{name}@example.com")
        for minutes, name in ((30, "ann"), (4, "bob"), (3, "bob"), (2, "cid"), (0, "dan"))
    ]
    assert signals(drafts) == [set(), set(), set(), set(), {"many_to_one_address"}]


def test_first_orders_are_told_from_later_ones(uow, catalog) -> None:
    drafts = [draft(line(unit_price="2000"), placed_at=NOON - timedelta(hours=hours)) for hours in (1, 0)]
    assert signals(drafts) == [{"high_first_order"}, set()]


def signals(drafts: list[OrderDraft]) -> list[set[str]]:
    """What screening them together gives points for."""
    ids = [each.order_id for each in place_orders(drafts=drafts)]
    judged = screen_orders(order_ids=ids)
    return [{verdict.check for verdict in judged[each].verdicts if verdict.points} for each in ids]


def test_a_hundred_orders_are_screened_with_as_many_statements_as_one(uow, catalog) -> None:
    def statements(count: int) -> int:
        ids = [each.order_id for each in place_orders(drafts=[draft(ship_to=BAD_ADDRESS) for _ in range(count)])]
        with CaptureQueriesContext(connection) as captured:
            screen_orders(order_ids=ids)
        return len(captured)

    assert statements(1) == statements(100) <= 20


def test_a_hold_stays_until_it_is_lifted_with_a_reason(opened) -> None:
    order = opened()
    hold_id = hold_order(order_id=order.id, kind="manual", reason=" Call first ")
    order.refresh_from_db()
    assert (order.state, order.open_holds, order.next_step) == ("open", 1, "On hold because of a colleague")

    with pytest.raises(Invalid):
        lift_hold(hold_id=hold_id, reason=" ")
    lifted = lift_hold(hold_id=hold_id, reason="Called")
    assert (lifted.state, lifted.open_holds) == ("open", 0)
    hold = Hold.objects.get(id=hold_id)
    assert (hold.reason, hold.lift_reason, hold.lifted_by) == ("Call first", "Called", "Olive Owner")
    assert facts_of(order)[2:] == ["order.held", "order.hold_lifted", "order.cleared"]
    with pytest.raises(Conflict, match="released this hold already"):
        lift_hold(hold_id=hold_id, reason="Again")


def test_the_last_hold_lifted_opens_the_order(opened) -> None:
    order = opened(line(), line("NOPE"), ship_to=BAD_ADDRESS, on_unknown_sku="hold")
    first, second = Hold.objects.filter(order=order).order_by("id")
    assert lift_hold(hold_id=first.id, reason="ok").state == "checking"
    assert "order.cleared" not in facts_of(order)
    assert lift_hold(hold_id=second.id, reason="ok").state == "open"
    assert facts_of(order)[-1] == "order.cleared"


def test_a_hold_lifted_before_screening_does_not_skip_it(placed) -> None:
    order = placed()
    hold_id = hold_order(order_id=order.id, kind="customer", reason="wants red")
    assert lift_hold(hold_id=hold_id, reason="blue after all").state == "checking"
    assert "order.cleared" not in facts_of(order)
    hold_order(order_id=order.id, kind="manual", reason="wait")
    screen_orders(order_ids=[order.id])
    order.refresh_from_db()
    assert (order.state, order.open_holds) == ("checking", 1)


def test_one_kind_once_per_order_and_line(opened) -> None:
    order = opened(line(), line("TEA"))
    tea = lines_by_sku(order.id)["TEA"]
    hold_order(order_id=order.id, kind="manual", reason="a")
    hold_order(order_id=order.id, kind="manual", reason="b", line_id=tea.id)
    with pytest.raises(AlreadyHeld):
        hold_order(order_id=order.id, kind="manual", reason="c")
    assert Hold.objects.count() == 2
    with pytest.raises(NotFound):
        hold_order(order_id=order.id, kind="manual", reason="d", line_id=uuid7())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "mood"}, "kind"),
        ({"reason": ""}, "reason"),
        ({"reason": "a\x00"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_a_hold_needs_a_kind_and_a_reason(opened, wrong: dict, field: str) -> None:
    order = opened()
    with pytest.raises(Invalid) as refused:
        hold_order(**{"order_id": order.id, "kind": "manual", "reason": "why", **wrong})
    assert refused.value.fields[0].field == field


def test_many_are_held_at_once_and_each_refusal_is_told(opened) -> None:
    one, two, cancelled = opened(), opened(), opened()
    cancel_order(order_id=cancelled.id, reason="no")
    stranger = uuid7()
    answers = hold_orders(order_ids=[one.id, two.id, cancelled.id, stranger], kind="manual", reason="stop")
    assert Hold.objects.count() == 2
    assert isinstance(answers[cancelled.id], NotAllowed)
    assert isinstance(answers[stranger], NotFound)


def test_a_hold_ends_when_its_time_is_up(opened, uow, tenant) -> None:
    order = opened()
    with pytest.raises(Invalid):
        hold_order(order_id=order.id, kind="edit_window", reason="remorse", until=uow.now)
    hold_order(order_id=order.id, kind="edit_window", reason="remorse", until=uow.now + timedelta(minutes=30))
    assert lift_expired_holds() == 0
    with unit_of_work(tenant.id, system("hold timer"), now=uow.now + timedelta(minutes=31)):
        assert lift_expired_holds() == 1
    hold = Hold.objects.get()
    assert (hold.lifted_by, hold.lift_reason) == ("hold timer", "Its time was up.")
    order.refresh_from_db()
    assert order.open_holds == 0
    assert AuditEntry.objects.filter(subject_id=order.id, verb="orders.lift").count() == 1


def test_the_clock_lifts_for_every_merchant(opened, uow, tenant) -> None:
    order = opened()
    hold_order(order_id=order.id, kind="manual", reason="short", until=uow.now + timedelta(days=1))
    Hold.objects.update(until=uow.now - timedelta(minutes=1))
    assert lift_expired_holds_of_all() == 1
