"""The floor over HTTP: from release to the door, and what is refused."""

import pytest

from fulfillment.actions.allocate import allocate_orders
from fulfillment.models import FulfillmentOrder
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit_of_work
from tests.fulfillment.trade import place


@pytest.fixture
def order_id(tenant, catalog):
    with unit_of_work(tenant.id, system("tests")):
        (made,) = place({"TEA": 2})
        allocate_orders(order_ids=[made], trigger="cleared")
    return made


@pytest.fixture
def work(api, order_id) -> str:
    answer = api.post("/api/v1/releases", {"order_ids": [str(order_id)]}, format="json").json()
    return f"/api/v1/fulfillment-orders/{answer['results'][0]['fulfillment_order_ids'][0]}"


def scan(api, work: str, code: str, scan_id=None):
    body = {"scan_id": str(scan_id or uuid7()), "code": code}
    return api.post(f"{work}/scans", body, format="json")


def test_from_release_to_the_door(api, work, order_id):
    assert api.post(f"{work}/start", {}, format="json").json()["state"] == "picking"
    assert scan(api, work, "MUG-RED").json()["verdict"] == "wrong_item"
    verdicts = [scan(api, work, "TEA").json() for _ in range(4)]
    assert [each["verdict"] for each in verdicts] == ["right", "line_done"] * 2
    assert verdicts[-1]["state"] == "packing"
    packed = api.post(f"{work}/pack", {"parcels": [{"weight_g": 300, "box": "S"}]}, format="json").json()
    assert packed["state"] == "packed"
    assert [(each["verified"], each["label"]) for each in packed["parcels"]] == [(True, "")]
    refused = api.post(f"{work}/dispatch", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_label")
    asked = api.post(f"{work}/labels", {}, format="json")
    assert (asked.status_code, asked.json()["parcels"][0]["label"]) == (202, "due")
    order = api.get(f"/api/v1/orders/{order_id}").json()
    assert order["next_step"] == "Leeds to hand over 1 parcel"
    assert [each["state"] for each in order["fulfillment_orders"]] == ["packed"]
    assert [each["verb"] for each in packed["allowed_actions"] if each["permitted"]] == ["unpack", "label", "dispatch"]


def test_collected_by_the_customer(api, work, order_id):
    api.post(f"{work}/start", {}, format="json")
    for _ in range(4):
        scan(api, work, "TEA")
    api.post(f"{work}/pack", {"parcels": [{"weight_g": 300}]}, format="json")
    gone = api.post(f"{work}/dispatch", {"without_label": True}, format="json").json()
    assert gone["state"] == "dispatched"
    assert api.post(f"{work}/dispatch", {"without_label": True}, format="json").status_code == 409
    order = api.get(f"/api/v1/orders/{order_id}").json()
    assert (order["state"], order["fulfillment_state"], order["lines"][0]["shipped"]) == ("closed", "shipped", 2)


def test_releasing_twice_says_so_per_order(api, work, order_id):
    [again] = api.post("/api/v1/releases", {"order_ids": [str(order_id)]}, format="json").json()["results"]
    assert (again["code"], again["fulfillment_order_ids"]) == ("nothing_to_release", [])


def test_short_and_undo(api, work):
    api.post(f"{work}/start", {}, format="json")
    scan(api, work, "TEA")
    assert api.post(f"{work}/undo").json()["lines"][0]["picked"] == 0
    line = api.get(work).json()["lines"][0]["id"]
    body = {"fulfillment_line_id": line, "found": 1, "reason": "damaged"}
    short = api.post(f"{work}/shorts", body, format="json").json()
    assert short == {"outcome": "elsewhere", "sentence": "London will ship this one. Go on.", "wanted": 2, "found": 1}


def test_cancel_is_asked_and_answered(api, work, order_id):
    api.post(f"{work}/start", {}, format="json")
    asked = api.post(f"/api/v1/orders/{order_id}/cancel", {"reason": "Changed my mind"}, format="json").json()
    assert asked["state"] == "cancel_requested"
    refused = scan(api, work, "TEA")
    assert (refused.status_code, refused.json()["code"]) == (409, "cancel_asked")
    stopped = api.post(f"{work}/answer-cancel", {"accept": True}, format="json").json()
    assert stopped["state"] == "stopped"
    assert api.get(f"/api/v1/orders/{order_id}").json()["state"] == "cancelled"


def test_pages_and_filters(api, work, order_id, catalog):
    listed = api.get(f"/api/v1/fulfillment-orders?state=open&location_id={catalog.leeds.id}").json()["results"]
    assert [each["order_id"] for each in listed] == [str(order_id)]
    assert api.get("/api/v1/fulfillment-orders?state=dispatched").json()["results"] == []
    assert api.get("/api/v1/fulfillment-orders?state=odd").status_code == 422


def test_another_location_and_other_scopes(api_of, tenant, work, catalog):
    londoner = api_of(tenant, locations=[catalog.london.id])
    assert londoner.get(work).status_code == 404
    reader = api_of(tenant, scopes=["fulfillment.view"])
    assert reader.get(work).status_code == 200
    assert reader.post(f"{work}/start", {}, format="json").status_code == 403
    with unit_of_work(tenant.id, system("tests")):
        assert FulfillmentOrder.objects.get().state == "released"
