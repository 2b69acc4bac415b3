"""The rules of what channels are offered, on their page and on an item's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import ChannelShare, SellBuffer
from tests.dashboard.orders import client_of, inside

pytestmark = pytest.mark.django_db
PAGE = "/m/acme/inventory/offers/"


def test_keep_back_see_it_and_lift_it(browser_client, tenant, catalog):
    kept = {"sku": "mug-blu", "units": "4", "location": str(catalog.leeds.id), "channel": ""}
    assert browser_client.post(PAGE, kept).status_code == 303
    half = {"share": "1", "channel": str(catalog.channel.id), "kind": "percent", "amount": "50", "sku": ""}
    assert browser_client.post(PAGE, half).status_code == 303
    with CaptureQueriesContext(connection) as queries:
        page = browser_client.get(PAGE).text
    assert len(queries) <= 12
    assert "MUG-BLU" in page
    assert "50 % of what is left" in page
    item = browser_client.get(f"/m/acme/inventory/items/{catalog.id('MUG-BLU')}/beside/").text
    assert 'data-label="Offered" class="num strong">5<' in item
    with inside(tenant):
        rule = SellBuffer.objects.get()
        share = ChannelShare.objects.get()
    assert browser_client.post(f"{PAGE}buffers/{rule.id}/lift/").status_code == 303
    assert browser_client.post(f"{PAGE}shares/{share.id}/lift/").status_code == 303
    with inside(tenant):
        assert not SellBuffer.objects.exists()
        assert not ChannelShare.objects.exists()
    assert "Nothing is kept back" in browser_client.get(PAGE).text


def test_bad_input_stands_beside_its_field(browser_client, tenant, catalog):
    refused = browser_client.post(PAGE, {"sku": "NOPE", "units": "4"})
    assert refused.status_code == 422
    assert "No item is called “NOPE”." in refused.text
    too_much = {"share": "1", "channel": str(catalog.channel.id), "kind": "percent", "amount": "101"}
    refused = browser_client.post(PAGE, too_much)
    assert refused.status_code == 422
    assert "Give a number from 0 to 100." in refused.text


def test_who_may_only_look_sees_no_form(membership, tenant, catalog):
    reader = client_of(membership(role="read_only"))
    assert "Keep units back" not in reader.get(PAGE).text
    assert reader.post(PAGE, {"units": "4"}).status_code == 403
