"""One message of a shop, delivered and read by many at once: one effect. And without the key and the lock."""

import pytest

from oms.core.tenancy import unit_of_work
from tests.channels.hooks import PROCESS, connected, counters, kept, order, signed, told
from tests.concurrency import shops
from tests.concurrency.shippers import PROCESSES, all_at_once

pytestmark = pytest.mark.usefixtures("committed_db")
ONE_LESS = {"external_id": "WEB-1", "lines": [{"sku": "MUG-BLU", "quantity": 1}], "reason": "One too many"}


@pytest.fixture
def shop(tenant, catalog):
    """A shop whose order of nine mugs is here."""
    made = connected(tenant, catalog.channel)
    made.say("order.placed", order({"sku": "MUG-BLU", "quantity": 9}))
    return made


def cancelled(tenant) -> int:
    return counters(tenant)[0][2]


def test_the_same_message_from_every_side_has_one_effect(tenant, shop):
    body = told("order.cancelled", ONE_LESS)
    sent = (shop.path, body, signed(shop.secret, body))
    assert all_at_once([shops.deliver_and_read] * PROCESSES, tenant.id, sent) == {
        "accepted": 1, "known": PROCESSES - 1,
    }  # fmt: skip
    assert (len(kept(tenant)), cancelled(tenant)) == (2, 1)


def test_control_looking_first_only_the_key_stops_a_second_copy(tenant, shop):
    body = told("order.cancelled", ONE_LESS)
    sent = (shop.path, body, signed(shop.secret, body))
    assert all_at_once([shops.deliver_without_the_key] * PROCESSES, tenant.id, sent) == {
        "accepted": 1, "stopped by the key": PROCESSES - 1,
    }  # fmt: skip


@pytest.mark.parametrize(("act", "units"), [(shops.read_at_once, 1), (shops.read_without_the_lock, PROCESSES)])
def test_many_readers_have_one_effect_and_without_the_lock_as_many_as_readers(tenant, shop, act, units):
    shop.post(told("order.cancelled", ONE_LESS))
    message = kept(tenant)[-1]
    assert all_at_once([act] * PROCESSES, tenant.id, message.id) == {"read": PROCESSES}
    assert cancelled(tenant) == units
    with unit_of_work(tenant.id, PROCESS):
        message.refresh_from_db()
    assert message.state == "done"
