"""kill -9 in the middle of giving money back: no part is lost, and under one key money moves once."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from oms.core.actors import system
from oms.core.models import Fact
from oms.core.tenancy import unit_of_work
from orders.actions.place import place_order
from orders.actions.refund import refund_order
from orders.actions.refund_parts import LEASE, claim_parts, settle_parts
from orders.gateways import registry
from orders.gateways.manual import Manual
from orders.models import Order, RefundPart
from orders.refunding import RefundDraft
from orders.tasks import send_due_refunds
from tests.concurrency.victims import in_the_middle_of
from tests.orders.trade import draft, line

PROCESS = system("tests")


@pytest.fixture
def part(committed_db, tenant, catalog) -> RefundPart:
    """Ten euros that are owed back to one payment."""
    with unit_of_work(tenant.id, PROCESS):
        order_id = place_order(draft=draft(line("TEA", 1, "10.00"), payment_state="paid")).order_id
        return refund_order(draft=RefundDraft(order_id, goodwill=Decimal("10.00"))).parts.get()


def state(tenant) -> tuple[str, str]:
    """Of the part and of its order's payment."""
    with unit_of_work(tenant.id, PROCESS):
        return RefundPart.objects.get().state, Order.objects.get().payment_state


def told(tenant) -> list[str]:
    with unit_of_work(tenant.id, PROCESS):
        names = Fact.objects.filter(name__startswith="order.refund").order_by("sequence").values_list("name", flat=True)
        return list(names)


@pytest.mark.parametrize("moment", ["refund", "refund_written"])
def test_a_worker_killed_with_a_refund_in_its_hand(tenant, part, moment, time_machine, monkeypatch):
    """Whether the gateway answered is unknown until the lease is over; then it is asked under the same key."""
    with in_the_middle_of(moment, tenant.id):
        assert state(tenant) == ("sending", "paid")
        assert told(tenant) == ["order.refund_requested"]
    send_due_refunds(tenant_id=tenant.id)
    assert state(tenant) == ("sending", "paid"), "the lease of the dead worker still holds"
    keys = []

    class Remembering(Manual):
        def refund(self, request, key):
            keys.append(key)
            return super().refund(request, key)

    monkeypatch.setitem(registry._gateways, "manual", Remembering())
    time_machine.move_to(datetime.now(UTC) + LEASE + timedelta(seconds=5))
    deadline = time.monotonic() + 20
    # PostgreSQL needs a moment to notice who died with a lock.
    while state(tenant) != ("done", "refunded") and time.monotonic() < deadline:
        send_due_refunds(tenant_id=tenant.id)
        time.sleep(0.05)
    send_due_refunds(tenant_id=tenant.id)
    assert state(tenant) == ("done", "refunded")
    assert told(tenant) == ["order.refund_requested", "order.refunded"]
    assert keys == [part.key]


def test_a_late_answer_of_a_worker_thought_dead_is_dropped(tenant, part, time_machine):
    """Its lease ran out and another took over: what the first one brings back counts no more."""
    with unit_of_work(tenant.id, PROCESS):
        (first,) = claim_parts()
    time_machine.move_to(datetime.now(UTC) + LEASE + timedelta(seconds=5))
    with unit_of_work(tenant.id, PROCESS):
        (second,) = claim_parts()
    assert (first.key, first.attempt, second.attempt) == (second.key, 1, 2)
    for ask, answer in ((first, "late"), (second, "right"), (first, "later")):
        with unit_of_work(tenant.id, PROCESS):
            settle_parts(answers=[(ask, answer)])
    with unit_of_work(tenant.id, PROCESS):
        assert RefundPart.objects.get().reference == "right"
    assert told(tenant) == ["order.refund_requested", "order.refunded"]
