"""Purchase orders on their pages: written, sent, received by scanner, on paper."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import PurchaseOrder, PurchaseOrderLine, Supplier
from tests.dashboard.orders import client_of, inside
from tests.dashboard.test_supplier_pages import MUG, POTTERY
from tests.dashboard.test_supplier_pages import PAGE as SUPPLIERS
from tests.dashboard.test_transfer_pages import receipt_of, sheet

pytestmark = pytest.mark.django_db
PAGE = "/m/acme/inventory/purchase-orders/"


@pytest.fixture
def ends(browser_client, tenant, catalog) -> dict:
    """The potters, and Leeds."""
    where = browser_client.post(f"{SUPPLIERS}new/", {**POTTERY, "email": "a@pot.example"})["location"]
    browser_client.post(where, MUG)
    with inside(tenant):
        return {"supplier": Supplier.objects.get().id, "location": catalog.leeds.id}


def test_the_whole_way(browser_client, tenant, ends):
    made = browser_client.post(f"{PAGE}new/", sheet(("mug-blu", 12), **ends))
    assert made.status_code == 303, made.text
    where = made["location"]
    assert browser_client.post(f"{where}edit/", sheet(("mug-blu", 24), **ends)).status_code == 303
    assert browser_client.post(f"{where}send/", {"by_hand": "1"}).status_code == 303
    page = browser_client.get(f"{where}receive/").text
    packs = sheet(("MUG-BLU", 3), receipt=receipt_of(page), reference="DN-7") | {"form-0-counted_in": "pack"}
    for _ in range(2):
        assert browser_client.post(f"{where}receive/", packs).status_code == 303
    with inside(tenant):
        assert PurchaseOrderLine.objects.get().received == 18
    with CaptureQueriesContext(connection) as queries:
        page = browser_client.get(where).text
    assert len(queries) <= 25
    assert "DN-7" in page
    assert "98.40" in page
    assert browser_client.get(f"{where}pdf/").content[:5] == b"%PDF-"
    rows = b"".join(browser_client.get(f"{where}csv/").streaming_content).decode()
    assert "PO1001,,MUG-BLU," in rows
    assert browser_client.post(f"{where}close/").status_code == 303
    with inside(tenant):
        assert PurchaseOrder.objects.get().state == "closed"
    with CaptureQueriesContext(connection) as queries:
        assert "PO1001" in browser_client.get(PAGE).text
    assert len(queries) <= 12
    with inside(tenant):
        assert "PO1001" in browser_client.get(f"{SUPPLIERS}{ends['supplier']}/").text


def test_what_is_wrong_stands_beside_it(browser_client, tenant, ends):
    refused = browser_client.post(f"{PAGE}new/", sheet(("TEA", 1), **ends))
    assert refused.status_code == 422
    assert "Say what one costs" in refused.text
    where = browser_client.post(f"{PAGE}new/", sheet(("mug-blu", 12), **ends))["location"]
    assert browser_client.post(f"{where}close/").status_code == 409
    assert browser_client.post(f"{where}send/").status_code == 303
    page = browser_client.get(f"{where}receive/").text
    unknown = browser_client.post(f"{where}receive/", sheet(("4006381333931", 1), receipt=receipt_of(page)))
    assert unknown.status_code == 422
    assert "No item has this SKU or barcode." in unknown.text
    other = browser_client.post(f"{where}receive/", sheet(("TEA", 1), receipt=receipt_of(page)))
    assert "This item is not on the order." in other.text
    many = browser_client.post(f"{where}receive/", sheet(("MUG-BLU", 13), receipt=receipt_of(page)))
    assert "At most 12 more of MUG-BLU may be taken in" in many.text


def test_goods_of_a_closed_order_are_refused_in_words(browser_client, ends):
    """Whoever had the page open while somebody else closed the order hears why, and keeps what was typed."""
    where = browser_client.post(f"{PAGE}new/", sheet(("mug-blu", 12), **ends))["location"]
    assert browser_client.post(f"{where}send/", {"by_hand": "1"}).status_code == 303
    page = browser_client.get(f"{where}receive/").text
    some = sheet(("MUG-BLU", 6), receipt=receipt_of(page))
    assert browser_client.post(f"{where}receive/", some).status_code == 303
    assert browser_client.post(f"{where}close/").status_code == 303
    late = sheet(("MUG-BLU", 6), receipt=str(uuid4()))
    refused = browser_client.post(f"{where}receive/", late)
    assert refused.status_code == 422
    assert "This purchase order is closed" in refused.text
    assert 'value="MUG-BLU"' in refused.text


def test_settings_and_who_may_change_them(browser_client, membership, ends):
    wanted = {"over_percent": "5", "under_percent": "0", "service_percent": "98", "cover_days": "30"}
    assert browser_client.post(f"{PAGE}settings/", wanted).status_code == 303
    assert browser_client.post(f"{PAGE}settings/", {**wanted, "service_percent": "100"}).status_code == 422
    reader = client_of(membership(role="read_only"))
    assert "<dd>98</dd>" in reader.get(f"{PAGE}settings/").text
    assert reader.post(f"{PAGE}settings/", wanted).status_code == 403
    assert reader.get(f"{PAGE}new/").status_code == 403
