"""An order's money through HTTP: what came in, what is left, what goes back, and canceling with a refund."""

from decimal import Decimal
from uuid import UUID

import pytest

from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from fulfillment.actions.stopping import answer_cancel
from fulfillment.models import FulfillmentOrder
from oms.accounts.models import Approval
from oms.accounts.queries import actor_of_membership
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.models import Fact
from oms.core.tenancy import unit_of_work
from oms.desk.canceling import cancel_or_ask
from orders.models import Payment, Refund
from orders.tasks import send_due_refunds
from tests.desk.bodies import body, problems

ORDERS = "/api/v1/orders"
pytestmark = pytest.mark.usefixtures("catalog")
MUGS = {"sku": "MUG-BLU", "quantity": 3, "unit_price": "10.00"}


@pytest.fixture
def inside(tenant):
    return lambda: unit_of_work(tenant.id, system("tests"))


@pytest.fixture
def place(api, drain):
    """Place three mugs, or what is said, for 34.00 with their shipping, paid unless said otherwise."""

    def make(*lines: dict, **fields: object) -> dict:
        asked = {"payment_state": "paid", "shipping": "4.00"} | fields
        answer = api.post(ORDERS, body(*(lines or [MUGS]), **asked), format="json")
        assert answer.status_code == 201, answer.content
        drain()
        return api.get(f"{ORDERS}/{answer.json()['id']}").json()

    return make


def post(client, order: dict, path: str, data: dict, status: int = 201) -> dict:
    answer = client.post(f"{ORDERS}/{order['id']}/{path}", data, format="json")
    assert answer.status_code == status, answer.content
    return answer.json()


def money(api, order: dict) -> dict:
    return api.get(f"{ORDERS}/{order['id']}/money").json()


def units(order: dict, quantity: int) -> list[dict]:
    return [{"line_id": order["lines"][0]["id"], "quantity": quantity}]


def test_a_refund_is_previewed_asked_for_and_followed(api, place, tenant) -> None:
    order = place()
    asked = {"lines": units(order, 1), "shipping": True, "goodwill": "1.50", "reason": "Chipped"}
    plan = post(api, order, "refunds/preview", asked, 200)
    assert (plan["amount"], plan["lines"][0]["goods"], plan["lines"][0]["shipping"]) == ("12.83", "10.00", "1.33")
    made = post(api, order, "refunds", asked)
    assert (made["number"], made["state"], made["amount"]) == (1, "requested", plan["amount"])
    assert [each["amount"] for each in made["parts"]] == [plan["payments"][0]["amount"]]
    assert money(api, order)["refunding"] == "12.83"
    send_due_refunds(tenant_id=tenant.id)
    now = money(api, order)
    assert (now["refunded"], now["refunding"], now["left"]) == ("12.83", "0.00", "21.17")
    assert (now["lines"][0]["units_left"], now["refunds"][0]["state"]) == (2, "refunded")
    again = api.get(f"{ORDERS}/{order['id']}").json()
    assert again["payment_state"] == "part_refunded"
    assert again["money"]["left"] == "21.17"


def test_a_refund_counts_once_however_often_it_is_sent(api, place, inside) -> None:
    order, key = place(), {"Idempotency-Key": str(uuid7())}
    for _ in range(2):
        answer = api.post(f"{ORDERS}/{order['id']}/refunds", {"lines": units(order, 1)}, format="json", headers=key)
        assert answer.status_code == 201
    with inside():
        assert Refund.objects.count() == 1


def through(inside, gateway: str) -> None:
    """Whoever holds the money of every payment from now on."""
    with inside():
        Payment.objects.update(gateway=gateway)


