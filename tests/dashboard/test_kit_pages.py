"""Kits on pages: the item's section, the page that changes it, and orders that have kits."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import KitComponent
from oms.dashboard.orders.forms import CANCEL_REASONS
from oms.notifications.actions.write import about_orders
from orders.models import OrderLine
from tests.dashboard.orders import ORDERS, inside, place
from tests.dashboard.test_transfer_pages import sheet
from tests.inventory.kits import gift_box
from tests.orders.trade import line

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


def test_an_order_shows_the_kit_with_its_components_beneath(browser_client, tenant, catalog):
    with inside(tenant):
        gift_box(catalog)
    (found,) = place(tenant, line("BOX", 2, "30.00"))
    address = f"{ORDERS}{found.number}/"
    with CaptureQueriesContext(connection) as queries:
        page = browser_client.get(address).text
    assert len(queries) <= 25
    lines = page.split('id="order-lines"')[1].split("</table>")[0]
    assert lines.index("Box kit") < lines.index("Stoneware mug, blue") < lines.index("Loose leaf tea")
    assert "2 in each:" in lines
    cancel = browser_client.get(f"{address}cancel/").text
    assert "Box kit" in cancel
    assert "Loose leaf tea" not in cancel
    with inside(tenant):
        kit = OrderLine.objects.get(order=found, kind="kit")
    done = browser_client.post(f"{address}cancel/", {"reason": CANCEL_REASONS[0][0], f"line-{kit.id}": "1"})
    assert done.status_code == 303, done.text
    with inside(tenant):
        cancelled = dict(OrderLine.objects.filter(order=found).values_list("sku", "cancelled"))
    assert cancelled == {"BOX": 1, "MUG-BLU": 1, "TEA": 2}


def test_the_customer_reads_of_one_kit_with_its_contents(tenant, catalog):
    with inside(tenant):
        gift_box(catalog)
    (found,) = place(tenant, line("BOX", 2, "30.00"), line("MUG-RED", 1), shipping=Decimal("4.90"))
    with inside(tenant):
        about = about_orders([found])[found.id]
    assert about.lines == [
        ("Box kit: 2 × Stoneware mug, blue, 4 × Loose leaf tea", 2, Decimal("60.00")),
        ("Stoneware mug, red", 1, Decimal("12.50")),
    ]
    assert [amount for _, amount in about.extras] == [Decimal("4.90")]
