"""Counts through HTTP, with good and bad input."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit_of_work
from tests.inventory.stock import shelf
from tests.inventory.test_api import named, post, theirs

pytestmark = pytest.mark.django_db
BASE = "/api/v1/counts"
theirs = theirs


def opened(api, **body) -> dict:
    response = post(api, "counts", {"location": "leeds", "skus": ["TEA", "MUG-BLU"], **body})
    assert response.status_code == 201, response.json()
    return response.json()


def test_a_count_s_life(api, tenant, catalog):
    count = opened(api, note="After the move")
    assert (count["number"], count["state"], count["left"], count["title"]) == (1001, "open", 2, "2 items")
    where = f"counts/{count['id']}"
    entry = {"sku": "tea", "add": 8, "entry_id": str(uuid7())}
    for _sent_again in range(2):
        answer = post(api, f"{where}/record", {"entries": [entry]}).json()
        assert (answer["lines"][0]["counted"], answer["lines"][0]["variance"], answer["count"]["left"]) == (8, -2, 1)
    assert [each["sku"] for each in api.get(f"/api/v1/{where}/lines", {"left": "true"}).json()["results"]] == [
        "MUG-BLU"
    ]
    done = post(api, f"{where}/finish", {}, idempotency_key="once")
    again = post(api, f"{where}/finish", {}, idempotency_key="once")
    assert (done.status_code, done.json()["outcome"], done.json()["uncounted"]) == (200, "finished", 1)
    assert (again.json(), again["Idempotency-Replayed"]) == (done.json(), "true")
    assert done.json()["count"]["state"] == "finished"
    assert [each["permitted"] for each in done.json()["count"]["allowed_actions"]] == [False] * 3
    with unit_of_work(tenant.id, system("tests")):
        assert shelf(catalog.id("TEA"), catalog.leeds.id) == (8, 0)
    (movement,) = api.get("/api/v1/movements", {"cause_kind": "count"}).json()["results"]
    assert movement["cause_id"] == count["id"]
    over = post(api, f"{where}/record", {"entries": [entry]})
    assert (over.status_code, over.json()["code"], over.json()["state"]) == (409, "not_allowed", "finished")


def test_a_count_of_what_is_being_counted_names_the_other(api, catalog):
    first = opened(api)
    refused = post(api, "counts", {"location": "LEEDS", "everything": True})
    assert (refused.status_code, refused.json()["code"], refused.json()["counts"]) == (409, "being_counted", [1001])
    assert "Count 1001 at Leeds" in refused.json()["detail"]
    canceled = post(api, f"counts/{first['id']}/cancel", {"note": "Not now"})
    assert (canceled.json()["state"], canceled.json()["note"]) == ("cancelled", "Not now")
    assert opened(api, everything=True, skus=[])["lines"] == 3


@pytest.mark.parametrize(
    ("entry", "field", "code"),
    [
        ({"sku": "TEA", "counted": -1}, "entries.1.counted", "out_of_range"),
        ({"sku": "TEA", "counted": 10**15}, "entries.1.counted", "out_of_range"),
        ({"sku": "TEA"}, "entries.1.counted", "required"),
        ({"sku": "NOPE", "counted": 1}, "entries.1.sku", "unknown_item"),
        ({"counted": 1}, "entries.1.sku", "required"),
        ({"sku": "MUG-RED", "counted": 1}, "entries.1.item_id", "not_in_count"),
        ({"sku": "TEA", "counted": 1, "state": "gone"}, "entries.1.state", "invalid_choice"),
        ({"sku": "TEA", "counted": "many"}, "entries.1.counted", "invalid"),
    ],
)  # fmt: skip
def test_a_bad_entry_is_named_and_none_is_written(api, catalog, entry, field, code):
    count = opened(api)
    refused = post(api, f"counts/{count['id']}/record", {"entries": [{"sku": "TEA", "counted": 3}, entry]})
    assert refused.status_code == 422
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [(field, code)]
    assert api.get(f"{BASE}/{count['id']}").json()["counted"] == 0


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"location": "LEEDS"}, ["item_ids"]),
        ({"skus": ["TEA"]}, ["location"]),
        ({"location": "NOWHERE", "everything": True}, ["location"]),
        ({"location": "LEEDS", "skus": ["NOPE"]}, ["skus.0"]),
        ({"location": "LEEDS", "abc_class": "D"}, ["abc_class"]),
        ({"location": "LEEDS", "item_ids": [str(uuid7())]}, ["item_ids.0"]),
    ],
)  # fmt: skip
def test_a_bad_choice_is_refused_by_field(api, catalog, body, fields):
    assert named(post(api, "counts", body)) == fields


def test_another_merchants_count_and_items_are_not_there(api, api_of, catalog, theirs, other_tenant):
    count = opened(api_of(other_tenant))
    assert post(api, f"counts/{count['id']}/finish", {}).status_code == 404
    own = opened(api)
    entry = {"item_id": str(theirs.id("TEA")), "counted": 1}
    refused = post(api, f"counts/{own['id']}/record", {"entries": [entry], "add_missing": True})
    assert named(refused) == ["entries.0.item_id"]


def test_a_blind_count_hides_what_is_expected_until_all_is_counted(api_of, tenant, catalog):
    counter = api_of(tenant, scopes=["stock.view", "stock.count"])
    count = opened(counter, blind=True)
    where = f"counts/{count['id']}"
    first = post(counter, f"{where}/record", {"entries": [{"sku": "TEA", "counted": 9}]}).json()
    assert (first["lines"][0]["expected"], first["lines"][0]["variance"], first["count"]["off"]) == (None, None, None)
    last = post(counter, f"{where}/record", {"entries": [{"sku": "MUG-BLU", "counted": 10}]}).json()
    assert (last["count"]["state"], last["count"]["off"], last["lines"][0]["expected"]) == ("counted", 1, 10)
    assert post(counter, f"{where}/finish", {}).json()["amount"] == "3.3000"


def test_above_the_limit_the_answer_is_202(client, membership, tenant, catalog):
    client.force_login(membership(role="warehouse", limits={"stock.adjust": "10"}).user)
    headers = {"throughline-merchant": tenant.slug}

    def send(path: str, body: dict):
        return client.post(path, body, content_type="application/json", headers=headers)

    count = send(BASE, {"location": "LEEDS", "skus": ["TEA"]}).json()
    send(f"{BASE}/{count['id']}/record", {"entries": [{"sku": "TEA", "counted": 6}]})
    asked = send(f"{BASE}/{count['id']}/finish", {})
    assert (asked.status_code, asked.json()["outcome"], asked.json()["amount"]) == (202, "waiting", "13.2000")
    assert asked.json()["count"]["approval_id"]


def test_lists_and_settings(api, api_of, tenant, catalog):
    changed = api.patch(f"{BASE}/policy", {"c_days": 1}, format="json")
    assert (changed.json()["c_days"], changed.json()["a_days"]) == (1, 30)
    refused = api.patch(f"{BASE}/policy", {"a_percent": 99}, format="json")
    assert named(refused) == ["b_percent"]
    assert api.get(f"{BASE}/due").json()["results"] == []
    for _count in range(2):
        count = opened(api)
        post(api, f"counts/{count['id']}/cancel", {})
    with CaptureQueriesContext(connection) as few:
        page = api.get(BASE, {"view": "finished", "page_size": 1}).json()
    assert [each["number"] for each in page["results"]] == [1002]
    with CaptureQueriesContext(connection) as many:
        assert len(api.get(BASE).json()["results"]) == 2
    assert len(many) == len(few)
    assert named(api.get(BASE, {"view": "x"})) == ["view"]
    reader = api_of(tenant, scopes=["stock.view"])
    assert reader.get(BASE).status_code == 200
    assert post(reader, "counts", {"location": "LEEDS", "everything": True}).status_code == 403
    assert reader.patch(f"{BASE}/policy", {"c_days": 2}, format="json").status_code == 403


def test_somebody_limited_to_london_sees_no_count_in_leeds(api, api_of, tenant, catalog):
    count = opened(api)
    limited = api_of(tenant, locations=[catalog.london.id])
    assert limited.get(BASE).json()["results"] == []
    assert limited.get(f"{BASE}/{count['id']}").status_code == 404
    assert named(post(limited, "counts", {"location": "LEEDS", "everything": True})) == ["location"]
