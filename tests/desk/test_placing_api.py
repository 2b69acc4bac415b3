"""POST /orders and /orders/batch, through HTTP."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Balance
from oms.accounts.actions.channels import create_channel
from oms.core.actors import system
from oms.core.tenancy import unit_of_work
from orders.models import Order
from tests.desk.bodies import BERLIN, body, problems

ORDERS, BATCH = "/api/v1/orders", "/api/v1/orders/batch"
pytestmark = pytest.mark.usefixtures("catalog")
NASTY = "'; DROP TABLE orders_order; -- <script>alert(1)</script>"


def reserved(tenant) -> int:
    with unit_of_work(tenant.id, system("tests")):
        return sum(Balance.objects.values_list("reserved", flat=True))


def count(tenant) -> int:
    with unit_of_work(tenant.id, system("tests")):
        return Order.objects.count()


def test_an_order_is_accepted_with_its_stock_reserved(api, tenant) -> None:
    answer = api.post(ORDERS, body({"sku": "mug-blu", "quantity": 2}, tags=["VIP"], shipping="4.90"), format="json")
    assert answer.status_code == 201
    order = answer.json()
    assert answer["Location"] == f"{ORDERS}/{order['id']}"
    assert answer["ETag"] == '"1"'
    assert (order["state"], order["next_step"], order["total"]) == ("checking", "Being checked", "29.90")
    assert order["channel"]["code"] == "web"
    assert order["tags"] == ["vip"]
    (line,) = order["lines"]
    assert (line["sku"], line["unit_price"], line["total"]) == ("MUG-BLU", "12.50", "25.00")
    assert [(each["location"], each["quantity"]) for each in line["reserved"]] == [("Leeds", 2)]
    assert {each["verb"] for each in order["allowed_actions"] if each["permitted"]} == {
        "cancel",
        "hold",
        "edit",
        "note",
        "pay",
    }
    assert (order["money"]["paid"], order["money"]["owed_by_customer"]) == ("0.00", order["total"])
    assert reserved(tenant) == 2
    assert api.get(answer["Location"]).json() == order


def test_three_lines_keep_the_budget_of_25_statements(api, drain) -> None:
    drain()
    lines = [{"sku": sku, "quantity": 1} for sku in ("MUG-BLU", "MUG-RED", "TEA")]
    sent = body(*lines, tags=["a"], customer={"email": "new@example.com"})
    api.get(ORDERS)
    with CaptureQueriesContext(connection) as captured:
        assert api.post(ORDERS, sent, format="json", headers={"Idempotency-Key": "k"}).status_code == 201
    # Without BEGIN and COMMIT, which the test's own transaction replaces; they come on top.
    ours = [each["sql"] for each in captured if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "SET LOCAL"))]
    assert len(ours) <= 23, "\n".join(sql[:100] for sql in ours)


@pytest.mark.parametrize(
    ("sent", "status", "code", "named"),
    [
        (body({"sku": "NOPE", "quantity": 1}), 422, "unknown_sku", {("lines.0.sku", "unknown_sku")}),
        (body({"sku": "TEA", "quantity": -1}), 422, "invalid", {("lines.0.quantity", "out_of_range")}),
        (body({"sku": "TEA", "quantity": 10**9}), 422, "invalid", {("lines.0.quantity", "out_of_range")}),
        (body({"sku": "TEA", "quantity": 1, "unit_price": "-2"}), 422, "invalid", {("lines.0.unit_price", "negative")}),
        (body(currency="XXQ"), 422, "invalid", {("currency", "unknown_currency")}),
        (body(currency=None), 422, "invalid", {("currency", "required")}),
        (body(lines=[]), 422, "invalid", {("lines", "required")}),
        (body(customer={"email": "ada"}), 422, "invalid", {("customer.email", "malformed_email")}),
        (body(customer={"name": "x" * 201}), 422, "invalid", {("customer.name", "too_long")}),
        (body(customer={"name": "a\x00b"}), 422, "invalid", {("customer.name", "control_characters")}),
        (body(customer={"name": "\ud800"}), 422, "invalid", {("customer.name", "control_characters")}),
        (body(attributes={"a\x00": 1}), 422, "invalid", {("attributes", "control_characters")}),
        (body(channel="nowhere"), 422, "invalid", {("channel", "unknown_channel")}),
        (body(chanel="web"), 422, "invalid", {("chanel", "unknown_field")}),
        (
            body({"sku": "TEA", "quantity": 99}, on_shortage="refuse"), 409, "insufficient_stock",
            {("lines.0.quantity", "insufficient_stock")},
        ),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_nothing_is_written(api, tenant, sent, status, code, named) -> None:
    answer = api.post(ORDERS, json.dumps(sent), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert problems(answer) == named
    assert (count(tenant), reserved(tenant)) == (0, 0)


@pytest.mark.parametrize("sent", ["[]", '"x"', "null", "5", "{", '{"a": NaN}', "\xff"])
def test_what_is_no_order_at_all(api, tenant, sent: str) -> None:
    answer = api.generic("POST", ORDERS, sent.encode("latin-1"), content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"].startswith("application/problem+json")
    assert count(tenant) == 0


def test_a_body_of_ten_megabytes(api, tenant) -> None:
    answer = api.generic("POST", ORDERS, b'{"a": "' + b"x" * 10_000_000 + b'"}', content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_malformed_address_is_accepted_and_held(api, drain) -> None:
    order = api.post(ORDERS, body(ship_to={**BERLIN, "postcode": "1"}), format="json").json()
    drain()
    held = api.get(f"{ORDERS}/{order['id']}").json()
    assert [hold["kind"] for hold in held["holds"]] == ["address"]
    assert held["next_step"] == "On hold because of the address"


def test_sql_and_html_in_every_text_come_back_as_they_were(api, drain) -> None:
    sent = body(
        {"sku": "TEA", "quantity": 1, "title": NASTY, "attributes": {NASTY: NASTY}},
        external_id=NASTY, customer={"name": NASTY, "external_id": NASTY, "phone": "'; --<b>"}, customer_note=NASTY,
        tags=[NASTY.lower()], ship_to={**BERLIN, "name": NASTY, "line1": NASTY}, attributes={"x": NASTY},
    )  # fmt: skip
    answer = api.post(ORDERS, sent, format="json")
    assert answer.status_code == 201
    order = answer.json()
    assert (order["external_id"], order["customer"]["name"], order["customer_note"]) == (NASTY, NASTY, NASTY)
    assert (order["ship_to"]["line1"], order["tags"], order["lines"][0]["title"]) == (NASTY, [NASTY.lower()], NASTY)
    drain()
    assert api.get(f"{ORDERS}/{order['id']}").status_code == 200


def test_a_duplicate_names_the_order_that_is_here(api, tenant) -> None:
    first = api.post(ORDERS, body(external_id="D-1"), format="json").json()
    answer = api.post(ORDERS, body(external_id="D-1"), format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_order")
    assert (answer.json()["order_id"], answer.json()["number"]) == (first["id"], first["number"])
    assert (count(tenant), reserved(tenant)) == (1, 1)


def test_the_same_key_has_one_effect_and_one_answer(api, tenant) -> None:
    sent = body(external_id=None)
    key = {"Idempotency-Key": "3c6d"}
    first = api.post(ORDERS, sent, format="json", headers=key)
    again = api.post(ORDERS, sent, format="json", headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert (again["Idempotency-Replayed"], again["Location"], again["ETag"]) == ("true", first["Location"], '"1"')
    assert "Idempotency-Replayed" not in first
    assert (count(tenant), reserved(tenant)) == (1, 1)

    other = api.post(ORDERS, body({"sku": "TEA", "quantity": 1}), format="json", headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    api.post(ORDERS, sent, format="json")
    assert count(tenant) == 2, "without a key the same request places another order"


def test_a_refused_request_leaves_its_key_free(api, tenant) -> None:
    key = {"Idempotency-Key": "3c6d"}
    assert api.post(ORDERS, body(currency="XXQ"), format="json", headers=key).status_code == 422
    assert api.post(ORDERS, body(), format="json", headers=key).status_code == 201


def test_a_key_may_do_only_what_its_scopes_say(api_of, tenant, catalog) -> None:
    assert api_of(tenant, scopes=["orders.view"]).post(ORDERS, body(), format="json").status_code == 403
    with unit_of_work(tenant.id, system("tests")):
        other = create_channel(code="pos", name="Point of sale", kind="shop")
    limited = api_of(tenant, channels=[other.id])
    assert limited.post(ORDERS, body(), format="json").status_code == 403
    assert limited.post(ORDERS, body(channel="pos"), format="json").status_code == 201
    assert [order["channel"]["code"] for order in limited.get(ORDERS).json()["results"]] == ["pos"]


def test_another_merchants_channel_is_unknown(api, other_tenant) -> None:
    with unit_of_work(other_tenant.id, system("tests")):
        theirs = create_channel(code="theirs", name="Theirs", kind="shop")
    for named in (str(theirs.id), "theirs"):
        assert problems(api.post(ORDERS, body(channel=named), format="json")) == {("channel", "unknown_channel")}


def test_a_batch_answers_per_order(api, tenant) -> None:
    sent = [
        body(external_id="B-1"), body({"sku": "NOPE", "quantity": 1}), body(external_id="B-1"), "no order",
        body({"sku": "TEA", "quantity": 99}, on_shortage="refuse"), body({"sku": "TEA", "quantity": 16}),
    ]  # fmt: skip
    answer = api.post(BATCH, {"orders": sent}, format="json")
    assert answer.status_code == 200
    assert (answer.json()["placed"], answer.json()["refused"]) == (2, 4)
    results = answer.json()["results"]
    assert [each["index"] for each in results] == list(range(6))
    assert [each["status"] for each in results] == [201, 422, 409, 422, 409, 201]
    assert results[5]["order"]["short"] == 1
    assert results[1]["problem"]["errors"][0]["field"] == "lines.0.sku"
    assert results[2]["problem"]["code"] == "duplicate_order"
    assert count(tenant) == 2


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "required"),
        ({"orders": []}, "required"),
        ({"orders": "x"}, "required"),
        ([], "required"),
        ({"orders": [{}] * 1_001}, "too_many"),
    ],
)
def test_what_is_no_batch(api, sent, code: str) -> None:
    assert problems(api.post(BATCH, sent, format="json")) == {("orders", code)}


def test_a_hundred_in_a_batch_cost_as_many_statements_as_one(api) -> None:
    def statements(size: int) -> int:
        sent = {"orders": [body(customer={"email": f"c{size}.{n}@example.com"}) for n in range(size)]}
        with CaptureQueriesContext(connection) as captured:
            assert api.post(BATCH, sent, format="json").json()["placed"] == size
        return len(captured)

    one, hundred = statements(1), statements(100)
    assert hundred <= one


def test_a_discount_above_the_limit_of_a_person_waits(tenant, membership, client) -> None:
    from rest_framework.test import APIClient

    person = membership(role="support")
    session = APIClient(headers={"Throughline-Merchant": tenant.slug})
    session.force_login(person.user)
    answer = session.post(ORDERS, body({"sku": "TEA", "quantity": 10}, discount="60"), format="json")
    assert answer.status_code == 202
    waiting = session.get(f"{ORDERS}/{answer.json()['order_id']}").json()
    assert (waiting["state"], waiting["number"]) == ("draft", None)
    assert waiting["next_step"] == "Waiting for approval of its discount"


def test_an_unknown_field_is_named_where_it_was_sent(api) -> None:
    answer = api.post(ORDERS, body({"sku": "TEA", "quantity": 1}, email="ada@example.com"), format="json")
    assert answer.status_code == 422
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [("email", "unknown_field")]
