"""Sharing out scarce stock from its page: look first, then apply just that."""

import re

import pytest

from fulfillment.actions.allocate import allocate_orders
from oms.notifications.models import CustomerMessage
from orders.models import Order
from tests.dashboard.orders import client_of, inside
from tests.fulfillment.trade import held, place, receive

pytestmark = pytest.mark.django_db
PAGE = "/m/acme/fulfilment/share-out/"
ASK = {"skus": "MUG-BLU", "preset": "due_first", "frozen_hours": "0"}


@pytest.fixture
def scarce(tenant, catalog):
    """Two orders: the first holds all fifteen mugs, the second waits for four and must leave sooner."""
    with inside(tenant):
        type(catalog.channel).objects.update(told_by="us")
        ids = place({"MUG-BLU": 15}, {"MUG-BLU": 4})
        allocate_orders(order_ids=ids, trigger="cleared")
        Order.objects.filter(id=ids[1]).update(ship_by="2026-11-01T00:00Z")
        Order.objects.filter(id=ids[0]).update(ship_by="2027-01-01T00:00Z", placed_at="2026-11-20T00:00Z")
    return ids


def test_look_then_apply(browser_client, tenant, catalog, scarce, drain):
    page = browser_client.get(PAGE, ASK).text
    assert "2 promises would change" in page
    assert "11 (-4)" in page
    with inside(tenant):
        assert sum(held(scarce[1]).values()) == 0
    seen = re.search(r'name="seen" value="(\w+)"', page).group(1)
    assert browser_client.post(PAGE, {**ASK, "seen": seen}).status_code == 303
    with inside(tenant):
        assert [sum(held(order_id).values()) for order_id in scarce] == [11, 4]
    drain()
    with inside(tenant):
        (mail,) = CustomerMessage.objects.filter(kind="delayed")
        assert (mail.order_id, mail.state) == (scarce[0], "due")
        assert "is delayed" in mail.subject


def test_what_has_changed_since_is_looked_at_again(browser_client, tenant, catalog, scarce):
    page = browser_client.get(PAGE, ASK).text
    seen = re.search(r'name="seen" value="(\w+)"', page).group(1)
    with inside(tenant):
        receive(catalog.id("MUG-BLU"), catalog.leeds.id, 2)
    refused = browser_client.post(PAGE, {**ASK, "seen": seen})
    assert refused.status_code == 422
    assert "have changed since the preview" in refused.text


def test_bad_input_and_who_may_not(browser_client, membership, tenant, catalog):
    refused = browser_client.get(PAGE, {**ASK, "skus": "NOPE"})
    assert refused.status_code == 422
    assert "No item is called: NOPE." in refused.text
    assert browser_client.get(PAGE).status_code == 200
    assert client_of(membership(role="warehouse")).get(PAGE).status_code == 403
