"""The company over HTTP: credentials, rates, and each resource once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from oms.accounts import roles
from oms.accounts.actions.approvals import carries_out, request_approval
from oms.accounts.models import ApiKey
from oms.accounts.queries import actor_of_membership
from oms.core.tenancy import unit_of_work


def test_me_says_who_what_and_where(api, tenant):
    me = api.get("/api/v1/me").json()
    assert (me["kind"], me["label"], me["locations"]) == ("key", "API key “Test key”", None)
    assert set(me["verbs"]) == set(roles.VERBS)
    assert (me["business"]["slug"], me["business"]["id"]) == ("acme", str(tenant.public_id))


def test_a_key_does_what_its_scopes_say(api_of, tenant):
    reader = api_of(tenant, scopes=["settings.view"])
    assert reader.get("/api/v1/channels").status_code == 200
    refused = reader.post("/api/v1/channels", {"code": "x", "name": "X"}, format="json")
    assert (refused.status_code, refused.json()["code"], refused.json()["verb"]) == (403, "forbidden", "settings.edit")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"revoked_at": datetime(2026, 1, 1, tzinfo=UTC)}, "revoked"),
        ({"expires_at": datetime(2026, 1, 1, tzinfo=UTC)}, "expired"),
        ({"secret_hash": "0" * 64}, "not known"),
    ],
)
def test_keys_that_are_over_are_refused_and_say_why(api, change, word):
    ApiKey.objects.update(**change)
    answer = api.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")
    assert word in answer.json()["detail"]
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("presented", ["", "tl_", "tl_a_b", "Bearer", "tl_" + "x" * 5000, "tl_abc_ü"])
def test_nonsense_is_not_a_key(database, presented):
    assert Client().get("/api/v1/me", headers={"authorization": f"Bearer {presented}"}).status_code == 401


def test_the_last_use_is_noted_once_a_minute(api, django_assert_num_queries):
    api.get("/api/v1/me")
    first = ApiKey.objects.get().last_used_at
    api.get("/api/v1/me")
    assert first is not None
    assert ApiKey.objects.get().last_used_at == first


def test_a_key_is_created_shown_once_and_revoked(api):
    made = api.post("/api/v1/keys", {"name": "Shop", "scopes": ["orders.place"]}, format="json").json()
    own = APIClient(headers={"authorization": f"Bearer {made['secret']}"})
    assert own.get("/api/v1/me").json()["verbs"] == ["orders.place"]
    assert "secret" not in api.get("/api/v1/keys").json()["results"][0]
    assert api.post(f"/api/v1/keys/{made['id']}/revoke").json()["revoked_at"] is not None
    assert own.get("/api/v1/me").status_code == 401


def test_a_key_cannot_make_a_stronger_one(api_of, tenant, catalog):
    weak = api_of(tenant, scopes=["keys.edit"], channels=[catalog.channel.id])
    for body in (
        {"name": "Stronger", "scopes": ["orders.place"], "channels": [str(catalog.channel.id)]},
        {"name": "Wider", "scopes": ["keys.edit"]},
    ):
        assert weak.post("/api/v1/keys", body, format="json").status_code == 403


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "", "scopes": []}, ["name"]),
        ({"name": "x", "scopes": ["orders.eat"]}, ["scopes"]),
        ({"name": "x", "scopes": ["orders.view"], "expires_at": "2020-01-01T00:00:00Z"}, ["expires_at"]),
        ({"name": "x" * 100, "scopes": []}, ["name", "scopes"]),
    ],
)
def test_bad_keys_are_refused_by_name(api, body, fields):
    answer = api.post("/api/v1/keys", body, format="json")
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, fields)


def test_the_rate_is_limited_per_credential(api, api_of, tenant, settings, time_machine):
    settings.API_RATE_PER_MINUTE = 3
    time_machine.move_to("2026-11-01T12:00:50Z", tick=False)
    assert [api.get("/api/v1/me").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = api.get("/api/v1/me")
    assert (refused.json()["code"], refused["Retry-After"]) == ("too_many_requests", "10")
    assert api_of(tenant).get("/api/v1/me").status_code == 200
    time_machine.shift(timedelta(seconds=10))
    assert api.get("/api/v1/me").status_code == 200


def test_without_a_limit_or_without_valkey_nobody_is_refused(api, settings, monkeypatch):
    import redis

    from oms.accounts.api import throttle

    settings.API_RATE_PER_MINUTE = 0
    assert api.get("/api/v1/me").status_code == 200
    settings.API_RATE_PER_MINUTE = 1
    away = redis.Redis(port=1, socket_connect_timeout=0.2)
    monkeypatch.setattr(throttle, "valkey", lambda: away)
    assert [api.get("/api/v1/me").status_code for _ in range(3)] == [200] * 3


def test_a_session_needs_the_merchant_and_the_csrf_token(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    assert client.get("/api/v1/me").status_code == 401
    merchant = {"throughline-merchant": "acme"}
    assert client.get("/api/v1/me", headers=merchant).json()["label"] == "Olive Owner"
    body = {"code": "web", "name": "Web"}
    refused = client.post("/api/v1/channels", body, content_type="application/json", headers=merchant)
    assert (refused.status_code, "CSRF" in refused.json()["detail"]) == (403, True)


def test_the_business_is_read_and_changed(api):
    assert api.get("/api/v1/business").json()["currency"] == "EUR"
    changed = api.patch("/api/v1/business", {"name": "Acme Ltd", "country": "de"}, format="json").json()
    assert (changed["name"], changed["country"], changed["currency"]) == ("Acme Ltd", "DE", "EUR")
    bad = {"name": " ", "currency": "EUX", "timezone": "Mars/Base", "country": "XX"}
    answer = api.patch("/api/v1/business", bad, format="json")
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} <= set(bad)


def test_channels_are_listed_read_and_switched_off(api, catalog):
    [listed] = api.get("/api/v1/channels").json()["results"]
    address = f"/api/v1/channels/{listed['id']}"
    assert api.get(address).json()["code"] == "web"
    assert api.patch(address, {"active": False}, format="json").json()["active"] is False


def test_the_team_over_http(api, membership, owner):
    colleague = membership(role="support", user__email="sam@example.com")
    invited = api.post("/api/v1/team/invitations", {"email": "new@example.com", "role": "finance"}, format="json")
    assert invited.status_code == 201
    team = api.get("/api/v1/team").json()
    assert [each["email"] for each in team["members"]] == ["owner@acme.example", "sam@example.com"]
    assert [each["email"] for each in team["invitations"]] == ["new@example.com"]
    change = {"role": "manager", "limits": {"stock.adjust": "10.5"}}
    changed = api.patch(f"/api/v1/team/{colleague.user_id}", change, format="json").json()
    assert (changed["role"], changed["limits"]["stock.adjust"]) == ("manager", "10.5000")
    assert api.delete(f"/api/v1/team/{colleague.user_id}").status_code == 204
    assert api.delete(f"/api/v1/team/invitations/{invited.json()['id']}").status_code == 204
    last = api.delete(f"/api/v1/team/{owner.user_id}")
    assert (last.status_code, last.json()["code"]) == (409, "last_owner")


def test_approvals_are_listed_but_a_program_cannot_decide(api, tenant, owner):
    carries_out("tests.spend", lambda params: None)
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        asked = request_approval(verb="tests.spend", sentence="Spend", amount=Decimal(9), params={})
    [shown] = api.get("/api/v1/approvals", {"state": "waiting"}).json()["results"]
    assert (shown["id"], shown["requested_by"]) == (str(asked.id), "Olive Owner")
    answer = api.post(f"/api/v1/approvals/{asked.id}/decide", {"approve": True}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_person_decides_over_http(tenant, owner, membership):
    carries_out("tests.spend", lambda params: None)
    with unit_of_work(tenant.id, actor_of_membership(owner)):
        asked = request_approval(verb="tests.spend", sentence="Spend", amount=Decimal(9), params={})
    client = Client()
    client.force_login(membership(role="finance").user)
    decided = client.post(
        f"/api/v1/approvals/{asked.id}/decide", {"approve": False, "note": "no"}, content_type="application/json",
        headers={"throughline-merchant": "acme"},
    )  # fmt: skip
    assert (decided.status_code, decided.json()["state"]) == (200, "declined")
