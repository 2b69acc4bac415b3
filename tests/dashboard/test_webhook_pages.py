"""Webhooks as people see them: endpoints, their secrets shown once, the log, testing and replaying."""

from collections.abc import Callable

import pytest
from django.test import Client

from oms.core.actors import system
from oms.core.models import Tenant
from oms.core.tenancy import unit_of_work
from oms.webhooks.actions.endpoints import create_endpoint
from oms.webhooks.actions.messages import send_test
from oms.webhooks.models import Attempt, Endpoint, Message

pytestmark = pytest.mark.django_db
HOOKS = "/m/acme/settings/webhooks/"


@pytest.fixture
def endpoint(tenant: Tenant) -> Endpoint:
    with unit_of_work(tenant.id, system("tests")):
        return create_endpoint(url="https://hooks.example.com/in", description="The <b>shop</b>")[0]


@pytest.fixture
def message(tenant: Tenant, endpoint: Endpoint) -> Message:
    with unit_of_work(tenant.id, system("tests")) as opened:
        message = send_test(endpoint_id=endpoint.id)
        Attempt.objects.create(message=message, at=opened.now, status=500, response="<h1>Oops</h1>", duration_ms=12)
        Message.objects.filter(id=message.id).update(state=Message.FAILED, attempts=1)
        return message


def test_an_empty_list_says_what_webhooks_are_for(browser_client: Client, tenant: Tenant):
    assert "Tell your first program" in browser_client.get(HOOKS).text


def test_a_webhook_is_added_and_its_secret_shown_once(browser_client: Client, tenant: Tenant):
    form = {"url": "https://hooks.example.com/in", "description": "Shop", "events": ["order.placed"]}
    added = browser_client.post(HOOKS, {**form, "idempotency_key": "k"})
    assert added.status_code == 303
    first = browser_client.get(added["Location"])
    secret = first.context["secret"]
    assert secret.startswith("whsec_")
    assert secret in first.text
    assert browser_client.get(added["Location"]).context["secret"] == ""
    assert "order.placed" in browser_client.get(HOOKS).text


@pytest.mark.parametrize("url", ["", "ftp://example.com", "https://user:pw@example.com/", "nonsense"])
def test_an_address_that_cannot_be_is_refused_and_kept(browser_client: Client, tenant: Tenant, url: str):
    page = browser_client.post(HOOKS, {"url": url, "description": "Shop"})
    assert page.status_code == 422
    assert page.context["form"].errors["url"]
    assert f'value="{url}"' in page.text or not url


def test_a_webhook_is_changed_and_switched_off(browser_client: Client, endpoint: Endpoint):
    page = f"{HOOKS}{endpoint.id}/"
    assert "The &lt;b&gt;shop&lt;/b&gt;" in browser_client.get(page).text
    assert browser_client.post(page, {"url": endpoint.url, "description": "Off"}).status_code == 303
    shown = browser_client.get(page).text
    assert "This webhook is switched off" in shown
    assert "Switch it on first" in shown
    assert browser_client.post(f"{page}test/").status_code == 409


def test_a_test_is_sent_and_the_log_filtered_within_few_statements(
    browser_client: Client, endpoint: Endpoint, message: Message, django_assert_max_num_queries: Callable
):
    page = f"{HOOKS}{endpoint.id}/"
    assert browser_client.post(f"{page}test/", {"idempotency_key": "t"}).status_code == 303
    with django_assert_max_num_queries(12):
        assert len(browser_client.get(page).context["page"].rows) == 2
    assert [row.id for row in browser_client.get(f"{page}?state=failed").context["page"].rows] == [message.id]
    assert "No message in this state" in browser_client.get(f"{page}?state=delivered").text


def test_a_message_shows_its_tries_and_is_sent_again(browser_client: Client, tenant: Tenant, message: Message):
    page = f"{HOOKS}messages/{message.id}/"
    shown = browser_client.get(page).text
    assert "&lt;h1&gt;Oops&lt;/h1&gt;" in shown
    assert "It works." in shown
    assert browser_client.post(f"{page}replay/").status_code == 303
    with unit_of_work(tenant.id, system("tests")):
        assert Message.objects.get(id=message.id).state == Message.DUE


def test_a_secret_is_rotated_after_asking(browser_client: Client, endpoint: Endpoint):
    page = f"{HOOKS}{endpoint.id}/rotate/"
    assert "Keep secret" in browser_client.get(page).text
    rotated = browser_client.post(page, {"idempotency_key": "r"})
    shown = browser_client.get(rotated["Location"])
    assert shown.context["secret"].startswith("whsec_")
    assert "signs too" in shown.text


def test_a_webhook_is_deleted_after_asking(browser_client: Client, endpoint: Endpoint, message: Message):
    page = f"{HOOKS}{endpoint.id}/delete/"
    assert "Keep webhook" in browser_client.get(page).text
    assert browser_client.post(page)["Location"] == HOOKS
    assert browser_client.get(f"{HOOKS}{endpoint.id}/").status_code == 404
