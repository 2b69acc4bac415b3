"""Returns over HTTP: each step, each refusal with its field, and retries that change nothing twice."""

import pytest

from oms.core.db.keys import uuid7
from tests.dashboard.orders import inside
from tests.returns.goods import line_of, shipped

pytestmark = pytest.mark.usefixtures("catalog")
RETURNS = "/api/v1/returns"


def test_the_whole_way_over_http(api, tenant):
    with inside(tenant):
        order = shipped(TEA=2)
        line = line_of(order)
    body = {"order_id": str(order.id), "lines": [{"order_line_id": str(line.id), "quantity": 1, "reason": "damaged"}]}
    key = {"Idempotency-Key": "once"}
    made = api.post(RETURNS, body, format="json", headers=key)
    assert made.status_code == 201
    assert api.post(RETURNS, body, format="json", headers=key).json() == made.json()
    url, row = f"{RETURNS}/{made.json()['id']}", made.json()["lines"][0]["id"]
    early = api.post(f"{url}/receive", {"receipts": [{"id": str(uuid7()), "return_line_id": row}]}, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "not_allowed")
    assert api.post(f"{url}/approve", format="json").json()["state"] == "approved"
    assert api.post(f"{url}/sent", {"tracking_number": "RM1"}, format="json").json()["state"] == "in_transit"
    receipt = {"receipts": [{"id": str(uuid7()), "return_line_id": row}]}
    for _again in range(2):
        assert api.post(f"{url}/receive", receipt, format="json").json()["lines"][0]["received"] == 1
    seen = {"id": str(uuid7()), "return_line_id": row, "grade": "as_new", "disposition": "restock"}
    wrong = api.post(f"{url}/inspect", {"inspections": [seen | {"grade": "fine"}]}, format="json")
    assert wrong.status_code == 422
    done = api.post(f"{url}/inspect", {"inspections": [seen]}, format="json").json()
    assert (done["state"], done["lines"][0]["restocked"]) == ("closed", 1)
    assert done["refund_id"]
    assert [each["number"] for each in api.get(RETURNS, {"view": "done"}).json()["results"]] == [done["number"]]


def test_what_cannot_come_back_names_its_line(api, tenant):
    with inside(tenant):
        order = shipped(TEA=2)
        line = line_of(order)
    body = {"order_id": str(order.id), "lines": [{"order_line_id": str(line.id), "quantity": 3, "reason": "damaged"}]}
    refused = api.post(RETURNS, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_returnable")
    assert refused.json()["errors"][0]["field"] == "lines.0.quantity"
    assert "At most 2" in refused.json()["errors"][0]["message"]


def test_a_key_without_the_verb_is_refused(api_of, tenant):
    assert api_of(tenant, scopes=["orders.view"]).get(RETURNS).status_code == 403
