"""Units known by number on their pages: read with a delivery, found by a scan, called back, with their whole life."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.actions.items import ItemDraft, create_items, update_item
from inventory.models import Item, Recall, Serial
from tests.dashboard.orders import client_of, inside
from tests.inventory.tracing.test_serials import receive

pytestmark = pytest.mark.django_db
HOME = "/m/acme/inventory/"


@pytest.fixture
def phone(tenant, catalog) -> Item:
    with inside(tenant):
        draft = ItemDraft(sku="PHONE", tracks_serials=True, serials_at=("receive",), price=Decimal(1))
        (item,) = create_items(items=[draft])
    return item


def test_a_delivery_asks_for_numbers(browser_client, tenant, catalog, phone):
    sheet = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "location": str(catalog.leeds.id)}
    sheet |= {"form-0-code": "PHONE", "form-0-quantity": "2"}
    refused = browser_client.post(f"{HOME}receive/", sheet | {"form-0-serials": "S1"})
    assert refused.status_code == 422
    assert "Scan one serial number for each unit" in refused.text
    assert browser_client.post(f"{HOME}receive/", sheet | {"form-0-serials": "S1\nS2"}).status_code == 303
    again = {"location": str(catalog.leeds.id), "quantity": "1", "state": "sellable", "serials": "s2"}
    refused = browser_client.post(f"{HOME}items/{phone.id}/receive/", again)
    assert refused.status_code == 422
    assert "Serial number S2 is at Leeds already." in refused.text


def test_a_unit_is_found_by_its_number_and_shows_its_life(browser_client, tenant, catalog, phone):
    with inside(tenant):
        receive(phone, catalog.leeds, "S1", "S2")
        unit = Serial.objects.get(code="S1")
    found = browser_client.get("/m/acme/search/?q=s1")
    assert found["Location"] == f"{HOME}serials/{unit.id}/"
    for address, most in ((found["Location"], 15), (f"{HOME}serials/?q=s", 12), (f"{HOME}items/{phone.id}/", 25)):
        with CaptureQueriesContext(connection) as queries:
            page = browser_client.get(address)
        assert len(queries) <= most
        assert "S1" in page.text
    assert "S2" not in browser_client.get(f"{HOME}serials/?item={phone.id}&q=s1").text
    assert browser_client.get(f"{HOME}serials/?item=nonsense").status_code == 200


def test_units_are_called_back_by_a_range_of_numbers(browser_client, tenant, catalog, phone):
    with inside(tenant):
        receive(phone, catalog.leeds, "S1", "S2", "S3")
    named = {"item": "PHONE", "first_serial": "S2", "last_serial": "S9", "reason": "Battery"}
    assert browser_client.post(f"{HOME}recalls/new/", named | {"first_serial": "T"}).status_code == 422
    assert "S3" in browser_client.post(f"{HOME}recalls/new/", named).text
    assert browser_client.post(f"{HOME}recalls/new/", named | {"confirmed": "1"}).status_code == 303
    with inside(tenant):
        number = Recall.objects.get().number
        assert dict(Serial.objects.values_list("code", "state")) == {
            "S1": "sellable", "S2": "quarantine", "S3": "quarantine",
        }  # fmt: skip
        unit = Serial.objects.get(code="S3")
    assert "S3" in browser_client.get(f"{HOME}recalls/{number}/").text
    address = f"{HOME}serials/{unit.id}/"
    assert "Battery" in browser_client.get(address).text
    assert browser_client.post(f"{address}release/", {"reason": ""}).status_code == 422
    assert browser_client.post(f"{address}release/", {"reason": "Fine"}).status_code == 303
    assert browser_client.post(f"{address}block/", {"reason": "No, it is not"}).status_code == 303
    assert "No, it is not" in browser_client.get(address).text


def test_who_sees_one_location_sees_no_units_elsewhere(membership, tenant, catalog, phone):
    with inside(tenant):
        receive(phone, catalog.leeds, "S1")
        unit = Serial.objects.get()
    client = client_of(membership(role="warehouse", locations=[catalog.london.id]))
    assert client.get(f"{HOME}serials/{unit.id}/").status_code == 404
    assert "S1" not in client.get(f"{HOME}serials/").text


def test_a_gs1_code_fills_its_line(browser_client, tenant, catalog, phone):
    with inside(tenant):
        update_item(item_id=phone.id, changes={"barcodes": ["4006381333931"]})
    sheet = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "location": str(catalog.leeds.id)}
    sheet |= {"form-0-code": "(01)04006381333931(21)S7", "form-0-quantity": "1"}
    assert browser_client.post(f"{HOME}receive/", sheet).status_code == 303
    with inside(tenant):
        assert Serial.objects.get().code == "S7"
