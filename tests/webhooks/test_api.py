"""Webhooks over HTTP."""

import pytest

from oms.core.models import AuditEntry
from oms.core.tenancy import unit_of_work
from oms.webhooks.addresses import address_problems
from oms.webhooks.models import Endpoint
from oms.webhooks.tasks import SENDER

URL = "https://example.com/hooks"
BASE = "/api/v1/webhook-endpoints"


@pytest.fixture
def made(api) -> dict:
    return api.post(BASE, {"url": URL, "events": ["channel.created"]}, format="json").json()


def test_the_secret_is_shown_once(api, made):
    assert made["secret"].startswith("whsec_")
    assert "secret" not in api.get(f"{BASE}/{made['id']}").json()
    assert "secret" not in api.get(BASE).json()["results"][0]


def test_change_with_if_match_and_audit(api, made, tenant):
    address = f"{BASE}/{made['id']}"
    shown = api.get(address)
    changed = api.patch(address, {"active": False}, format="json", headers={"if-match": shown["ETag"]})
    assert (changed.status_code, changed.json()["disabled_reason"]) == (200, "Switched off by hand.")
    stale = api.patch(address, {"active": True}, format="json", headers={"if-match": shown["ETag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    with unit_of_work(tenant.id, SENDER):
        entry = AuditEntry.objects.get(verb="webhooks.edit")
    assert (entry.before, entry.after) == ({"active": True}, {"active": False})


def test_delete_takes_the_log_along(api, made, tenant):
    assert api.post(f"{BASE}/{made['id']}/test").status_code == 202
    assert len(api.get("/api/v1/webhook-messages").json()["results"]) == 1
    assert api.delete(f"{BASE}/{made['id']}").status_code == 204
    assert api.get("/api/v1/webhook-messages").json()["results"] == []
    assert api.get(f"{BASE}/{made['id']}").status_code == 404


def test_messages_are_listed_read_and_replayed(api, endpoint, owe, send):
    message = owe(endpoint)
    send()
    [row] = api.get("/api/v1/webhook-messages", {"endpoint_id": str(endpoint.id), "state": "delivered"}).json()[
        "results"
    ]
    assert (row["id"], row["event_type"]) == (str(message.id), "webhook.test")
    one = api.get(f"/api/v1/webhook-messages/{message.id}").json()
    assert [each["status"] for each in one["tries"]] == [200]
    assert api.post(f"/api/v1/webhook-messages/{message.id}/replay").json()["state"] == "due"


def test_event_types_are_described(api):
    types = {each["name"]: each["description"] for each in api.get("/api/v1/webhook-event-types").json()}
    assert types["channel.created"] == "A new place where orders come from."
    assert "key.created" not in types


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "nonsense"}, "url"),
        ({"url": "ftp://example.com/"}, "url"),
        ({"url": "https://user:secret@example.com/"}, "url"),
        ({"url": "https://exa mple.com/"}, "url"),
        ({"url": "https://example.com/" + "x" * 3000}, "url"),
        ({"url": URL, "events": ["order.eaten"]}, "events"),
        ({"url": URL, "description": "x" * 300}, "description"),
        ({}, "url"),
    ],
)
def test_bad_input_is_refused_by_name(api, body, field):
    answer = api.post(BASE, body, format="json")
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/", "not_https"),
        ("https://127.0.0.1/", "private_address"),
        ("https://10.1.2.3/", "private_address"),
        ("https://169.254.169.254/latest", "private_address"),
        ("https://[::1]/", "private_address"),
        ("https://localhost/", "private_address"),
        ("https://db.internal/", "private_address"),
        ("https://example.com:99999/", "invalid"),
    ],
)
def test_addresses_that_production_refuses(url, code):
    assert [each.code for each in address_problems(url, allow_private=False)] == [code]


def test_a_good_address_has_no_problems():
    assert address_problems(URL, allow_private=False) == []


def test_a_key_without_the_verb_is_refused(api_of, tenant, made):
    reader = api_of(tenant, scopes=["settings.view"])
    assert reader.get(BASE).status_code == 200
    assert reader.post(BASE, {"url": URL}, format="json").status_code == 403
    assert reader.delete(f"{BASE}/{made['id']}").status_code == 403
    with unit_of_work(tenant.id, SENDER):
        assert Endpoint.objects.count() == 1
