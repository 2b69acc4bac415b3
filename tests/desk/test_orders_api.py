"""The list, one order, and everything that changes one, through HTTP."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.tenancy import unit_of_work
from orders.models import OrderLine
from tests.desk.bodies import BERLIN, body, problems

ORDERS = "/api/v1/orders"
pytestmark = pytest.mark.usefixtures("catalog")


@pytest.fixture
def place(api, drain):
    """Place an order and let everything that listens do its work; answers the order as it is then."""

    def make(*lines: dict, **fields: object) -> dict:
        answer = api.post(ORDERS, body(*lines, **fields), format="json")
        assert answer.status_code == 201, answer.content
        drain()
        return api.get(f"{ORDERS}/{answer.json()['id']}").json()

    return make


def ids(answer) -> list[str]:
    return [order["id"] for order in answer.json()["results"]]


def test_an_order_goes_its_way(place) -> None:
    order = place()
    assert (order["state"], order["fulfillment_state"], order["holds"]) == ("open", "allocated", [])
    assert order["locations"] == ["LEEDS"]
    assert "allocate" in {each["verb"] for each in order["allowed_actions"] if each["permitted"]}


def test_the_list_pages_by_keyset_newest_first(api, place) -> None:
    orders = [place(placed_at=f"2026-11-0{day}T10:00:00Z") for day in (1, 2, 3)]
    first = api.get(f"{ORDERS}?page_size=2")
    assert ids(first) == [orders[2]["id"], orders[1]["id"]]
    second = api.get(first.json()["next"])
    assert ids(second) == [orders[0]["id"]]
    assert second.json()["next"] is None
    assert ids(api.get(second.json()["previous"])) == ids(first)
    listed = first.json()["results"][0]
    assert "lines" not in listed
    assert (listed["next_step"], listed["allowed_actions"]) == (orders[2]["next_step"], orders[2]["allowed_actions"])


def test_the_list_keeps_its_budget_whatever_its_length(api, place) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            api.get(ORDERS)
        return len(captured)

    place(tags=["a"])
    one = statements()
    for _ in range(4):
        place(tags=["b"])
    assert statements() == one <= 8


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"mug", "held", "tea"}),
        ("q=sku:TEA", {"tea"}),
        ("q=zoe", {"tea"}),
        ("state=open", {"mug", "tea"}),
        ("state=checking&hold=address", {"held"}),
        ("fulfillment_state=backordered", set()),
        ("payment_state=paid", {"tea"}),
        ("tag=vip", {"mug"}),
        ("channel=web&q=-is:held", {"mug", "tea"}),
        ("external_id=X-1", {"mug"}),
        ("placed_after=2026-11-02T00:00:00Z", {"held", "tea"}),
        ("placed_after=2026-11-02T00:00:00Z&placed_before=2026-11-03T00:00:00Z", {"held"}),
        ("state=draft", set()),
    ],
)
def test_filters(api, place, query: str, names: set[str]) -> None:
    made = {
        "mug": place(external_id="X-1", tags=["vip"], placed_at="2026-11-01T10:00:00Z"),
        "held": place(ship_to={**BERLIN, "postcode": "1"}, placed_at="2026-11-02T10:00:00Z"),
        "tea": place(
            {"sku": "TEA", "quantity": 1}, customer={"name": "Zoe"}, payment_state="paid",
            placed_at="2026-11-03T10:00:00Z",
        ),
    }  # fmt: skip
    assert set(ids(api.get(f"{ORDERS}?{query}"))) == {made[name]["id"] for name in names}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("q=sttate:open", "q"), ("q=%22open", "q"), ("q=placed:tmrw", "q"), ("q=%00", "q"), ("state=opn", "state"),
        ("hold=mood", "hold"), ("channel=nowhere", "channel"), ("placed_after=yesterday", "placed_after"),
        ("page_size=0", "page_size"), ("cursor=abc", "cursor"),
    ],
)  # fmt: skip
def test_bad_filters_are_named(api, query: str, field: str) -> None:
    answer = api.get(f"{ORDERS}?{query}")
    assert answer.status_code == 422
    assert field in {name for name, _ in problems(answer)}


def test_editing_needs_the_version_that_was_read(api, place) -> None:
    address = f"{ORDERS}/{place()['id']}"
    version = api.get(address)["ETag"]
    edited = api.patch(
        address, {"tags": ["vip"], "customer_note": "ring"}, format="json", headers={"If-Match": version}
    )
    assert (edited.status_code, edited["ETag"]) == (200, '"2"')
    assert (edited.json()["tags"], edited.json()["customer_note"]) == (["vip"], "ring")

    stale = api.patch(address, {"tags": []}, format="json", headers={"If-Match": version})
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (412, "stale", '"2"')
    assert api.get(address).json()["tags"] == ["vip"]
    assert (
        api.post(f"{address}/cancel", {"reason": "x"}, format="json", headers={"If-Match": version}).status_code == 412
    )


def test_only_what_may_change_is_changed(api, place) -> None:
    address = f"{ORDERS}/{place()['id']}"
    assert problems(api.patch(address, {"total": "0"}, format="json")) == {("total", "invalid")}
    assert problems(api.patch(address, {"ship_to": {"street": "x"}, "tags": []}, format="json")) == {
        ("ship_to.street", "unknown_field")
    }
    moved = api.patch(address, {"ship_to": {**BERLIN, "line1": "Torstraße 2"}}, format="json")
    assert moved.json()["ship_to"]["line1"] == "Torstraße 2"
    assert api.patch(address, [], format="json").status_code == 422


def test_canceling_units_and_then_the_rest(api, place) -> None:
    order = place({"sku": "MUG-BLU", "quantity": 3})
    address, line = f"{ORDERS}/{order['id']}", order["lines"][0]["id"]
    preview = api.get(f"{address}/cancel").json()
    assert (preview["whole"], preview["units"]) == (True, 3)
    assert [(each["location"], each["quantity"]) for each in preview["lines"][0]["returns"]] == [("Leeds", 3)]

    part = api.post(
        f"{address}/cancel", {"reason": "one less", "lines": [{"line_id": line, "quantity": 1}]}, format="json"
    ).json()
    assert (part["state"], part["lines"][0]["cancelled"], part["total"]) == ("open", 1, order["total"])
    assert part["lines"][0]["reserved"][0]["quantity"] == 2
    whole = api.post(f"{address}/cancel", {"reason": "all of it"}, format="json").json()
    assert (whole["state"], whole["next_step"]) == ("cancelled", "Canceled: all of it")
    assert whole["lines"][0]["reserved"] == []
    again = api.post(f"{address}/cancel", {"reason": "again"}, format="json")
    assert (again.status_code, again.json()["code"], again.json()["state"]) == (409, "not_allowed", "cancelled")


def test_the_preview_of_an_order_with_the_floor_says_who_must_agree(api, place, tenant) -> None:
    order = place({"sku": "MUG-BLU", "quantity": 3})
    address = f"{ORDERS}/{order['id']}/cancel"

    def seen() -> tuple:
        preview = api.get(address).json()
        freed = [(each["location"], each["quantity"]) for each in preview["lines"][0]["returns"]]
        return preview["whole"], preview["units"], preview["asks"], freed

    with unit_of_work(tenant.id, system("tests")):
        [work_id] = release_orders(order_ids=[UUID(order["id"])])[UUID(order["id"])]
    assert seen() == (True, 3, [], [("Leeds", 3)])
    with unit_of_work(tenant.id, system("tests")):
        start_picking(fulfillment_order_id=work_id)
    assert seen() == (True, 3, ["Leeds"], [("Leeds", 3)])
    answer = api.post(address, {"reason": "Changed their mind"}, format="json").json()
    assert (answer["state"], answer["next_step"]) == ("cancel_requested", "Leeds to answer the cancellation")
    assert api.get(address).status_code == 409


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "reason"),
        ({"reason": " "}, "reason"),
        ({"reason": "x", "lines": []}, "lines"),
        ({"reason": "x", "lines": [{"line_id": "x", "quantity": 1}]}, "lines.0.line_id"),
        ({"reason": "x", "lines": [{"line_id": "LINE", "quantity": 0}]}, "lines.0.quantity"),
        ({"reason": "x", "lines": [{"line_id": "LINE", "quantity": 1}] * 2}, "lines"),
    ],
)
def test_bad_cancellations_are_named(api, place, sent: dict, field: str) -> None:
    order = place()
    for line in sent.get("lines", []):
        line["line_id"] = line["line_id"].replace("LINE", order["lines"][0]["id"])
    answer = api.post(f"{ORDERS}/{order['id']}/cancel", sent, format="json")
    assert {name for name, _ in problems(answer)} == {field}


def test_the_fence_is_told_in_words(api, place, tenant) -> None:
    order = place({"sku": "MUG-BLU", "quantity": 3})
    with unit_of_work(tenant.id, system("tests")):
        OrderLine.objects.filter(order_id=order["id"]).update(in_work=2)
    answer = api.post(f"{ORDERS}/{order['id']}/cancel", {"reason": "late"}, format="json")
    assert answer.json()["code"] == "cannot_cancel"
    assert answer.json()["detail"].startswith("2 units are being picked. Nothing was canceled.")


def test_hold_and_release(api, place, drain) -> None:
    address = f"{ORDERS}/{place()['id']}"
    held = api.post(f"{address}/hold", {"reason": "Call first"}, format="json")
    assert held.status_code == 201
    (hold,) = held.json()["holds"]
    assert (hold["kind"], hold["reason"]) == ("manual", "Call first")
    assert problems(api.post(f"{address}/hold", {"kind": "mood", "reason": "x"}, format="json")) == {
        ("kind", "unknown_choice")
    }
    assert api.post(f"{address}/holds/{hold['id']}/lift", {}, format="json").status_code == 422
    lifted = api.post(f"{address}/holds/{hold['id']}/lift", {"reason": "Called"}, format="json").json()
    assert (lifted["holds"], lifted["state"]) == ([], "open")
    drain()
    assert api.get(address).json()["fulfillment_state"] == "allocated"
    assert api.post(f"{address}/holds/{hold['id']}/lift", {"reason": "x"}, format="json").status_code == 409
    assert api.post(f"{address}/holds/{uuid7()}/lift", {"reason": "x"}, format="json").status_code == 404


def test_a_line_is_matched_and_the_order_goes_on(api, place, catalog, drain) -> None:
    order = place({"sku": "NOPE", "quantity": 2, "unit_price": "1"}, on_unknown_sku="hold")
    assert [hold["kind"] for hold in order["holds"]] == ["unknown_sku"]
    line = order["lines"][0]["id"]
    path = f"{ORDERS}/{order['id']}/lines/{line}/match"
    matched = api.post(path, {"item_id": str(catalog.id("TEA"))}, format="json").json()
    assert (matched["lines"][0]["sku"], matched["holds"]) == ("TEA", [])
    drain()
    assert api.get(f"{ORDERS}/{order['id']}").json()["fulfillment_state"] == "allocated"
    assert api.post(path, {"item_id": "x"}, format="json").status_code == 422


def test_notes_timeline_and_decisions(api, place) -> None:
    address = f"{ORDERS}/{place()['id']}"
    note = api.post(f"{address}/notes", {"text": "Called."}, format="json")
    assert (note.status_code, note.json()["text"]) == (201, "Called.")
    first = api.get(f"{address}/timeline?page_size=2").json()
    assert first["results"][0]["sentence"] == "Note: Called."
    rest = api.get(first["next"]).json()
    assert rest["results"][-1]["verb"] == "orders.place"
    (decision,) = api.get(f"{address}/decisions").json()
    assert decision["candidates"]
    assert api.post(f"{address}/allocate").status_code == 200


def test_who_may_not_see_customers_sees_no_names(api_of, tenant, place) -> None:
    order = place(customer_note="ring twice")
    seen = api_of(tenant, scopes=["orders.view"]).get(f"{ORDERS}/{order['id']}").json()
    assert {seen[name] for name in ("customer", "ship_to", "bill_to", "customer_note")} == {None}
    assert seen["country"] == "DE"


CALLS = [
    ("get", "", None), ("patch", "", {"tags": []}), ("get", "/cancel", None), ("post", "/cancel", {"reason": "x"}),
    ("post", "/hold", {"reason": "x"}), ("post", "/allocate", None), ("post", "/notes", {"text": "x"}),
    ("get", "/timeline", None), ("get", "/decisions", None), ("post", "/holds/HOLD/lift", {"reason": "x"}),
    ("post", "/lines/LINE/match", {"item_id": str(uuid7())}),
]  # fmt: skip


def test_another_merchants_order_does_not_exist(api_of, other_tenant, place) -> None:
    order = place({"sku": "NOPE", "quantity": 1, "unit_price": "1"}, on_unknown_sku="hold")
    stranger = api_of(other_tenant)
    for method, path, sent in CALLS:
        path = path.replace("HOLD", order["holds"][0]["id"]).replace("LINE", order["lines"][0]["id"])
        answer = getattr(stranger, method)(f"{ORDERS}/{order['id']}{path}", sent, format="json")
        nobody = getattr(stranger, method)(f"{ORDERS}/{uuid7()}{path}", sent, format="json")
        assert (answer.status_code, answer.json()) == (404, nobody.json()), path
    assert stranger.get(ORDERS).json()["results"] == []


def test_without_its_permission_every_call_is_refused(api_of, tenant, place) -> None:
    order = place()
    nobody = api_of(tenant, scopes=["jobs.view"])
    for method, path, sent in CALLS:
        path = path.replace("HOLD", str(uuid7())).replace("LINE", order["lines"][0]["id"])
        answer = getattr(nobody, method)(f"{ORDERS}/{order['id']}{path}", sent, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path
