"""Messages: signed, numbered, sent with no open transaction, retried on the schedule, logged, replayed."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from oms.accounts.actions.channels import create_channel, update_channel
from oms.core.db.keys import uuid7
from oms.core.errors import NotAllowed
from oms.core.models import Fact
from oms.core.tenancy import in_unit, unit_of_work
from oms.webhooks import tasks
from oms.webhooks.actions.endpoints import create_endpoint, rotate_secret, update_endpoint
from oms.webhooks.actions.messages import replay_message
from oms.webhooks.actions.sending import claim_messages
from oms.webhooks.adapters.http import post
from oms.webhooks.models import Attempt, Endpoint, Message
from oms.webhooks.queries import attempts_of
from oms.webhooks.retrying import SCHEDULE, wait_after
from oms.webhooks.tasks import SENDER, send_messages


def reread(tenant, message) -> Message:
    with unit_of_work(tenant.id, SENDER):
        return Message.objects.get(id=message.id)


def test_facts_are_sent_signed_with_their_id_and_sequence(tenant, endpoint, integrator, drain, send):
    with unit_of_work(tenant.id, SENDER):
        channel = create_channel(code="web", name="Web shop")
    with unit_of_work(tenant.id, SENDER):
        update_channel(channel_id=channel.id, name="Shop")
    drain()
    send()
    assert integrator.refused == 0
    by_sequence = sorted(integrator.received, key=lambda each: each["data"]["sequence"])
    assert [(each["type"], each["data"]["sequence"]) for each in by_sequence] == [
        ("channel.created", 1),
        ("channel.changed", 2),
    ]
    first = by_sequence[0]
    with unit_of_work(tenant.id, SENDER):
        fact = Fact.objects.get(tenant_id=tenant.id, name="channel.created")
    assert first["data"] == {
        "channel_id": str(channel.id), "code": "web", "object": "channel", "object_id": str(channel.id),
        "sequence": 1, "event_id": str(fact.id),
    }  # fmt: skip
    assert datetime.fromisoformat(first["timestamp"]) == fact.occurred_at
    assert str(fact.id) in integrator.ids


def test_only_what_was_asked_for_and_is_public_is_owed(tenant, integrator, drain, membership):
    from oms.accounts.actions.keys import create_key

    with unit_of_work(tenant.id, SENDER):
        everything, _ = create_endpoint(url=integrator.url)
        some, _ = create_endpoint(url=integrator.url, events=["channel.changed"])
        off, _ = create_endpoint(url=integrator.url)
        update_endpoint(endpoint_id=off.id, active=False)
        channel = create_channel(code="web", name="Web shop")
        update_channel(channel_id=channel.id, name="Shop")
        create_key(name="Secret matters", scopes=["orders.view"])
    drain()
    with unit_of_work(tenant.id, SENDER):
        owed = Message.objects.values_list("endpoint_id", "event_type")
        assert sorted(owed) == sorted([
            (everything.id, "channel.created"), (everything.id, "channel.changed"), (some.id, "channel.changed"),
        ])  # fmt: skip


def test_queueing_costs_the_same_for_many(tenant, endpoint, django_assert_num_queries):
    from oms.core.events.delivery import read_fact
    from oms.webhooks.actions.messages import queue_messages

    with unit_of_work(tenant.id, SENDER) as opened:
        for count in (1, 300):
            rows = [
                (
                    uuid7(),
                    tenant.id,
                    1,
                    opened.now,
                    {},
                    "",
                    "channel.created",
                    {"channel_id": str(uuid7()), "code": "x"},
                )
                for _ in range(count)
            ]
            envelopes = [read_fact(*row) for row in rows]
            with django_assert_num_queries(2):
                queue_messages(envelopes)
        assert Message.objects.count() == 301


def test_a_fact_delivered_twice_is_owed_once(tenant, endpoint, drain):
    from oms.core.events.delivery import read_fact
    from oms.webhooks.actions.messages import queue_messages

    with unit_of_work(tenant.id, SENDER):
        create_channel(code="web", name="Web shop")
        fact = Fact.objects.get(tenant_id=tenant.id)
        about = (fact.id, tenant.id, fact.sequence, fact.occurred_at)
        envelope = read_fact(*about, fact.actor, fact.cause, fact.name, fact.payload)
        queue_messages([envelope])
        queue_messages([envelope])
        assert Message.objects.count() == 1


@pytest.mark.usefixtures("committed_db")
def test_nothing_is_open_while_it_is_sent(tenant, endpoint, owe, monkeypatch):
    seen = []

    def watch(*args):
        seen.append((in_unit(), connection.in_atomic_block))
        return post(*args)

    monkeypatch.setattr(tasks, "post", watch)
    owe(endpoint)
    send_messages(tenant_id=tenant.id)
    assert seen == [(False, False)]


def test_an_accepted_message_is_settled_and_logged(tenant, endpoint, integrator, owe, send):
    message = owe(endpoint)
    send()
    send()
    assert len(integrator.received) == 1
    message = reread(tenant, message)
    assert (message.state, message.attempts) == ("delivered", 1)
    with unit_of_work(tenant.id, SENDER):
        [attempt] = attempts_of(message.id)
    assert (attempt.status, attempt.error, len(attempt.response)) == (200, "", 2000)


def test_a_refused_message_is_retried_with_the_same_id_until_it_has_failed(
    tenant, endpoint, integrator, owe, send, time_machine
):
    message, waits = owe(endpoint), []
    integrator.answers = [500] * 20
    for _ in range(len(SCHEDULE) + 1):
        now = datetime.now(UTC)
        send()
        message = reread(tenant, message)
        if message.state == Message.DUE:
            waits.append(message.due_at - now)
            time_machine.move_to(message.due_at + timedelta(seconds=1))
    assert [round(wait / timedelta(seconds=1)) for wait in waits] == [
        5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]  # fmt: skip
    assert (message.state, message.attempts) == ("failed", 10)
    assert set(integrator.ids) == {str(message.event_id)}
    assert len(integrator.ids) == 10
    with unit_of_work(tenant.id, SENDER):
        assert Attempt.objects.filter(message=message, status=500).count() == 10


def test_the_schedule_ends():
    assert [wait_after(n) for n in (1, 9, 10)] == [timedelta(seconds=5), timedelta(hours=24), None]


def test_410_gone_disables_the_endpoint(tenant, endpoint, integrator, owe, send):
    integrator.answers = [410]
    first = owe(endpoint)
    send()
    with unit_of_work(tenant.id, SENDER):
        gone = Endpoint.objects.get(id=endpoint.id)
        assert (gone.active, gone.disabled_reason) == (False, "The receiver answered 410 Gone.")
        with pytest.raises(NotAllowed):
            replay_message(message_id=first.id)
    assert reread(tenant, first).state == "failed"


def test_a_redirect_is_not_followed(tenant, endpoint, integrator, owe, send):
    integrator.answers, integrator.headers = [302], {"location": integrator.url.replace("hooks", "elsewhere")}
    message = owe(endpoint)
    send()
    assert integrator.paths == ["/hooks"]
    assert reread(tenant, message).state == "due"


def test_an_endpoint_that_cannot_be_reached_rests_and_the_others_go_on(tenant, endpoint, integrator, owe, send):
    with unit_of_work(tenant.id, SENDER):
        closed, _ = create_endpoint(url="http://127.0.0.1:9/")
    lost = owe(closed)
    waiting = [owe(closed) for _ in range(3)]
    fine = owe(endpoint)
    with unit_of_work(tenant.id, SENDER):
        Message.objects.filter(id__in=[each.id for each in waiting]).update(
            due_at=datetime.now(UTC) + timedelta(seconds=9)
        )
    send()
    assert reread(tenant, fine).state == "delivered"
    with unit_of_work(tenant.id, SENDER) as opened:
        [attempt] = attempts_of(lost.id)
        assert (attempt.status, attempt.error.split(":")[0]) == (None, "ConnectionError")
        rested = Message.objects.filter(
            id__in=[each.id for each in waiting], due_at__gt=opened.now + timedelta(seconds=20)
        )
        assert rested.count() == 3


def test_a_private_network_is_not_reached(tenant, endpoint, integrator, owe, send, settings):
    message = owe(endpoint)
    with unit_of_work(tenant.id, SENDER):
        Endpoint.objects.update(url=integrator.url.replace("http://", "https://"))
    settings.WEBHOOK_ALLOW_PRIVATE = False
    send()
    with unit_of_work(tenant.id, SENDER):
        [attempt] = attempts_of(message.id)
    assert attempt.error == "The address is in a private network, where webhooks are not sent."
    assert integrator.paths == []


def test_plain_http_is_not_sent_outside_development(integrator, settings):
    settings.WEBHOOK_ALLOW_PRIVATE = False
    assert post(integrator.url, "{}", {}).error == "ValueError: only https addresses are sent to"
    assert integrator.paths == []


def test_after_a_rotation_both_secrets_verify_for_a_day(tenant, endpoint, integrator, owe, send, time_machine):
    old = integrator.secret
    with unit_of_work(tenant.id, SENDER):
        _, new = rotate_secret(endpoint_id=endpoint.id)
    for secret in (old, new):
        integrator.secret = secret
        owe(endpoint)
        send()
    assert (len(integrator.received), integrator.refused) == (2, 0)
    time_machine.move_to(datetime.now(UTC) + timedelta(hours=25))
    integrator.secret = old
    owe(endpoint)
    send()
    assert integrator.refused == 1


def test_a_replay_sends_it_again_with_the_same_id(tenant, endpoint, integrator, owe, send):
    message = owe(endpoint)
    send()
    with unit_of_work(tenant.id, SENDER):
        replay_message(message_id=message.id)
    send()
    assert integrator.ids == [str(message.event_id)] * 2
    assert integrator.received[0] == integrator.received[1]


def test_a_claimed_message_is_not_claimed_again_until_the_lease_is_over(tenant, endpoint, owe, time_machine):
    owe(endpoint)
    with unit_of_work(tenant.id, SENDER):
        assert len(claim_messages()) == 1
    with unit_of_work(tenant.id, SENDER):
        assert claim_messages() == []
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=4))
    with unit_of_work(tenant.id, SENDER):
        assert len(claim_messages()) == 1
        assert Message.objects.get().attempts == 2


def test_secrets_are_encrypted_at_rest_and_bound_to_their_tenant(tenant, other_tenant, endpoint, integrator):
    from oms.core.secrets import Unreadable, decrypt

    assert integrator.secret not in json.dumps(endpoint.secret)
    assert decrypt(endpoint.secret, tenant_id=tenant.id, field="webhooks.endpoint.secret") == integrator.secret
    with pytest.raises(Unreadable):
        decrypt(endpoint.secret, tenant_id=other_tenant.id, field="webhooks.endpoint.secret")


def test_old_messages_are_forgotten(tenant, endpoint, owe, send, time_machine):
    owe(endpoint)
    send()
    time_machine.move_to(datetime.now(UTC) + timedelta(days=31))
    waiting = owe(endpoint)
    tasks.forget_old_messages()
    with unit_of_work(tenant.id, SENDER):
        assert [each.id for each in Message.objects.all()] == [waiting.id]
        assert not Attempt.objects.exists()
