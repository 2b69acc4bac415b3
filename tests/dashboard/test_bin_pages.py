"""Bins on their pages and over HTTP, and at the station."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fulfillment.floor.queries import lines_of_work, pick_stops
from inventory.actions.bins import create_bins, put_away
from inventory.models import Bin, BinStock
from tests.dashboard.orders import client_of, inside
from tests.fulfillment.floor import released

pytestmark = pytest.mark.django_db
HOME = "/m/acme/inventory/"


@pytest.fixture
def bin_a(tenant, catalog) -> Bin:
    with inside(tenant):
        (made,) = create_bins(location_id=catalog.leeds.id, codes=["A-1"])
    return made


def test_bins_are_added_changed_and_removed(browser_client, tenant, catalog):
    address = f"{HOME}locations/{catalog.leeds.id}/bins/"
    assert browser_client.post(address, {"codes": "A 1", "kind": "pick"}).status_code == 422
    assert browser_client.post(address, {"codes": "A-1\nA-2", "kind": "pick"}).status_code == 303
    with CaptureQueriesContext(connection) as queries:
        assert "A-2" in browser_client.get(address).text
    assert len(queries) <= 12
    with inside(tenant):
        found = Bin.objects.get(code="A-2")
    one = f"{HOME}bins/{found.id}/"
    assert browser_client.post(one, {"kind": "bulk", "place": "5"}).status_code == 303
    assert browser_client.post(one, {"kind": "bulk", "place": "-1"}).status_code == 422
    assert browser_client.post(f"{one}remove/").status_code == 303
    assert browser_client.get(one).status_code == 404


def test_scan_the_item_scan_the_bin(browser_client, tenant, catalog, bin_a):
    given = {"location": str(catalog.leeds.id), "item": "TEA", "bin": "a-1", "quantity": "4"}
    page = browser_client.get(f"{HOME}put-away/").text
    assert "In no bin at Leeds" in page
    assert browser_client.post(f"{HOME}put-away/", given).status_code == 303
    for wrong, words in (
        ({"item": "NOPE"}, "No item has this SKU or barcode."),
        ({"bin": "Z-9"}, "This location has no such bin."),
        ({"quantity": "7"}, "Only 6 of TEA lie"),
        ({"from_bin": "a-1"}, "Choose another bin"),
    ):
        refused = browser_client.post(f"{HOME}put-away/", given | wrong)
        assert refused.status_code == 422
        assert words in refused.text
    assert "A-1" in browser_client.get(f"{HOME}items/{catalog.id('TEA')}/").text
    in_use = browser_client.post(f"{HOME}bins/{bin_a.id}/remove/")
    assert in_use.status_code == 409
    assert "Something lies in bin A-1." in in_use.text
    with inside(tenant):
        assert BinStock.objects.get().on_hand == 4


def test_without_bins_there_is_nothing_to_put_away(browser_client, catalog):
    assert "No location has bins" in browser_client.get(f"{HOME}put-away/").text


def test_the_walk_goes_by_bins_and_the_station_says_which(browser_client, tenant, catalog, bin_a):
    with inside(tenant):
        (last,) = create_bins(location_id=catalog.leeds.id, codes=["Z-1"])
        put_away(item_id=catalog.id("MUG-BLU"), bin_id=last.id, quantity=2)
        put_away(item_id=catalog.id("TEA"), bin_id=bin_a.id, quantity=2)
        work = released(MUG_BLU=1, TEA=1, MUG_RED=1)
        stops = pick_stops(lines_of_work([work.id])[work.id])
    assert [(stop.bin, stop.sku) for stop in stops] == [("A-1", "TEA"), ("Z-1", "MUG-BLU"), ("", "MUG-RED")]
    assert "A-1" in browser_client.get(f"/m/acme/fulfilment/{work.number}/pick/").text


def test_bins_over_http(api, catalog):
    address = f"/api/v1/locations/{catalog.leeds.id}/bins"
    made = api.post(address, {"codes": ["A-1", "A-2"]}, format="json")
    assert [each["code"] for each in made.json()] == ["A-1", "A-2"]
    first, second = (f"/api/v1/bins/{each['id']}" for each in made.json())
    put = api.post(f"{first}/put-away", {"sku": "TEA", "quantity": 3}, format="json").json()
    assert [(each["sku"], each["on_hand"]) for each in put["contents"]] == [("TEA", 3)]
    moved = {"sku": "TEA", "quantity": 1, "from_bin_id": first.rpartition("/")[2]}
    assert api.post(f"{second}/put-away", moved, format="json").json()["contents"][0]["on_hand"] == 1
    assert api.patch(second, {"kind": "bulk"}, format="json").json()["kind"] == "bulk"
    assert api.delete(second).status_code == 409
    assert [each["place"] for each in api.get(address).json()["results"]] == [10, 20]


def test_who_sees_another_location_sees_no_bins_here(membership, tenant, catalog, bin_a):
    client = client_of(membership(role="warehouse", locations=[catalog.london.id]))
    assert client.get(f"{HOME}bins/{bin_a.id}/").status_code == 404
    assert client.get(f"{HOME}locations/{catalog.leeds.id}/bins/").status_code == 404
