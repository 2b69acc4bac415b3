"""Channels as people see them: health, one connection with its log, one message and its replay, connecting."""

import json

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.actions.connections import pause_connection
from channels.models import ChannelMessage, Connection
from oms.accounts.actions.channels import create_channel
from oms.core.tenancy import unit_of_work
from tests.channels.hooks import PROCESS, connected, connection, kept, newest, order, orders, told

PAGES = "/m/acme/channels/"


@pytest.fixture
def shop(tenant, catalog, drain):
    drain()
    return connected(tenant, catalog.channel, "Our <b>shop</b>")


@pytest.fixture
def as_role(membership):
    def client(role: str, **scope) -> Client:
        made = Client()
        made.force_login(membership(role=role, **scope).user)
        return made

    return client


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(database) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_without_a_channel_the_page_names_the_first_act(browser_client, tenant):
    page = browser_client.get(PAGES).text
    assert "Let the first orders in" in page
    assert "/m/acme/settings/channels/" in page
    assert "Name a sales channel first" in browser_client.get(f"{PAGES}connect/").text


def test_the_list_shows_the_health_of_every_way_in(browser_client, shop, tenant):
    shop.say("order.placed", order())
    shop.say("order.placed", order(external_id=None))
    shop.say("order.cancelled", {"external_id": "EARLY"})
    page = browser_client.get(PAGES)
    assert [(row["connection"].kind, row["health"].orders, row["health"].failed, row["health"].waiting)
            for row in page.context["rows"]] == [("file", 1, 0, 0), ("api", 1, 0, 0), ("hook", 1, 1, 1)]  # fmt: skip
    assert "Our &lt;b&gt;shop&lt;/b&gt;" in page.text
    assert "<b>shop</b>" not in page.text
    assert 'aria-current="page"' in page.text


def test_lists_cost_few_statements_however_long(browser_client, shop, tenant, catalog):
    def filled(*numbers: int) -> tuple[int, int, int]:
        for number in numbers:
            shop.post(told("order.placed", order(external_id=f"N-{number}")))
            shop.post(told("order.placed", order(external_id=None)))
        shop.read()
        return tuple(cost(browser_client, url) for url in (PAGES, f"{PAGES}{shop.id}/", f"{PAGES}failures/"))

    browser_client.get(PAGES)
    few = filled(1, 2)
    connected(tenant, catalog.channel, "Another")
    assert filled(*range(3, 9)) == few
    assert few[0] <= 12
    assert few[1] <= 15
    assert few[2] <= 12


def test_a_channel_is_connected_and_its_secret_shown_once(browser_client, tenant, catalog):
    form = {"channel_id": str(catalog.channel.id), "name": "Shop system", "idempotency_key": "k"}
    added = browser_client.post(f"{PAGES}connect/", form)
    assert added.status_code == 303
    assert browser_client.post(f"{PAGES}connect/", form)["Location"] == added["Location"], "one effect"
    first = browser_client.get(added["Location"])
    assert first.context["secret"].startswith("whsec_")
    assert first.context["secret"] in first.text
    assert "/hooks/channels/" in first.text
    assert browser_client.get(added["Location"]).context["secret"] == ""


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": "Shop"}, "channel_id"),
        ({"name": "Shop", "channel_id": "00000000-0000-7000-8000-000000000000"}, "channel_id"),
        ({"name": " ", "channel_id": "web"}, "name"),
        ({"name": "x" * 81}, "name"),
    ],
)
def test_a_connection_that_cannot_be_is_refused_beside_its_field(browser_client, tenant, catalog, form, field):
    channel_id = {"channel_id": str(catalog.channel.id)} if form.get("channel_id") == "web" else {}
    page = browser_client.post(f"{PAGES}connect/", {**form, **channel_id})
    assert page.status_code == 422
    assert page.context["form"].errors[field]


def test_a_taken_name_is_said(browser_client, shop, catalog):
    form = {"channel_id": str(catalog.channel.id), "name": "Our <b>shop</b>"}
    page = browser_client.post(f"{PAGES}connect/", form)
    assert page.status_code == 422
    assert "already" in page.context["form"].errors["name"][0]


def test_a_connection_is_renamed_paused_resumed_and_rotated(browser_client, shop, tenant):
    url = f"{PAGES}{shop.id}/"
    assert browser_client.post(f"{url}rename/", {"name": ""}).status_code == 422
    assert browser_client.post(f"{url}rename/", {"name": "Shop 2"}).status_code == 303
    assert browser_client.post(f"{url}pause/").status_code == 303
    assert "Paused by Olive Owner." in browser_client.get(url).text
    browser_client.post(f"{url}resume/")
    assert (connection(tenant, shop).name, connection(tenant, shop).state) == ("Shop 2", "active")
    assert "For 24 hours both are accepted" in browser_client.get(f"{url}rotate/").text
    browser_client.post(f"{url}rotate/")
    secret = browser_client.get(url).context["secret"]
    assert secret.startswith("whsec_")
    assert secret != shop.secret


