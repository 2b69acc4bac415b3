"""Connections and their messages over HTTP."""

import pytest

from channels.models import ChannelMessage
from channels.tasks import read_messages
from oms.accounts.actions.channels import create_channel
from oms.core.tenancy import unit_of_work
from tests.channels.hooks import PROCESS, connected, kept, order, orders, signed, told

CONNECTIONS, MESSAGES = "/api/v1/connections", "/api/v1/channel-messages"


@pytest.fixture
def shop(tenant, catalog, drain):
    drain()
    return connected(tenant, catalog.channel)


def test_a_channel_is_connected_by_a_hook_that_works(api, tenant, catalog):
    made = api.post(CONNECTIONS, {"channel_id": str(catalog.channel.id), "name": "Shop"}, format="json")
    assert made.status_code == 201
    hook = made.json()
    assert (hook["kind"], hook["state"], hook["channel"]) == ("hook", "active", "web")
    body = told("order.placed", order())
    path = "/" + hook["hook_url"].split("/", 3)[3]
    assert api.post(path, body, content_type="application/json", headers=signed(hook["secret"], body)).json() == {
        "status": "accepted"
    }
    read_messages(tenant_id=tenant.id)
    assert len(orders(tenant)) == 1
    shown = api.get(f"{CONNECTIONS}/{hook['id']}")
    assert "secret" not in shown.json()
    health = shown.json()["health"]
    assert (health["messages"], health["failed"], health["waiting"], health["orders"]) == (1, 0, 0, 1)
    assert health["last_in"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "Shop"}, "channel_id"),
        ({"name": "", "channel_id": "00000000-0000-7000-8000-000000000000"}, "name"),
        ({"name": "Shop", "channel_id": "00000000-0000-7000-8000-000000000000"}, "channel_id"),
        ({"name": "Shop", "channel_id": "web"}, "channel_id"),
    ],
)
def test_a_connection_that_cannot_be(api, catalog, sent, field):
    answer = api.post(CONNECTIONS, sent, format="json")
    assert answer.status_code == 422
    assert field in {each["field"] for each in answer.json()["errors"]}


def test_two_of_one_name_are_refused(api, shop, catalog):
    answer = api.post(CONNECTIONS, {"channel_id": str(catalog.channel.id), "name": "Our shop"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_connection")


def test_a_hook_is_renamed_paused_resumed_and_gets_a_new_secret(api, shop):
    url = f"{CONNECTIONS}/{shop.id}"
    assert api.patch(url, {"name": "Shop 2"}, format="json", headers={"If-Match": '"7"'}).status_code == 412
    assert api.patch(url, {"name": "Shop 2"}, format="json", headers={"If-Match": '"1"'}).json()["name"] == "Shop 2"
    assert api.post(f"{url}/pause").json()["state"] == "paused"
    assert api.post(f"{url}/resume").json()["state"] == "active"
    turned = api.post(f"{url}/rotate-secret").json()
    assert turned["secret"] != shop.secret
    assert turned["previous_until"]


def test_files_and_the_api_are_stopped_with_their_channel(api, shop):
    listed = api.get(CONNECTIONS).json()["results"]
    assert [(each["kind"], each["hook_url"] != "") for each in listed] == [
        ("file", False), ("api", False), ("hook", True),
    ]  # fmt: skip
    for verb in ("pause", "resume", "rotate-secret"):
        answer = api.post(f"{CONNECTIONS}/{listed[0]['id']}/{verb}")
        assert answer.status_code == 409
        assert "switch the channel off" in answer.json()["detail"]


def test_messages_are_listed_read_and_replayed(api, shop, tenant):
    shop.say("order.placed", order())
    shop.say("order.placed", order(external_id=None))
    listed = api.get(MESSAGES, {"connection_id": str(shop.id), "state": "failed"}).json()["results"]
    assert [each["error"] for each in listed] == [kept(tenant)[1].error]
    assert "body" not in listed[0]
    one = api.get(f"{MESSAGES}/{listed[0]['id']}").json()
    assert one["body"] == kept(tenant)[1].body
    assert one["replay_refused"] == ""
    replayed = api.post(f"{MESSAGES}/{listed[0]['id']}/replay")
    assert (replayed.status_code, replayed.json()["state"], replayed.json()["attempts"]) == (202, "due", 0)
    assert api.get(MESSAGES, {"state": "lost"}).status_code == 422


def test_what_customers_wrote_is_shown_to_those_who_may_know_them(api_of, shop, tenant):
    shop.say("order.placed", order())
    program = api_of(tenant, scopes=["channels.view"])
    url = f"{MESSAGES}/{kept(tenant)[0].id}"
    assert program.get(url).json()["body"] is None
    assert program.post(f"{url}/replay").status_code == 403
    assert program.post(f"{CONNECTIONS}/{shop.id}/pause").status_code == 403
    assert api_of(tenant, scopes=["orders.view"]).get(CONNECTIONS).status_code == 403


def test_a_key_of_another_channel_sees_and_touches_nothing(api_of, shop, tenant):
    shop.say("order.placed", order())
    with unit_of_work(tenant.id, PROCESS):
        other = create_channel(code="pos", name="Counter", kind="pos")
        message = ChannelMessage.objects.get()
    program = api_of(tenant, channels=[other.id])
    assert program.get(CONNECTIONS).json()["results"] == []
    assert program.get(MESSAGES).json()["results"] == []
    for url in (f"{CONNECTIONS}/{shop.id}", f"{MESSAGES}/{message.id}"):
        assert program.get(url).status_code == 404
    assert program.post(f"{MESSAGES}/{message.id}/replay").status_code == 404
    assert program.post(f"{CONNECTIONS}/{shop.id}/rotate-secret").status_code == 404