def test_a_failed_refund_is_tried_again_when_its_gateway_is_back(api, api_of, place, inside, tenant) -> None:
    order = place()
    through(inside, "gone")
    made = post(api, order, "refunds", {"lines": units(order, 1)})
    path = f"refunds/{made['id']}/retry"
    assert post(api, order, path, {}, 409)["code"] == "not_allowed"
    send_due_refunds(tenant_id=tenant.id)
    assert money(api, order)["refunds"][0]["state"] == "failed"
    assert [each["id"] for each in api.get(ORDERS, {"q": "is:refund_failed"}).json()["results"]] == [order["id"]]
    post(api_of(tenant, scopes=["orders.view"]), order, path, {}, 403)
    post(api, order, f"refunds/{uuid7()}/retry", {}, 404)
    through(inside, "manual")
    again = post(api, order, path, {}, 200)
    assert (again["state"], again["settled_at"], again["parts"][0]["state"]) == ("requested", None, "due")
    send_due_refunds(tenant_id=tenant.id)
    assert money(api, order)["refunded"] == "10.00"
    assert api.get(ORDERS, {"q": "is:refund_failed"}).json()["results"] == []


def test_what_is_too_much_or_makes_no_sense_is_named(api, place) -> None:
    order = place()
    path = f"{ORDERS}/{order['id']}/refunds"
    refused = api.post(path, {"lines": units(order, 4)}, format="json")
    assert (refused.status_code, problems(refused)) == (422, {("lines.0.quantity", "more_than_left")})
    assert refused.json()["left"] == "3"
    for data, field in (
        ({"goodwill": "34.01"}, ("goodwill", "more_than_paid")), ({}, ("lines", "nothing_left")),
        ({"goodwill": "0.001"}, ("goodwill", "out_of_range")), ({"lines": units(order, 1) * 2}, ("lines", "twice")),
        ({"lines": [{"line_id": str(uuid7()), "quantity": 1}]}, ("lines.0.quantity", "unknown_line")),
    ):  # fmt: skip
        for door in (path, f"{path}/preview"):
            assert problems(api.post(door, data, format="json")) == {field}
    unpaid = place(payment_state="unpaid")
    answer = api.post(f"{ORDERS}/{unpaid['id']}/refunds", {"lines": units(unpaid, 1)}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_paid")


def test_money_that_comes_in_is_written_down(api, place) -> None:
    card = {"amount": "34.00", "method": "card", "authorised_only": True, "reference": "ch_1"}
    order = place(payment_state=None, payments=[card])
    assert (order["payment_state"], order["money"]["authorised"]) == ("authorised", "34.00")
    (authorised,) = money(api, order)["payments"]
    made = post(api, order, "payments", {"amount": "30.00", "authorisation_id": authorised["id"]})
    assert (made["id"], made["state"], made["reference"]) == (authorised["id"], "captured", "ch_1")
    post(api, order, "payments", {"amount": "4.00", "method": "cash"})
    now = money(api, order)
    assert ([each["method"] for each in now["payments"]], now["owed_by_customer"]) == (["card", "cash"], "0.00")
    assert api.get(f"{ORDERS}/{order['id']}").json()["payment_state"] == "paid"
    refused = api.post(f"{ORDERS}/{order['id']}/payments", {"amount": "0", "gateway": "moon"}, format="json")
    assert problems(refused) == {("amount", "out_of_range"), ("gateway", "unknown_choice")}


def test_a_key_needs_the_scope_of_what_it_does(api_of, tenant, place) -> None:
    order = place()
    narrow = api_of(tenant, scopes=["orders.view", "orders.cancel"])
    assert money(narrow, order)["paid"] == "34.00"
    for path, data in (("refunds", {}), ("refunds/preview", {}), ("payments", {"amount": "1"})):
        assert post(narrow, order, path, data, 403)["code"] == "forbidden"
    post(narrow, order, "cancel", {"reason": "x", "refund": True}, 403)
    assert post(narrow, order, "cancel", {"reason": "x"}, 200)["state"] == "cancelled"


def test_another_merchants_money_is_not_found(api_of, other_tenant, place) -> None:
    order, stranger = place(), api_of(other_tenant)
    assert stranger.get(f"{ORDERS}/{order['id']}/money").status_code == 404
    for path, name in (("refunds", "goodwill"), ("refunds/preview", "goodwill"), ("payments", "amount")):
        post(stranger, order, path, {name: "1"}, 404)


def test_a_canceled_order_is_paid_back_with_its_shipping(api, place, tenant) -> None:
    order = place()
    answer = post(api, order, "cancel", {"reason": "Changed their mind", "refund": True}, 200)
    assert (answer["state"], answer["money"]["refunding"], answer["money"]["owed_to_customer"]) == (
        "cancelled", "34.00", "0.00",
    )  # fmt: skip
    send_due_refunds(tenant_id=tenant.id)
    assert api.get(f"{ORDERS}/{order['id']}").json()["payment_state"] == "refunded"


def test_what_is_done_quietly_says_so_in_its_facts(api, place, tenant, inside) -> None:
    order = place()
    post(api, order, "refunds", {"goodwill": "1.00", "tell_customer": False})
    post(api, order, "cancel", {"reason": "Duplicate", "refund": True, "tell_customer": False}, 200)
    send_due_refunds(tenant_id=tenant.id)
    with inside():
        told = Fact.objects.filter(name__in=["order.refunded", "order.cancelled"]).values_list("payload", flat=True)
        assert [each["tell_customer"] for each in told] == [False] * 3


def test_canceled_units_are_paid_back_without_shipping_and_only_once(api, place) -> None:
    order = place()
    for _ in range(2):
        post(api, order, "cancel", {"reason": "One less", "lines": units(order, 1), "refund": True}, 200)
    now = money(api, order)
    assert [each["amount"] for each in now["refunds"]] == ["10.00", "10.00"]
    assert (now["left"], now["owed_to_customer"], now["owed_by_customer"]) == ("14.00", "0.00", "0.00")


def test_what_was_paid_in_part_is_paid_back_as_far_as_it_is_owed(api, place) -> None:
    order = place(payment_state=None, payments=[{"amount": "20.00", "method": "cash"}])
    answer = post(api, order, "cancel", {"reason": "One less", "lines": units(order, 1), "refund": True}, 200)
    assert (answer["money"]["refunding"], answer["money"]["owed_by_customer"]) == ("0.00", "4.00")
    answer = post(api, order, "cancel", {"reason": "None", "refund": True}, 200)
    assert (answer["money"]["refunding"], answer["money"]["owed_to_customer"]) == ("20.00", "0.00")


def begun(order: dict) -> FulfillmentOrder:
    order_id = UUID(order["id"])
    (work_id,) = release_orders(order_ids=[order_id])[order_id]
    return start_picking(fulfillment_order_id=work_id)


@pytest.mark.parametrize(("accept", "back"), [(True, "34.00"), (False, "0.00")])
def test_where_the_floor_was_asked_its_answer_decides_what_goes_back(api, place, inside, drain, accept, back) -> None:
    order = place()
    with inside():
        work = begun(order)
    asked = post(api, order, "cancel", {"reason": "Changed their mind", "refund": True}, 200)
    assert (asked["state"], asked["money"]["refunding"], asked["attributes"]) == ("cancel_requested", "0.00", {})
    drain()
    assert money(api, order)["refunds"] == []
    with inside():
        answer_cancel(fulfillment_order_id=work.id, accept=accept, reason="Too late")
    drain()
    now = money(api, order)
    assert (now["refunding"], now["owed_to_customer"]) == (back, "0.00")
    drain()
    assert len(money(api, order)["refunds"]) == (1 if accept else 0)


def test_somebody_with_a_limit_asks_a_second_person_for_the_refund(api, place, tenant, membership, inside) -> None:
    order = place()
    actor = actor_of_membership(membership(role="support", limits={"orders.refund": "5.00"}))
    with unit_of_work(tenant.id, actor):
        assert cancel_or_ask(order_id=UUID(order["id"]), reason="Late", refund=True).whole
        assert Approval.objects.get().amount == Decimal("34.00")
        assert not Refund.objects.exists()
    assert money(api, order)["owed_to_customer"] == "34.00"
