"""Facts reach every subscriber in order; a failing one holds back only its own aggregate."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from oms.accounts.models import SalesChannel
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.events import delivery, publish, registry, relay, subscribe
from oms.core.events.delivery import deliver, replay
from oms.core.events.publishing import SHARDS
from oms.core.models import Delivery, Fact
from oms.core.tasks import DUE_DELIVERIES
from oms.core.tenancy import unit_of_work
from tests.core.facts import LampLit

PROCESS = system("tests")


@pytest.fixture
def heard(monkeypatch):
    """A subscriber that fails for the brightnesses in ``broken``; returns what it heard."""
    monkeypatch.setattr(registry, "_subscribers", {})

    class Heard(list):
        broken = frozenset()

    heard = Heard()

    @subscribe("tests.lamps", LampLit)
    def listen(envelopes):
        for envelope in envelopes:
            if envelope.fact.brightness in heard.broken:
                raise RuntimeError(f"cannot see {envelope.fact.brightness}")
        heard.extend((envelope.fact.lamp_id, envelope.fact.brightness) for envelope in envelopes)

    return heard


def light(tenant, *lamps) -> None:
    with unit_of_work(tenant.id, PROCESS):
        publish([LampLit(lamp_id=lamp, brightness=brightness) for lamp, brightness in lamps])


def deliveries(tenant) -> list[Delivery]:
    with unit_of_work(tenant.id, PROCESS):
        return list(Delivery.objects.order_by("id"))


def due_work(tenant) -> list[tuple[int, int]]:
    with unit_of_work(tenant.id, PROCESS), connection.cursor() as cursor:
        cursor.execute(DUE_DELIVERIES)
        return cursor.fetchall()


def test_facts_arrive_in_order_with_gap_free_sequences(tenant, heard, drain):
    lamp = uuid7()
    for brightness in range(1, 6):
        light(tenant, (lamp, brightness))
    assert drain() == 5
    assert heard == [(lamp, n) for n in range(1, 6)]
    assert deliveries(tenant) == []
    with unit_of_work(tenant.id, PROCESS):
        assert sorted(Fact.objects.filter(tenant_id=tenant.id).values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]


def test_a_batch_numbers_each_aggregate_by_itself(tenant, heard):
    one, two = uuid7(), uuid7()
    light(tenant, (one, 1), (two, 1), (one, 2))
    light(tenant, (two, 2), (one, 3))
    with unit_of_work(tenant.id, PROCESS):
        rows = Fact.objects.filter(tenant_id=tenant.id).values_list("aggregate_id", "sequence", "payload__brightness")
        assert sorted(rows) == sorted([(one, 1, 1), (one, 2, 2), (one, 3, 3), (two, 1, 1), (two, 2, 2)])


def test_a_fact_comes_back_as_it_was(tenant, heard, monkeypatch, drain):
    seen = []
    subscribe("tests.lamps", LampLit)(seen.extend)
    lamp = uuid7()
    with unit_of_work(tenant.id, PROCESS, cause="job:7") as opened:
        publish([LampLit(lamp_id=lamp, brightness=3, colours=("red", "blue"))])
    drain()
    [envelope] = seen
    assert envelope.fact == LampLit(lamp_id=lamp, brightness=3, colours=("red", "blue"))
    assert (envelope.tenant_id, envelope.sequence, envelope.cause) == (tenant.id, 1, "job:7")
    assert envelope.occurred_at == opened.now
    assert envelope.actor["label"] == "tests"


def test_a_failure_holds_back_only_its_own_aggregate(tenant, heard, drain):
    sick, well = uuid7(), uuid7()
    heard.broken = {1}
    light(tenant, (sick, 1), (well, 5), (sick, 2), (well, 6))
    drain()
    assert heard == [(well, 5), (well, 6)]
    first, second = deliveries(tenant)
    assert (first.attempts, first.error) == (1, "RuntimeError: cannot see 1")
    assert (second.attempts, second.due_at) == (0, first.due_at)


def test_nothing_is_due_while_a_failure_backs_off(tenant, heard, drain, time_machine):
    lamp = uuid7()
    heard.broken = {1}
    light(tenant, (lamp, 1), (lamp, 2))
    drain()
    light(tenant, (lamp, 3))
    drain()
    assert due_work(tenant) == []
    heard.broken = {}
    time_machine.move_to(datetime.now(UTC) + timedelta(seconds=3))
    drain()
    assert heard == [(lamp, 1), (lamp, 2), (lamp, 3)]


def test_it_backs_off_longer_each_time_then_parks_then_replays(tenant, heard, drain, time_machine):
    lamp = uuid7()
    heard.broken = {1}
    light(tenant, (lamp, 1), (lamp, 2))
    waits = []
    time_machine.move_to(datetime.now(UTC), tick=False)
    for _ in range(delivery.MAX_ATTEMPTS):
        drain()
        time_machine.shift(timedelta(hours=2))
        with unit_of_work(tenant.id, PROCESS) as opened:
            waits.append((Delivery.objects.order_by("id")[0].due_at - opened.now) + timedelta(hours=2))
    assert [round(each.total_seconds()) for each in waits[:-1]] == [2, 4, 8, 16, 32, 64, 128]
    parked, behind = deliveries(tenant)
    assert (parked.state, parked.attempts) == ("parked", delivery.MAX_ATTEMPTS)
    assert (behind.state, heard) == ("due", [])

    heard.broken = {}
    drain()
    assert heard == []
    with unit_of_work(tenant.id, PROCESS):
        assert replay(delivery_ids=[parked.id, behind.id]) == 1
    drain()
    assert heard == [(lamp, 1), (lamp, 2)]
    assert deliveries(tenant) == []


def test_a_handlers_writes_and_its_done_are_one_commit(tenant, heard, drain):
    @subscribe("tests.lamps", LampLit)
    def write_then_fail(envelopes):
        SalesChannel.objects.create(code="half", name="half")
        raise RuntimeError("after the write")

    light(tenant, (uuid7(), 1))
    drain()
    with unit_of_work(tenant.id, PROCESS):
        assert not SalesChannel.objects.exists()
        assert Delivery.objects.get().attempts == 1


def test_a_fact_that_cannot_be_read_is_parked_and_blocks_nobody_else(tenant, heard, drain):
    strange, well = uuid7(), uuid7()
    light(tenant, (strange, 1), (well, 2), (strange, 3))
    with unit_of_work(tenant.id, PROCESS):
        Fact.objects.filter(tenant_id=tenant.id, aggregate_id=strange, sequence=1).update(name="test.from_the_future")
    drain()
    assert heard == [(well, 2)]
    assert [each.state for each in deliveries(tenant)] == ["parked", "due"]


def test_a_subscriber_that_is_gone_parks(tenant, heard, drain, monkeypatch):
    light(tenant, (uuid7(), 1))
    monkeypatch.setattr(registry, "_subscribers", {})
    drain()
    [parked] = deliveries(tenant)
    assert (parked.state, parked.error) == ("parked", "No subscriber is called tests.lamps any more.")


def test_a_rolled_back_action_leaves_no_fact(tenant, heard, drain):
    with unit_of_work(tenant.id, PROCESS):
        publish([LampLit(lamp_id=uuid7())])
        transaction.set_rollback(True)
    assert drain() == 0


def test_a_thousand_facts_cost_as_many_statements_as_one(tenant, heard, django_assert_num_queries):
    """Sequences, facts, deliveries: three to publish. And a fixed few to deliver a batch."""
    lamp = uuid7()
    for count in (1, 1000):
        with unit_of_work(tenant.id, PROCESS), django_assert_num_queries(3):
            publish([LampLit(lamp_id=uuid7(), brightness=n) for n in range(count)])
    with unit_of_work(tenant.id, PROCESS):
        Delivery.objects.all().delete()
    counted = []
    for count in (1, 200):
        light(tenant, *((lamp, n) for n in range(count)))
        with CaptureQueriesContext(connection) as statements:
            assert deliver(tenant.id, lamp.int % SHARDS) == count
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 17


def test_tenants_do_not_hear_each_other(tenant, other_tenant, heard, drain):
    light(other_tenant, (uuid7(), 1))
    assert drain() == 0
    assert drain(other_tenant) == 1


@pytest.mark.usefixtures("committed_db")
def test_sequences_have_no_gaps_and_keep_commit_order_under_concurrency(tenant, heard):
    lamp, threads, each = uuid7(), 6, 15

    def work(number: int) -> None:
        for turn in range(each):
            try:
                with unit_of_work(tenant.id, PROCESS):
                    publish([LampLit(lamp_id=lamp, brightness=number)])
                    if turn % 5 == 4:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue
        connection.close()

    workers = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    kept = threads * each * 4 // 5
    with unit_of_work(tenant.id, PROCESS):
        sequences = list(Fact.objects.filter(tenant_id=tenant.id).values_list("sequence", flat=True))
        in_queue = list(Delivery.objects.order_by("id").values_list("fact_id", flat=True))
        by_id = dict(Fact.objects.filter(tenant_id=tenant.id).values_list("id", "sequence"))
    assert sorted(sequences) == list(range(1, kept + 1))
    assert [by_id[fact_id] for fact_id in in_queue] == list(range(1, kept + 1))


@pytest.mark.usefixtures("committed_db")
def test_only_one_worker_has_a_shard(tenant, heard):
    lamp = uuid7()
    light(tenant, (lamp, 1))
    shard = lamp.int % SHARDS
    with unit_of_work(tenant.id, PROCESS):
        assert delivery._take_shards(tenant.id, [shard]) == [shard]
        answers = []
        other = threading.Thread(target=lambda: (answers.append(deliver(tenant.id, shard)), connection.close()))
        other.start()
        other.join(10)
    assert answers == [0]
    assert deliver(tenant.id, shard) == 1


@pytest.mark.usefixtures("committed_db")
def test_what_another_worker_was_quicker_with_is_heard_once(tenant, heard, monkeypatch):
    """Between the look and each subscriber's turn the shard is free."""
    also = []
    subscribe("tests.also", LampLit)(also.extend)
    lamp = uuid7()
    light(tenant, (lamp, 1), (lamp, 2))
    key = (tenant.id, lamp.int % SHARDS)
    take, turns, settled = delivery._take_shards, [], []

    def overtaken(tenant_id: int, shards: Sequence[int]) -> list[int]:
        turns.append(shards)
        if len(turns) == 2:
            other = threading.Thread(target=lambda: (settled.append(deliver(*key)), connection.close()))
            other.start()
            other.join(20)
        return take(tenant_id, shards)

    monkeypatch.setattr(delivery, "_take_shards", overtaken)
    deliver(*key)
    assert settled == [4]
    assert heard == [(lamp, 1), (lamp, 2)]
    assert [envelope.fact.brightness for envelope in also] == [1, 2]
    assert deliveries(tenant) == []


