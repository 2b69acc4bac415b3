"""Release: when, what, and that twice makes nothing twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.release import NothingToRelease, release_due_orders, release_orders
from fulfillment.models import FulfillmentOrder, Release
from inventory.proof import prove_stock
from oms.core.db.keys import uuid7
from oms.core.errors import NotAllowed, NotFound
from oms.core.models import AuditEntry, Fact
from oms.core.tenancy import unit_of_work
from orders.actions.cancel import cancel_order
from orders.cancelling import CannotCancel
from orders.models import Order
from tests.fulfillment.floor import counters
from tests.fulfillment.trade import NOON, place, receive

pytestmark = pytest.mark.usefixtures("uow", "catalog")


def at(uow, moment):
    """The same person at another time."""
    return unit_of_work(uow.tenant_id, uow.actor, now=moment)


def allocated(*wants) -> list:
    ids = place(*wants)
    allocate_orders(order_ids=ids, trigger="cleared")
    return ids


def test_an_order_waits_for_the_customer_to_change_their_mind(uow):
    (order_id,) = allocated({"TEA": 2})
    with at(uow, NOON + timedelta(minutes=29)):
        assert release_due_orders() == 0
        assert not FulfillmentOrder.objects.exists()
    with at(uow, NOON + timedelta(minutes=30)):
        assert release_due_orders() == 1
    work = FulfillmentOrder.objects.get()
    assert (work.order_id, work.location.name, work.units, work.state, work.number) == (
        order_id,
        "Leeds",
        2,
        "released",
        1001,
    )
    assert counters(order_id) == {"TEA": (0, 2, 0)}
    assert Order.objects.get(id=order_id).next_step == "Leeds to pick 2 units"
    assert Order.objects.get(id=order_id).fulfillment_state == "allocated"


def test_the_merchant_says_how_long(uow, tenant):
    tenant.settings = {"remorse_minutes": 0}
    tenant.save()
    allocated({"TEA": 2})
    with at(uow, NOON):
        assert release_due_orders() == 1


def test_a_person_may_release_earlier_and_that_is_told(uow):
    (order_id,) = allocated({"TEA": 2})
    with at(uow, NOON + timedelta(minutes=1)):
        [work_id] = release_orders(order_ids=[order_id])[order_id]
    told = AuditEntry.objects.get(subject_id=work_id).sentence
    assert told == "2 units released to Leeds, before the customer’s time to change their mind was over"


def test_twice_makes_nothing_twice():
    (order_id,) = allocated({"TEA": 2})
    assert len(release_orders(order_ids=[order_id])[order_id]) == 1
    assert isinstance(release_orders(order_ids=[order_id])[order_id], NothingToRelease)
    assert FulfillmentOrder.objects.count() == 1
    assert Fact.objects.filter(name="fulfillment.released").count() == 1
    assert not Release.objects.exists()


def test_a_split_order_is_work_for_each_location():
    (order_id,) = allocated({"TEA": 12})
    release_orders(order_ids=[order_id])
    assert sorted(FulfillmentOrder.objects.values_list("location__name", "units")) == [("Leeds", 10), ("London", 2)]
    assert counters(order_id) == {"TEA": (0, 12, 0)}
    assert Order.objects.get(id=order_id).next_step == "Leeds to pick 10 units; London to pick 2 units"


def test_what_waits_for_stock_is_released_when_it_has_come(uow, catalog, drain):
    (order_id,) = allocated({"TEA": 17})
    release_orders(order_ids=[order_id])
    assert counters(order_id) == {"TEA": (0, 15, 0)}
    assert "2 × TEA wait for stock" in Order.objects.get(id=order_id).next_step
    receive(catalog.id("TEA"), catalog.leeds.id, 5)
    drain()
    assert counters(order_id) == {"TEA": (0, 15, 0)}


def test_held_and_unknown_orders_say_why_not():
    held, checking = allocated({"TEA": 1}, {"TEA": 1})
    Order.objects.filter(id=held).update(open_holds=1)
    Order.objects.filter(id=checking).update(state="checking")
    stranger = uuid7()
    answers = release_orders(order_ids=[held, checking, stranger])
    assert isinstance(answers[held], NotAllowed)
    assert "on hold" in answers[held].message
    assert "still being checked" in answers[checking].message
    assert isinstance(answers[stranger], NotFound)
    assert not FulfillmentOrder.objects.exists()


def test_a_held_order_comes_back_when_it_is_cleared(uow):
    (order_id,) = allocated({"TEA": 1})
    Order.objects.filter(id=order_id).update(open_holds=1)
    release_due_orders()
    assert not Release.objects.exists()
    Order.objects.filter(id=order_id).update(open_holds=0)
    allocate_orders(order_ids=[order_id], trigger="cleared")
    assert release_due_orders() == 1
    assert FulfillmentOrder.objects.count() == 1


def test_what_is_released_is_fenced():
    (order_id,) = allocated({"TEA": 2})
    release_orders(order_ids=[order_id])
    with pytest.raises(CannotCancel, match="2 units are being picked"):
        cancel_order(order_id=order_id, reason="Changed my mind")
    assert prove_stock().holds


def test_ten_orders_take_as_many_statements_as_one():
    ids = allocated(*[{"TEA": 1}] * 11)
    with CaptureQueriesContext(
        connection,
    ) as one:
        release_orders(order_ids=ids[:1])
    with CaptureQueriesContext(connection) as ten:
        release_orders(order_ids=ids[1:])
    assert len(ten) == len(one)


def test_the_window_is_a_setting_of_the_business(tenant, browser_client):
    form = {"name": "Acme", "country": "GB", "currency": "EUR", "timezone": "Europe/London", "remorse_minutes": "90"}
    assert browser_client.post("/m/acme/settings/business/", form).status_code == 303
    assert 'value="90"' in browser_client.get("/m/acme/settings/business/").content.decode()
    allocated({"TEA": 1})
    assert Release.objects.get().due_at == NOON + timedelta(minutes=90)
    assert browser_client.post("/m/acme/settings/business/", form | {"remorse_minutes": "-1"}).status_code == 422
