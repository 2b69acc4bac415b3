"""Six cashiers give the same two teas back at once, or try it again: once. And without the lock six times."""

from decimal import Decimal

import pytest

from oms.core.actors import system
from oms.core.models import Fact
from oms.core.tenancy import unit_of_work
from orders.actions.place import place_order
from orders.actions.refund import refund_order
from orders.models import OrderLine, Payment, Refund, RefundPart
from orders.queries.money import money_of
from orders.refunding import RefundDraft
from orders.tasks import send_due_refunds
from tests.concurrency import again
from tests.concurrency.cashiers import CASHIERS, race, try_again, try_again_without_the_lock
from tests.concurrency.shippers import PROCESSES, all_at_once
from tests.orders.trade import draft, line

PAID = Decimal("20.00")


@pytest.fixture
def sold(committed_db, tenant, catalog):
    """Two teas, paid."""
    with unit_of_work(tenant.id, system("tests")):
        order_id = place_order(draft=draft(line("TEA", 2, "10.00"), payment_state="paid")).order_id
        return order_id, OrderLine.objects.get(order_id=order_id).id


def back(tenant) -> Decimal:
    """What all refunds say went back, or will."""
    with unit_of_work(tenant.id, system("tests")):
        return sum(RefundPart.objects.values_list("amount", flat=True))


@again
def test_the_money_goes_back_once(tenant, sold, round_number):
    order_id, line_id = sold
    outcomes = race(tenant_id=tenant.id, order_id=order_id, line_id=line_id)
    assert outcomes == {"gave back 20.00": 1, "refund_too_large": CASHIERS - 1}
    assert back(tenant) == PAID
    send_due_refunds(tenant_id=tenant.id)
    with unit_of_work(tenant.id, system("tests")):
        money = money_of(order_id)
        assert (money.refunded, money.left, Refund.objects.count()) == (PAID, 0, 1)


def test_control_without_the_lock_it_goes_back_six_times(tenant, sold):
    order_id, line_id = sold
    outcomes = race(tenant_id=tenant.id, order_id=order_id, line_id=line_id, locked=False)
    assert outcomes == {"gave back 20.00": CASHIERS}
    assert back(tenant) == CASHIERS * PAID


@pytest.fixture
def failed(tenant, sold):
    """The refund of both, which its gateway declined."""
    order_id, line_id = sold
    with unit_of_work(tenant.id, system("tests")):
        Payment.objects.update(gateway="gone")
        made = refund_order(draft=RefundDraft(order_id, {line_id: 2}))
    send_due_refunds(tenant_id=tenant.id)
    return order_id, made.id


def tries(tenant) -> int:
    with unit_of_work(tenant.id, system("tests")):
        return Fact.objects.filter(name="order.refund_retried").count()


@again
def test_a_failed_refund_is_tried_again_once_however_many_press_the_button(tenant, failed, round_number):
    assert all_at_once([try_again] * PROCESSES, tenant.id, failed) == {"tried again": 1, "not_allowed": PROCESSES - 1}
    assert tries(tenant) == 1


def test_control_without_the_lock_it_is_tried_again_by_everybody(tenant, failed):
    assert all_at_once([try_again_without_the_lock] * PROCESSES, tenant.id, failed) == {"tried again": PROCESSES}
    assert tries(tenant) == PROCESSES