@pytest.mark.usefixtures("committed_db")
def test_the_relay_hints_once_until_the_work_is_done(tenant, heard, monkeypatch):
    hints = []
    source = relay.DueWork("tests.hints", DUE_DELIVERIES, lambda *key: hints.append(key))
    monkeypatch.setattr(relay, "_sources", {"tests.hints": source})
    lamp = uuid7()
    light(tenant, (lamp, 1))
    assert (relay.sweep(), relay.sweep()) == (1, 0)
    with relay.hint_taken("tests.hints", *hints[0]):
        assert relay.sweep() == 0
    assert relay.sweep() == 1
    assert hints == [(tenant.id, lamp.int % SHARDS)] * 2
    deliver(*hints[0])
    with relay.hint_taken("tests.hints", *hints[0]):
        pass
    assert relay.sweep() == 0


@pytest.mark.usefixtures("committed_db")
def test_a_broker_that_is_away_loses_no_hint(tenant, heard, monkeypatch):
    from kombu.exceptions import OperationalError as BrokerError

    def refuse(*_):
        raise BrokerError("away")

    light(tenant, (uuid7(), 1))
    sources = {"tests.hints": relay.DueWork("tests.hints", DUE_DELIVERIES, refuse)}
    monkeypatch.setattr(relay, "_sources", sources)
    with pytest.raises(BrokerError):
        relay.sweep()
    sources["tests.hints"] = relay.DueWork("tests.hints", DUE_DELIVERIES, lambda *_: None)
    assert relay.sweep() == 1
