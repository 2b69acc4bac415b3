"""kill -9 in the middle of a shop's hook and of carrying its message out: nothing is lost, nothing is doubled."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from channels.actions.messages import LEASE
from inventory.models import Balance
from oms.core.models import Fact
from oms.core.tenancy import unit_of_work
from tests.channels.hooks import PROCESS, connected, kept, order, orders, signed, told
from tests.concurrency.victims import in_the_middle_of

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def shop(tenant, catalog):
    return connected(tenant, catalog.channel)


def reserved(tenant) -> int:
    with unit_of_work(tenant.id, PROCESS):
        return sum(Balance.objects.values_list("reserved", flat=True))


def placed(tenant) -> int:
    with unit_of_work(tenant.id, PROCESS):
        return Fact.objects.filter(tenant_id=tenant.id, name="order.placed").count()


def test_a_hook_killed_before_its_commit_was_not_answered_and_counts_when_it_comes_again(tenant, shop):
    body = told("order.placed", order())
    headers = signed(shop.secret, body)
    with in_the_middle_of("shop_hook", shop.path, body, json.dumps(headers)):
        assert kept(tenant) == []
    assert [shop.post(body, headers).json()["status"] for _ in range(2)] == ["accepted", "known"]
    shop.read()
    assert (kept(tenant)[0].state, len(orders(tenant)), reserved(tenant)) == ("done", 1, 2)


def test_a_worker_killed_before_its_commit_has_done_nothing_and_the_next_one_does_it_once(tenant, shop, time_machine):
    shop.post(told("order.placed", order()))
    with in_the_middle_of("shop_message", tenant.id):
        shop.read()
        assert (kept(tenant)[0].state, kept(tenant)[0].attempts, orders(tenant)) == ("due", 1, [])
    shop.read()
    assert orders(tenant) == [], "the lease of the dead worker still holds"
    time_machine.move_to(datetime.now(UTC) + LEASE + timedelta(seconds=5))
    # PostgreSQL needs a moment to notice who died.
    deadline = time.monotonic() + 20
    while kept(tenant)[0].state != "done" and time.monotonic() < deadline:
        shop.read()
        time.sleep(0.05)
    shop.read()
    message = kept(tenant)[0]
    assert (message.state, message.attempts >= 2) == ("done", True)
    assert (len(orders(tenant)), reserved(tenant), placed(tenant)) == (1, 2, 1)
