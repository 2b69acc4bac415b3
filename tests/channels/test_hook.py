"""The door of a channel's hook: signed or nothing, stored first, once, whatever comes twice, late or broken."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from channels.actions.carrying_out import carry_out_message
from channels.actions.connections import pause_connection, resume_connection, rotate_secret
from channels.actions.messages import claim_messages
from channels.models import Connection
from channels.tasks import forget_old_messages, read_messages
from oms.core.db.keys import uuid7
from oms.core.models import Fact
from oms.core.tenancy import unit_of_work
from tests.channels.hooks import PROCESS, connected, connection, kept, newest, order, orders, signed, told

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def shop(tenant, catalog):
    return connected(tenant, catalog.channel)


def refusals(tenant) -> int:
    with unit_of_work(tenant.id, PROCESS):
        return Fact.objects.filter(tenant_id=tenant.id, name="connection.refused").count()


def test_an_order_is_stored_as_it_came_and_then_placed(shop, tenant):
    body = told("order.placed", order())
    answer = shop.post(body)
    assert (answer.status_code, answer.json()) == (200, {"status": "accepted"})
    [message] = kept(tenant)
    assert (message.state, message.body, message.kind, message.subject) == ("due", body, "order.placed", "WEB-1")
    assert set(message.headers) == {"webhook-id", "webhook-timestamp", "content-type"}
    assert orders(tenant) == []
    shop.read()
    [placed] = orders(tenant)
    assert (placed.external_id, placed.source, placed.email) == ("WEB-1", "hook", "ada@example.com")
    message = newest(tenant)
    assert (message.state, message.outcome, message.order_id) == (
        "done", f"Order #{placed.number} placed.", placed.id,
    )  # fmt: skip


def test_the_same_message_again_is_answered_and_has_no_effect(shop, tenant):
    body = told("order.placed", order())
    headers = signed(shop.secret, body, message_id="msg_1")
    assert shop.post(body, headers).json() == {"status": "accepted"}
    shop.read()
    again = shop.post(body, headers)
    assert (again.status_code, again.json()) == (200, {"status": "known"})
    other = told("order.placed", order(external_id="WEB-2"))
    assert shop.post(other, signed(shop.secret, other, message_id="msg_1")).json() == {"status": "known"}
    shop.read()
    assert (len(kept(tenant)), len(orders(tenant))) == (1, 1)


def test_what_is_forged_old_or_altered_is_refused_and_nothing_is_kept(shop, tenant, other_tenant, catalog):
    body = told("order.placed", order())
    good = signed(shop.secret, body)
    files = connection(tenant, shop).channel_id
    refused = [
        shop.post(body, {}),
        shop.post(body, signed("whsec_" + "A" * 43 + "=", body)),
        shop.post(body.replace("WEB-1", "WEB-2"), good),
        shop.post(body, {**good, "webhook-id": "msg_other"}),
        shop.post(body, {**good, "webhook-signature": "v1,é"}),
        shop.post(body, {**good, "webhook-timestamp": "nan"}),
        shop.post(body, signed(shop.secret, body, at=NOON - timedelta(minutes=6))),
        shop.post(body, signed(shop.secret, body, at=NOON + timedelta(minutes=6))),
        shop.post(b"\xff\xfe", good),
        shop.post(body, good, f"/hooks/channels/{other_tenant.public_id}/{shop.id}"),
        shop.post(body, good, f"/hooks/channels/{uuid7()}/{shop.id}"),
        shop.post(body, good, f"/hooks/channels/{tenant.public_id}/{files}"),
    ]
    assert {each.status_code for each in refused} == {401}
    assert len({each.content for each in refused}) == 1, "nobody learns which of it was wrong"
    assert "Sign webhook-id.webhook-timestamp.body" in refused[0].json()["detail"]
    assert kept(tenant) == []
    assert Client().get(shop.path).status_code == 405


def test_files_and_the_api_have_no_secret_to_guess(shop, tenant, drain):
    drain()
    body = told("order.placed", order())
    with unit_of_work(tenant.id, PROCESS):
        others = list(Connection.objects.exclude(kind="hook"))
    assert {each.kind for each in others} == {"file", "api"}
    for each in others:
        path = f"/hooks/channels/{tenant.public_id}/{each.id}"
        assert shop.post(body, signed("whsec_AAAA", body), path).status_code == 401


def test_a_refusal_is_told_once_and_forgotten_when_all_is_well(shop, tenant, time_machine):
    body = told("order.placed", order())
    for _ in range(3):
        shop.post(body, {})
    assert (connection(tenant, shop).state, refusals(tenant)) == ("refused", 1)
    assert "give the sender the new one" in connection(tenant, shop).state_reason
    shop.post(body)
    assert (connection(tenant, shop).state, connection(tenant, shop).state_reason) == ("active", "")
    shop.post(body, {})
    assert refusals(tenant) == 1, "a stranger who keeps knocking is not news"
    time_machine.move_to(NOON + timedelta(minutes=11), tick=False)
    shop.post(body, {})
    assert (connection(tenant, shop).state, refusals(tenant)) == ("refused", 2)


@pytest.mark.parametrize(
    ("body", "more", "status"),
    [
        ("x" * (513 * 1024), {}, 413),
        (told("order.placed", order()), {"content_type": "application/x-www-form-urlencoded"}, 415),
        ("a\x00b", {}, 400),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(shop, tenant, body, more, status):
    answer = shop.post(body, **more)
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert kept(tenant) == []


def test_an_id_that_is_too_long(shop, tenant):
    body = told("order.placed", order())
    assert shop.post(body, signed(shop.secret, body, message_id="m" * 201)).status_code == 400
    assert kept(tenant) == []


def test_for_a_day_the_old_secret_is_accepted_too(shop, tenant, time_machine):
    with unit_of_work(tenant.id, PROCESS):
        _, new = rotate_secret(connection_id=shop.id)
    body = told("order.placed", order())
    assert shop.post(body, signed(new, body)).status_code == 200
    assert shop.post(body).status_code == 200
    time_machine.move_to(NOON + timedelta(hours=25), tick=False)
    assert shop.post(body).status_code == 401
    assert shop.post(body, signed(new, body)).status_code == 200


def test_paused_it_keeps_what_comes_and_reads_it_when_resumed(shop, tenant):
    with unit_of_work(tenant.id, PROCESS):
        pause_connection(connection_id=shop.id)
    assert shop.post(told("order.placed", order())).status_code == 200
    shop.read()
    assert (newest(tenant).state, newest(tenant).due_at, orders(tenant)) == ("due", None, [])
    with unit_of_work(tenant.id, PROCESS):
        resume_connection(connection_id=shop.id)
    shop.read()
    assert len(orders(tenant)) == 1


def test_paused_while_a_message_is_under_way(shop, tenant):
    shop.post(told("order.placed", order()))
    with unit_of_work(tenant.id, PROCESS):
        [claimed] = claim_messages()
        pause_connection(connection_id=shop.id)
    with unit_of_work(tenant.id, PROCESS):
        carry_out_message(message_id=claimed)
    assert (newest(tenant).state, newest(tenant).due_at) == ("due", None)


def test_what_is_settled_is_forgotten_after_thirty_days(shop, tenant, time_machine):
    shop.say("order.placed", order())
    shop.say("order.cancelled", {"external_id": "NOT-YET"})
    time_machine.move_to(NOON + timedelta(days=29), tick=False)
    forget_old_messages()
    assert len(kept(tenant)) == 2
    time_machine.move_to(NOON + timedelta(days=31), tick=False)
    forget_old_messages()
    assert [each.subject for each in kept(tenant)] == ["NOT-YET"], "what still waits is not lost"
    read_messages(tenant_id=tenant.id)
