"""Assembly orders on their pages: planned, booked by scan or by number, ended."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.actions.items import ItemDraft, create_item
from inventory.actions.kits.contents import Contents, set_contents
from inventory.models import AssemblyOrder
from tests.dashboard.orders import inside

pytestmark = pytest.mark.django_db
PAGE = "/m/acme/inventory/assembly/"


@pytest.fixture
def tin(tenant, catalog):
    with inside(tenant):
        item = create_item(draft=ItemDraft(sku="TIN", barcodes=("4006381333931",)))
        components = {catalog.id("MUG-BLU"): 1, catalog.id("TEA"): 2}
        return set_contents(item_id=item.id, contents=Contents("goods", components=components))


def plan(client, catalog, **changes):
    form = {
        "code": "tin",
        "quantity": "4",
        "location": str(catalog.leeds.id),
        "kind": "assemble",
        "note": "",
        **changes,
    }
    return client.post(f"{PAGE}new/", form)


def test_the_whole_way(browser_client, tenant, tin, catalog):
    assert "Put goods together" in browser_client.get(PAGE).text
    made = plan(browser_client, catalog)
    assert made.status_code == 303, made.text
    where = made["location"]
    assert browser_client.post(f"{where}finish/", {"code": "4006381333931", "quantity": ""}).status_code == 303
    assert browser_client.post(f"{where}finish/", {"code": "", "quantity": "2"}).status_code == 303
    with CaptureQueriesContext(connection) as queries:
        page = browser_client.get(where).text
    assert len(queries) <= 25
    assert "Assembly A1001 1 × TIN assembled, 3 left" in page
    wrong = browser_client.post(f"{where}finish/", {"code": "TEA", "quantity": ""})
    assert wrong.status_code == 422
    assert "“TEA” is not TIN" in wrong.text
    held = browser_client.get(f"/m/acme/inventory/items/{catalog.id('TEA')}/").text
    assert ">A1001</a>" in held
    assert browser_client.post(f"{where}cancel/").status_code == 303
    assert browser_client.post(f"{where}cancel/").status_code == 409
    with inside(tenant):
        found = AssemblyOrder.objects.get()
        assert (found.state, found.done, found.quantity) == ("done", 3, 4)
    with CaptureQueriesContext(connection) as queries:
        assert "A1001" in browser_client.get(f"{PAGE}?state=done").text
    assert len(queries) <= 12
    assert "Assembled" in browser_client.get("/m/acme/inventory/ledger/?cause=assembly").text
    assert f"{PAGE}new/?code=TIN" in browser_client.get(f"/m/acme/inventory/items/{tin.id}/").text


def test_what_is_wrong_stands_beside_it(browser_client, tin, catalog):
    for changes, words in (
        ({"quantity": "90"}, "Leeds has not all that it takes"),
        ({"code": "NOPE"}, "No item has this SKU or barcode"),
        ({"code": "TEA"}, "Say first what it is made of"),
        ({"quantity": "0"}, "greater than or equal to 1"),
    ):
        refused = plan(browser_client, catalog, **changes)
        assert refused.status_code == 422
        assert words in refused.text
