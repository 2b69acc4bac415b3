"""Lots over HTTP: received, listed, put right, blocked, called back; and who got of them."""

from uuid import UUID

import pytest

from fulfillment.models import ShelfLifeRule
from inventory.models import Lot
from oms.core.actors import system
from oms.core.jobs.running import run_due_jobs
from oms.core.tenancy import unit_of_work
from oms.notifications.models import CustomerMessage
from tests.inventory.tracing.lots import in_days, receive


@pytest.fixture
def milk(api, catalog):
    return api.post("/api/v1/items", {"sku": "MILK", "tracks_lots": True, "price": "1"}, format="json").json()


def test_a_lot_comes_in_with_its_line_and_is_listed(api, catalog, milk):
    line = {"sku": "MILK", "location": "LEEDS", "quantity": 5}
    refused = api.post("/api/v1/stock/receive", {"lines": [line]}, format="json")
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["errors"]] == ["lines.0.lot"]
    sent = {"lines": [line | {"lot": "A1", "expires_on": "2099-01-31"}]}
    assert api.post("/api/v1/stock/receive", sent, format="json").status_code == 201
    [found] = api.get("/api/v1/lots", {"item_id": milk["id"]}).json()["results"]
    assert (found["code"], found["expires_on"], found["units"], found["blocked"]) == ("A1", "2099-01-31", 5, False)
    one = api.get(f"/api/v1/lots/{found['id']}")
    assert [(each["location"], each["on_hand"]) for each in one.json()["stock"]] == [("Leeds", 5)]
    [entry] = api.get("/api/v1/movements", {"lot_id": found["id"]}).json()["results"]
    assert (entry["lot"], entry["quantity"]) == ("A1", 5)
    assert api.get("/api/v1/lots?view=expired").json()["results"] == []
    assert api.get("/api/v1/lots?view=nonsense").status_code == 422


def test_dates_are_put_right_by_whoever_read_them_last(api, tenant, catalog, milk):
    lot = _lot(tenant, catalog, milk, "A1", 30)
    address = f"/api/v1/lots/{lot.id}"
    tag = api.get(address)["ETag"]
    changed = api.patch(address, {"expires_on": "2099-01-31"}, format="json", headers={"If-Match": tag})
    assert changed.json()["expires_on"] == "2099-01-31"
    stale = api.patch(address, {"expires_on": None}, format="json", headers={"If-Match": tag})
    assert stale.status_code == 412


def test_a_lot_is_blocked_named_and_released(api, tenant, catalog, milk):
    lot = _lot(tenant, catalog, milk, "A1", 30)
    adjusted = {"sku": "MILK", "location": "LEEDS", "change": 2, "reason": "found"}
    assert api.post("/api/v1/stock/adjust", adjusted, format="json").status_code == 200
    named = api.post(f"/api/v1/lots/{lot.id}/name", {"location": "LEEDS", "quantity": 2}, format="json")
    assert [each["on_hand"] for each in named.json()["stock"]] == [7]
    too_many = api.post(f"/api/v1/lots/{lot.id}/name", {"location": "LEEDS", "quantity": 1}, format="json")
    assert (too_many.status_code, too_many.json()["code"]) == (409, "not_enough_of_lot")
    blocked = api.post(f"/api/v1/lots/{lot.id}/block", {"reason": "Glass"}, format="json").json()
    assert [(each["state"], each["on_hand"]) for each in blocked["stock"]] == [("quarantine", 7)]
    assert [each["code"] for each in api.get("/api/v1/lots?view=blocked").json()["results"]] == ["A1"]
    assert not api.post(f"/api/v1/lots/{lot.id}/release", {"reason": "Fine"}, format="json").json()["blocked"]


