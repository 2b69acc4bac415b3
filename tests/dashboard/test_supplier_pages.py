"""Suppliers and their catalogues on their pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import SupplierItem
from tests.dashboard.orders import client_of, inside

pytestmark = pytest.mark.django_db
PAGE = "/m/acme/inventory/suppliers/"
POTTERY = {"name": "Potteries", "code": "pot", "currency": "EUR", "lead_time_days": "10", "active": "on"}
MUG = {"sku": "mug-blu", "prices": "1: 4.10\n100: 3.80", "minimum": "12", "pack_size": "6", "rank": "1"}


def test_add_one_with_what_they_sell(browser_client, tenant, catalog):
    where = browser_client.post(f"{PAGE}new/", POTTERY)["location"]
    assert browser_client.post(where, MUG).status_code == 303
    with CaptureQueriesContext(connection) as queries:
        page = browser_client.get(where).text
    assert len(queries) <= 25
    assert "MUG-BLU" in page
    assert "from 100" in page
    changed = {**POTTERY, "name": "Potteries & Sons", "version": "1"}
    assert browser_client.post(f"{where}edit/", changed).status_code == 303
    assert browser_client.post(f"{where}edit/", changed).status_code == 422
    with CaptureQueriesContext(connection) as queries:
        assert "Potteries &amp; Sons" in browser_client.get(PAGE).text
    assert len(queries) <= 12
    with inside(tenant):
        row = SupplierItem.objects.get()
    assert browser_client.post(f"{PAGE}items/{row.id}/remove/").status_code == 303
    assert "Nothing yet." in browser_client.get(where).text


def test_what_is_wrong_stands_beside_it(browser_client, membership, catalog):
    where = browser_client.post(f"{PAGE}new/", POTTERY)["location"]
    refused = browser_client.post(where, {**MUG, "sku": "NOPE", "prices": "cheap"})
    assert refused.status_code == 422
    assert "“cheap” is no price." in refused.text
    assert "No item is called “NOPE”." in browser_client.post(where, {**MUG, "sku": "NOPE"}).text
    assert browser_client.post(f"{PAGE}new/", {**POTTERY, "currency": "XXQ"}).status_code == 422
    reader = client_of(membership(role="read_only"))
    assert "Put an item into" not in reader.get(where).text
    assert reader.post(where, MUG).status_code == 403
