"""The kit section of the item page, and the page that changes it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import KitComponent
from tests.dashboard.orders import inside
from tests.dashboard.test_transfer_pages import sheet
from tests.inventory.kits import gift_box

pytestmark = pytest.mark.django_db


def test_the_item_page_says_why_there_are_no_more(browser_client, tenant, catalog):
    with inside(tenant):
        box = gift_box(catalog)
    with CaptureQueriesContext(connection) as queries:
        page = browser_client.get(f"/m/acme/inventory/items/{box.id}/").text
    assert len(queries) <= 25
    assert "5 kits" in page
    assert "2 kits" in page
    assert "least there is of" in page
    assert "Receive" not in page.split('id="main"')[1].split("<c-dialog")[0].split("Ledger")[0]
    assert "Part of" in browser_client.get(f"/m/acme/inventory/items/{catalog.id('TEA')}/").text
    assert "kit</div>" in browser_client.get("/m/acme/inventory/").text


def test_contents_are_typed_or_scanned(browser_client, tenant, catalog):
    with inside(tenant):
        box = gift_box(catalog)
    address = f"/m/acme/inventory/items/{box.id}/components/"
    assert "MUG-BLU" in browser_client.get(address).text
    done = browser_client.post(address, sheet(("mug-red", 2), ("TEA", 1), kind="kit", ships_in_parts="on"))
    assert done.status_code == 303, done.text
    with inside(tenant):
        found = dict(KitComponent.objects.filter(kit=box).values_list("component__sku", "quantity"))
    assert found == {"MUG-RED": 2, "TEA": 1}
    refused = browser_client.post(address, sheet(("BOX", 1), kind="kit"))
    assert refused.status_code == 422
    assert "BOX → BOX" in refused.text
    assert browser_client.post(address, sheet(("NOPE", 1), kind="kit")).status_code == 422
    assert browser_client.post(address, sheet(kind="kit")).status_code == 422
    more = browser_client.post(address, sheet(("TEA", 1), kind="kit", more="1"))
    assert more.status_code == 200
    assert browser_client.post(address, sheet(kind="goods")).status_code == 303
    with inside(tenant):
        assert not KitComponent.objects.exists()