@pytest.mark.parametrize(
    ("named", "status", "field"),
    [
        ({"sku": "MILK"}, 422, "codes"),
        ({"sku": "MILK", "codes": ["NOPE"]}, 422, "codes"),
        ({"codes": ["A1"]}, 422, "sku"),
        ({"sku": "MILK", "codes": ["A1"], "reason": ""}, 422, "reason"),
    ],
)
def test_what_recalls_nothing(api, tenant, catalog, milk, named, status, field):
    _lot(tenant, catalog, milk, "A1", 30)
    refused = api.post("/api/v1/recalls", {"reason": "Glass"} | named, format="json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (status, field)
    assert api.get("/api/v1/recalls").json()["results"] == []


def test_a_recall_finds_everybody_and_writes_to_each_once(committed_db, api, tenant, catalog, milk):
    lot = _lot(tenant, catalog, milk, "A1", 30)
    ship_two(tenant)
    made = api.post("/api/v1/recalls", {"sku": "MILK", "first": "A", "last": "B", "reason": "Glass"}, format="json")
    assert made.status_code == 201
    assert [each["code"] for each in made.json()["lots"]] == ["A1"]
    address = f"/api/v1/recalls/{made.json()['id']}"
    assert api.get(address).json()["number"] == made.json()["number"]
    found = api.get(f"{address}/orders").json()
    assert [(each["code"], each["units"]) for each in found["results"]] == [("A1", 1), ("A1", 2)]
    for _again in range(2):
        assert api.post(f"{address}/notice").status_code == 202
        run_due_jobs(tenant.id)
    with unit_of_work(tenant.id, system("tests")):
        [message] = CustomerMessage.objects.filter(kind="recalled")
        assert message.key == f"recalled:{made.json()['id']}:ada@example.com"
        assert [units for units, _ in message.letter["rows"]] == ["1 × MILK, order #1001", "2 × MILK, order #1002"]
        assert Lot.objects.get(id=lot.id).blocked_reason.endswith("Glass")
    assert api.get(f"{address}/orders").json()["letters"] == {"due": 1}


def test_how_long_goods_must_be_good_is_set_and_lifted(api, tenant, catalog):
    made = api.post("/api/v1/shelf-life-rules", {"channel_id": str(catalog.channel.id), "days": 30}, format="json")
    assert made.status_code == 201
    assert [each["days"] for each in api.get("/api/v1/shelf-life-rules").json()["results"]] == [30]
    assert api.delete(f"/api/v1/shelf-life-rules/{made.json()['id']}").status_code == 204
    with unit_of_work(tenant.id, system("tests")):
        assert not ShelfLifeRule.objects.exists()
    assert api.put("/api/v1/lots/settings", {"warn_days": 0}, format="json").status_code == 422
    assert api.put("/api/v1/lots/settings", {"warn_days": 14}, format="json").json() == {"warn_days": 14}
    assert api.get("/api/v1/lots/settings").json() == {"warn_days": 14}


def test_who_sees_some_locations_sees_their_units_and_may_not_recall_without_the_verb(api_of, tenant, catalog, milk):
    lot = _lot(tenant, catalog, milk, "A1", 30)
    limited = api_of(tenant, scopes=["stock.view"], locations=[catalog.london.id])
    found = limited.get(f"/api/v1/lots/{lot.id}").json()
    assert (found["units"], found["stock"]) == (0, [])
    assert limited.post(f"/api/v1/lots/{lot.id}/block", {"reason": "Glass"}, format="json").status_code == 403
    assert limited.get(f"/api/v1/recalls/{lot.id}/orders").status_code == 403


def _lot(tenant, catalog, milk, code, days) -> Lot:
    with unit_of_work(tenant.id, system("tests")):
        return receive(UUID(milk["id"]), catalog.leeds.id, 5, code, days)


def ship_two(tenant) -> None:
    """Two orders of the same customer, 1 and 2 units, in a channel whose customers we tell."""
    from inventory.actions.commit import Commit, commit_stock
    from inventory.models import Item, Location
    from oms.accounts.models import SalesChannel
    from oms.core.db.keys import uuid7
    from orders.actions.place import place_orders
    from orders.models import OrderLine
    from orders.placing.drafts import LineDraft, OrderDraft

    with unit_of_work(tenant.id, system("tests")) as opened:
        SalesChannel.objects.update(told_by="us")
        drafts = [
            OrderDraft(
                channel="web", currency="EUR", placed_at=opened.now, email="Ada@example.com", customer_name="Ada",
                lines=(LineDraft(sku="MILK", quantity=units),),
            )
            for units in (1, 2)
        ]  # fmt: skip
        assert all(placed.order_id for placed in place_orders(drafts=drafts))
        milk, leeds = Item.objects.get(sku="MILK"), Location.objects.get(code="LEEDS")
        for line in OrderLine.objects.order_by("quantity"):
            commit = Commit(uuid7(), milk.id, leeds.id, line.quantity, uuid7(), line.id)
            commit_stock(commits=[commit], cause_kind="parcel")
        assert in_days(1)
