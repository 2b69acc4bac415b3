"""Items, locations and stock through HTTP, with good and bad input."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Item, Movement
from oms.accounts.models import ApiKey
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit_of_work
from tests.fixtures import make_catalog
from tests.inventory.stock import assert_book_adds_up, shelf

BASE = "/api/v1"


def post(api, path, body, **headers):
    return api.post(f"{BASE}/{path}", body, format="json", headers=headers)


def patch(api, path, body, **headers):
    return api.patch(f"{BASE}/{path}", body, format="json", headers=headers)


def named(response) -> list[str]:
    """The fields a problem names."""
    assert response["Content-Type"] == "application/problem+json"
    return [each["field"] for each in response.json()["errors"]]


@pytest.fixture
def theirs(other_tenant):
    return make_catalog(other_tenant)


# --- items


def test_an_item_s_life(api):
    created = post(api, "items", {"sku": "NEW-1", "name": "New", "price": "4.50", "aliases": [{"code": "n1"}]})
    assert created.status_code == 201
    assert created["ETag"] == '"1"'
    assert created.json()["aliases"] == [{"code": "N1", "channel_id": None}]
    where = f"items/{created.json()['id']}"
    assert created["Location"].endswith(where)
    changed = patch(api, where, {"name": "Newer"}, if_match='"1"')
    assert (changed.status_code, changed["ETag"], changed.json()["name"]) == (200, '"2"', "Newer")
    stale = patch(api, where, {"name": "Late"}, if_match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert api.get(f"{BASE}/{where}").json()["name"] == "Newer"


def test_items_page_by_sku_and_search(api, catalog):
    first = api.get(f"{BASE}/items", {"page_size": 2}).json()
    assert [each["sku"] for each in first["results"]] == ["MUG-BLU", "MUG-RED"]
    second = api.get(first["next"]).json()
    assert [each["sku"] for each in second["results"]] == ["TEA"]
    assert second["next"] is None
    assert [each["sku"] for each in api.get(f"{BASE}/items", {"q": "mug-r"}).json()["results"]] == ["MUG-RED"]


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({}, 422, ["sku"]),
        ({"sku": ""}, 422, ["sku"]),
        ({"sku": "x" * 101}, 422, ["sku"]),
        ({"sku": "A", "weight_g": -1, "length_mm": 10**12}, 422, ["weight_g", "length_mm"]),
        ({"sku": "A", "price": "-1"}, 422, ["price"]),
        ({"sku": "A", "price": "1e400"}, 422, ["price"]),
        ({"sku": "A", "aliases": [{"code": "x"}, {}]}, 422, ["aliases.1.code"]),
        ({"sku": "A", "aliases": [{"code": "x", "channel_id": str(uuid7())}]}, 422, ["aliases"]),
        ({"sku": "mug-blu"}, 409, ["sku"]),
    ],
)  # fmt: skip
def test_a_bad_item_is_refused_by_field(api, catalog, body, status, fields):
    response = post(api, "items", body)
    assert response.status_code == status
    assert named(response) == fields
    assert response.json()["detail"]


def test_sql_and_html_are_just_text(api):
    name = "<script>alert(1)</script>'; DROP TABLE inventory_item; --"
    created = post(api, "items", {"sku": "'; --", "name": name})
    assert created.status_code == 201
    assert api.get(f"{BASE}/items", {"q": "'; --"}).json()["results"][0]["name"] == name


def test_a_stranger_s_item_does_not_exist(api, catalog, theirs):
    where = f"items/{theirs.id('TEA')}"
    assert api.get(f"{BASE}/{where}").status_code == 404
    assert patch(api, where, {"name": "Mine"}).status_code == 404
    assert api.get(f"{BASE}/stock", {"item_id": str(theirs.id("TEA"))}).json()["results"] == []
    assert api.get(f"{BASE}/movements", {"item_id": str(theirs.id("TEA"))}).json()["results"] == []
    assert api.get(f"{BASE}/reservations", {"item_id": str(theirs.id("TEA"))}).json()["results"] == []


# --- locations


def test_a_location_s_life(api, catalog):
    created = post(
        api, "locations",
        {"code": "york", "name": "York", "timezone": "Europe/London", "cutoff": "15:30", "address": {"country": "GB"}},
    )  # fmt: skip
    assert created.status_code == 201
    assert created.json()["code"] == "YORK"
    where = f"locations/{created.json()['id']}"
    assert patch(api, where, {"ships": False}, if_match='"1"').json()["ships"] is False
    assert patch(api, where, {"ships": True}, if_match='"1"').status_code == 412
    ranked = post(api, "locations/rank", {"location_ids": [created.json()["id"]]}).json()
    assert [each["code"] for each in ranked] == ["YORK", "LEEDS", "LONDON"]
    assert [each["code"] for each in api.get(f"{BASE}/locations").json()["results"]] == ["LEEDS", "LONDON", "YORK"]
    in_use = patch(api, f"locations/{catalog.leeds.id}", {"active": False})
    assert (in_use.status_code, in_use.json()["code"]) == (409, "location_in_use")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"code": "Y"}, ["name"]),
        ({"code": "Y", "name": "Y", "timezone": "Mars"}, ["timezone"]),
        ({"code": "Y", "name": "Y", "address": {"country": "gb", "moon": 1}}, ["address.moon", "address.country"]),
        ({"code": "Y", "name": "Y", "address": "Leeds"}, ["address"]),
        ({"code": "Y", "name": "Y", "cutoff": "25:00"}, ["cutoff"]),
    ],
)
def test_a_bad_location_is_refused_by_field(api, body, fields):
    response = post(api, "locations", body)
    assert response.status_code == 422
    assert named(response) == fields


def test_a_key_of_one_location_sees_and_touches_only_that(tenant, catalog, api_of):
    limited = api_of(tenant)
    ApiKey.objects.update(locations=[catalog.london.id])
    assert [each["code"] for each in limited.get(f"{BASE}/locations").json()["results"]] == ["LONDON"]
    assert limited.get(f"{BASE}/locations/{catalog.leeds.id}").status_code == 404
    assert patch(limited, f"locations/{catalog.leeds.id}", {"name": "Mine"}).status_code == 404
    tea = limited.get(f"{BASE}/stock", {"sku": "TEA"}).json()["results"][0]
    assert (tea["on_hand"], len(tea["locations"])) == (5, 1)
    elsewhere = {"lines": [{"sku": "TEA", "location": "LEEDS", "quantity": 1}]}
    assert named(post(limited, "stock/receive", elsewhere)) == ["lines.0.location"]
    by_id = {"lines": [{"sku": "TEA", "location_id": str(catalog.leeds.id), "quantity": 1}]}
    assert named(post(limited, "stock/receive", by_id)) == ["lines.0.location_id"]


# --- stock


def test_stock_by_sku_location_and_search(api, catalog):
    (tea,) = api.get(f"{BASE}/stock", {"sku": "tea"}).json()["results"]
    assert (tea["on_hand"], tea["available"]) == (15, 15)
    assert [(each["location"], each["available"]) for each in tea["locations"]] == [("Leeds", 10), ("London", 5)]
    at_london = api.get(f"{BASE}/stock", {"location_id": str(catalog.london.id), "q": "mug-"}).json()["results"]
    assert [(each["sku"], each["on_hand"]) for each in at_london] == [("MUG-BLU", 5), ("MUG-RED", 5)]
    assert api.get(f"{BASE}/stock", {"sku": "nothing"}).json()["results"] == []
    assert named(api.get(f"{BASE}/stock", {"item_id": "x"})) == ["item_id"]


def test_receiving_by_code_and_by_id(api, tenant, catalog):
    by_id = {"item_id": str(catalog.id("MUG-RED")), "location_id": str(catalog.london.id)}
    lines = [{"sku": "tea", "location": "leeds", "quantity": 4}, {**by_id, "quantity": 1, "state": "damaged"}]
    response = post(api, "stock/receive", {"lines": lines, "reason": "PO 7"})
    assert response.status_code == 201
    assert [each["on_hand"] for each in response.json()["results"]] == [14, 1]
    with unit_of_work(tenant.id, system("tests")):
        assert_book_adds_up()


def test_receiving_twice_with_one_key_receives_once(api, tenant, catalog):
    body = {"lines": [{"sku": "TEA", "location": "LEEDS", "quantity": 4}]}
    first = post(api, "stock/receive", body, idempotency_key="delivery-7")
    again = post(api, "stock/receive", body, idempotency_key="delivery-7")
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    with unit_of_work(tenant.id, system("tests")):
        assert shelf(catalog.id("TEA"), catalog.leeds.id) == (14, 0)


def test_one_bad_line_and_nothing_is_received(api, tenant, catalog, theirs):
    good = {"sku": "TEA", "location": "LEEDS", "quantity": 1}
    cases = [
        ({"sku": "NOPE"}, "lines.1.sku"),
        ({"location": "NOWHERE"}, "lines.1.location"),
        ({"quantity": -1}, "lines.1.quantity"),
        ({"quantity": 10**12}, "lines.1.quantity"),
        ({"quantity": 1.5}, "lines.1.quantity"),
        ({"quantity": 10**400}, "lines.1.quantity"),
        ({"state": "mint"}, "lines.1.state"),
        ({"item_id": str(uuid7())}, "lines.1.sku"),
    ]
    for change, field in cases:
        response = post(api, "stock/receive", {"lines": [good, {**good, **change}]})
        assert response.status_code == 422, change
        assert named(response) == [field]
    strangers = {"item_id": str(theirs.id("TEA")), "location_id": str(theirs.leeds.id), "quantity": 1}
    assert named(post(api, "stock/receive", {"lines": [strangers]})) == ["lines.0.item_id", "lines.0.location_id"]
    assert named(post(api, "stock/receive", {"lines": []})) == ["lines"]
    assert named(post(api, "stock/receive", {"lines": [good] * 1001})) == ["lines"]
    with unit_of_work(tenant.id, system("tests")):
        assert shelf(catalog.id("TEA"), catalog.leeds.id) == (10, 0)


def test_adjusting_by_count_and_by_change(api, catalog):
    where = {"sku": "TEA", "location": "LEEDS"}
    counted = post(api, "stock/adjust", {**where, "counted": 8, "reason": "count"})
    assert (counted.status_code, counted.json()["change"], counted.json()["lost"]) == (200, -2, [])
    changed = post(api, "stock/adjust", {**where, "change": -20, "reason": "loss", "note": "flood"})
    assert (changed.json()["on_hand"], changed.json()["unexplained"]) == (0, 12)
    for body, field in [
        ({"counted": 1, "reason": "whim"}, "reason"),
        ({"counted": -1, "reason": "count"}, "counted"),
        ({"reason": "count"}, "counted"),
        ({"change": 0, "reason": "loss"}, "change"),
        ({"change": 10**12, "reason": "found"}, "change"),
        ({"sku": "NOPE", "counted": 1, "reason": "count"}, "sku"),
    ]:
        response = post(api, "stock/adjust", {**where, **body})
        assert (response.status_code, named(response)) == (422, [field])


def test_above_the_limit_the_answer_is_202(client, membership, tenant, catalog):
    member = membership(role="warehouse", limits={"stock.adjust": "10"})
    client.force_login(member.user)
    response = client.post(
        f"{BASE}/stock/adjust",
        {"sku": "TEA", "location": "LEEDS", "change": -5, "reason": "loss"},
        content_type="application/json",
        headers={"throughline-merchant": tenant.slug},
    )
    assert response.status_code == 202
    assert response.json()["amount"] == "16.5000"
    with unit_of_work(tenant.id, system("tests")):
        assert shelf(catalog.id("TEA"), catalog.leeds.id) == (10, 0)


def test_setting_aside(api, catalog):
    body = {"sku": "TEA", "location": "LEEDS", "from_state": "sellable", "to_state": "quality_hold", "quantity": 3}
    assert post(api, "stock/move-state", body).json()["available"] == 12
    too_many = post(api, "stock/move-state", {**body, "quantity": 8})
    assert (too_many.status_code, too_many.json()["available"]) == (409, 7)


def test_availability_of_many_skus(api, catalog):
    post(api, "availability", {"skus": ["tea"]})
    with CaptureQueriesContext(connection) as few:
        response = post(api, "availability", {"skus": ["tea", "MUG-BLU", "nothing"]})
    with CaptureQueriesContext(connection) as many:
        post(api, "availability", {"skus": ["tea", "MUG-BLU", *(f"nothing-{n}" for n in range(498))]})
    assert len(many) == len(few)
    tea, mug, nothing = response.json()["results"]
    assert (tea["sku"], tea["available"], len(tea["locations"])) == ("tea", 15, 2)
    assert mug["item_id"] == str(catalog.id("MUG-BLU"))
    assert (nothing["item_id"], nothing["available"], nothing["locations"]) == (None, 0, [])
    assert named(post(api, "availability", {"skus": ["x"] * 501})) == ["skus"]
    assert named(post(api, "availability", {"skus": []})) == ["skus"]


def test_the_ledger_and_what_is_promised(api, tenant, catalog):
    page = api.get(f"{BASE}/movements", {"item_id": str(catalog.id("TEA")), "page_size": 1}).json()
    assert page["results"][0]["sku"] == "TEA"
    assert api.get(page["next"]).json()["results"][0]["id"] < page["results"][0]["id"]
    assert named(api.get(f"{BASE}/movements", {"since": "yesterday"})) == ["since"]
    assert named(api.get(f"{BASE}/reservations")) == ["item_id"]
    assert api.get(f"{BASE}/reservations", {"demand_id": str(uuid7())}).json()["results"] == []


def test_each_door_asks_for_its_verb(tenant, catalog, api_of):
    reader = api_of(tenant, scopes=["stock.view"])
    body = {"sku": "TEA", "location": "LEEDS"}
    assert post(reader, "stock/adjust", {**body, "counted": 1, "reason": "count"}).status_code == 403
    assert post(reader, "stock/receive", {"lines": [{**body, "quantity": 1}]}).status_code == 403
    assert post(reader, "items", {"sku": "X"}).status_code == 403
    assert post(reader, "locations", {"code": "X", "name": "X"}).status_code == 403
    assert reader.get(f"{BASE}/locations").status_code == 403
    assert reader.get(f"{BASE}/stock").status_code == 200
    with unit_of_work(tenant.id, system("tests")):
        assert not Item.objects.filter(sku="X").exists()
        assert not Movement.objects.exclude(from_state="opening").exists()
