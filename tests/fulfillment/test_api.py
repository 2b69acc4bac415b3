"""The API's door: what waits, and moving an order."""

import pytest

from fulfillment.actions.allocate import allocate_orders
from oms.accounts.actions.channels import create_channel
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit_of_work
from orders.models import Order
from tests.fulfillment.trade import held, place


@pytest.fixture
def trade(tenant, catalog):
    """Order ids: three for more tea than there is, one for a mug."""
    with unit_of_work(tenant.id, system("tests")):
        ids = place({"TEA": 14}, {"TEA": 3}, {"TEA": 3}, {"MUG-BLU": 2})
        allocate_orders(order_ids=ids, trigger="cleared")
    return ids


def test_backorders_page_by_page_in_the_order_they_are_served(api, trade, tenant):
    first = api.get("/api/v1/backorders?page_size=1").json()
    assert [(row["sku"], row["waiting"], row["order_id"]) for row in first["results"]] == [("TEA", 2, str(trade[1]))]
    second = api.get(first["next"]).json()
    assert [row["order_id"] for row in second["results"]] == [str(trade[2])]
    assert second["next"] is None
    with unit_of_work(tenant.id, system("tests")):
        number = Order.objects.get(id=trade[1]).number
    assert first["results"][0]["order_number"] == number


def test_backorders_of_one_item(api, trade, catalog):
    assert len(api.get(f"/api/v1/backorders?item_id={catalog.id('TEA')}").json()["results"]) == 2
    assert api.get(f"/api/v1/backorders?item_id={catalog.id('MUG-BLU')}").json()["results"] == []
    refused = api.get("/api/v1/backorders?item_id=tea")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "item_id")


def test_a_page_of_backorders_takes_the_same_statements_however_many(api, trade, django_assert_max_num_queries):
    api.get("/api/v1/backorders")
    with django_assert_max_num_queries(12):
        assert len(api.get("/api/v1/backorders").json()["results"]) == 2


def test_move_an_order(api, trade, catalog, tenant):
    body = {"location_id": str(catalog.london.id), "reason": "Collected there"}
    answer = api.post(f"/api/v1/orders/{trade[3]}/move", body, format="json")
    assert answer.status_code == 200
    decision = answer.json()
    assert decision["sentence"] == (
        "API key “Test key” moved this order to London: Collected there. London has all 2 units."
    )
    assert decision["placements"][0]["location_id"] == str(catalog.london.id)
    chosen = [row["name"] for row in decision["candidates"] if row["chosen"]]
    assert chosen == ["London"]
    with unit_of_work(tenant.id, system("tests")):
        assert held(trade[3]) == {"London": 2}


def test_a_refused_move_is_a_problem_with_a_code(api, trade, catalog):
    body = {"location_id": str(catalog.london.id), "reason": "Please"}
    answer = api.post(f"/api/v1/orders/{trade[0]}/move", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "location_lacks_stock")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_move_names_every_missing_field(api, trade):
    answer = api.post(f"/api/v1/orders/{trade[0]}/move", {}, format="json")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"location_id", "reason"}


def test_an_unknown_order_and_a_strangers_are_the_same_404(api, api_of, other_tenant, trade, catalog):
    body = {"location_id": str(catalog.london.id), "reason": "Please"}
    unknown = api.post(f"/api/v1/orders/{uuid7()}/move", body, format="json")
    stranger = api_of(other_tenant).post(f"/api/v1/orders/{trade[3]}/move", body, format="json")
    assert unknown.status_code == stranger.status_code == 404
    assert unknown.json() == stranger.json()
    assert api_of(other_tenant).get("/api/v1/backorders").json()["results"] == []


def test_scopes(api_of, tenant, trade, catalog):
    viewer = api_of(tenant, scopes=["orders.view"])
    assert viewer.get("/api/v1/backorders").status_code == 200
    body = {"location_id": str(catalog.london.id), "reason": "Please"}
    assert viewer.post(f"/api/v1/orders/{trade[3]}/move", body, format="json").status_code == 403
    assert api_of(tenant, scopes=["stock.view"]).get("/api/v1/backorders").status_code == 403


def test_a_key_of_another_channel_sees_none(api_of, tenant, trade):
    with unit_of_work(tenant.id, system("tests")):
        stall = create_channel(code="stall", name="Market stall", kind="shop")
    elsewhere = api_of(tenant, channels=[stall.id])
    assert elsewhere.get("/api/v1/backorders").json()["results"] == []