def test_the_log_says_what_became_of_each(browser_client, shop, tenant):
    shop.say("order.placed", order())
    shop.say("order.placed", order(external_id=None))
    url = f"{PAGES}{shop.id}/"
    page = browser_client.get(url)
    number = orders(tenant)[0].number
    assert f"Order #{number} placed." in page.text
    assert f'href="/m/acme/orders/{number}/"' in page.text
    assert "deleted" in page.text
    assert [row["message"].state for row in browser_client.get(f"{url}?state=failed").context["rows"]] == ["failed"]
    assert "No message in this state." in browser_client.get(f"{url}?state=due").text


def test_a_message_is_shown_as_it_came_and_replayed_after_mending(browser_client, shop, tenant):
    failed = shop.say("order.placed", order({"sku": "NEW<i>", "quantity": 1, "unit_price": "5"}))
    url = f"{PAGES}messages/{failed.id}/"
    page = browser_client.get(url)
    assert "Line 1, sku: No item has the SKU “NEW&lt;i&gt;”" in page.text
    assert "ada@example.com" in page.text
    assert browser_client.post(f"{url}replay/", {"idempotency_key": "k"}).status_code == 303
    assert newest(tenant).state == "due"
    shop.read()
    assert newest(tenant).state == "failed"


def test_what_is_no_json_is_shown_as_it_came(browser_client, shop, tenant):
    shop.post("{ <script>")
    shop.read()
    assert "{ &lt;script&gt;" in browser_client.get(f"{PAGES}messages/{newest(tenant).id}/").text


def test_home_counts_refusals_and_failures_and_leads_to_them(browser_client, shop, tenant, api):
    shop.say("order.placed", order())
    assert "channels/failures/" not in browser_client.get("/m/acme/").text
    shop.post(told("order.placed", order()), {})
    shop.say("order.cancelled", {"external_id": "WEB-1", "lines": []})
    shop.post(told("order.placed", order()), {})
    api.post("/api/v1/orders", {"channel": "web"}, format="json")
    home = browser_client.get("/m/acme/").text
    assert "message of a sales channel failed" in home
    assert "connection was refused its last message" not in home, "not news within ten minutes of the last"
    failures = browser_client.get(f"{PAGES}failures/")
    assert [row["message"].kind for row in failures.context["rows"]] == ["order.cancelled"], "the API had its answer"


def test_home_says_that_a_connection_is_refused(browser_client, shop, tenant):
    shop.say("order.placed", order())
    shop.post(told("order.placed", order()), {})
    assert "connection was refused its last message" in browser_client.get("/m/acme/").text
    page = browser_client.get(f"{PAGES}{shop.id}/").text
    assert "A message was refused" in page
    assert "give the sender the new one" in page


def test_a_role_sees_what_it_may(as_role, shop, tenant, catalog):
    shop.say("order.placed", order())
    message = f"{PAGES}messages/{newest(tenant).id}/"
    reader = as_role("read_only")
    page = reader.get(message).text
    assert "ada@example.com" not in page
    assert "your role does not show" in page
    assert "Replay message" not in page
    assert reader.post(f"{message}replay/").status_code == 403
    assert reader.post(f"{PAGES}{shop.id}/pause/").status_code == 403
    assert reader.get(f"{PAGES}connect/").status_code == 403
    assert as_role("warehouse").get(PAGES).status_code == 403
    assert "ada@example.com" in as_role("support").get(message).text


def test_who_works_on_one_channel_sees_no_other(as_role, shop, tenant):
    shop.say("order.placed", order())
    with unit_of_work(tenant.id, PROCESS):
        other = create_channel(code="pos", name="Counter", kind="pos")
    client = as_role("manager", channels=[other.id])
    assert client.get(PAGES).context["rows"] == []
    assert client.get(f"{PAGES}{shop.id}/").status_code == 404
    assert client.get(f"{PAGES}messages/{newest(tenant).id}/").status_code == 404
    assert client.post(f"{PAGES}messages/{newest(tenant).id}/replay/").status_code == 404


def test_a_paused_connection_says_why_nothing_is_replayed(browser_client, shop, tenant):
    shop.post(told("order.placed", order()))
    with unit_of_work(tenant.id, PROCESS):
        pause_connection(connection_id=shop.id)
        assert ChannelMessage.objects.count() == 1
        assert Connection.objects.get(id=shop.id).version == 2
    assert "The connection is paused." in browser_client.get(f"{PAGES}messages/{kept(tenant)[0].id}/").text
    assert json.loads(kept(tenant)[0].body)["type"] == "order.placed"
