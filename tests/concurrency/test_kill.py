"""kill -9 in the middle of each kind of work: nothing is lost, nothing is doubled."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from inventory.models import Balance, Reservation
from inventory.proof import prove_stock
from oms.accounts import roles
from oms.accounts.actions.keys import create_key
from oms.accounts.models import SalesChannel
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.events import publish, registry, relay, subscribe
from oms.core.events.delivery import deliver
from oms.core.events.publishing import SHARDS
from oms.core.jobs import kinds, start_job
from oms.core.jobs.running import run_due_jobs
from oms.core.models import Delivery, Fact, IdempotencyKey, Job
from oms.core.tenancy import unit_of_work
from orders.models import Order
from tests.concurrency.counting import count_to_five
from tests.concurrency.victims import in_the_middle_of
from tests.core.facts import LampLit

PROCESS = system("tests")
pytestmark = pytest.mark.usefixtures("committed_db")


def codes(tenant) -> list[str]:
    with unit_of_work(tenant.id, PROCESS):
        return sorted(SalesChannel.objects.values_list("code", flat=True))


def written(tenant) -> dict[str, int]:
    """What placing one order leaves behind."""
    with unit_of_work(tenant.id, PROCESS):
        return {
            "orders": Order.objects.count(),
            "reserved": sum(Balance.objects.values_list("reserved", flat=True)),
            "reservations": Reservation.objects.count(),
            "facts": Fact.objects.filter(tenant_id=tenant.id, name="order.placed").count(),
            "keys": IdempotencyKey.objects.filter(tenant_id=tenant.id).count(),
        }


def test_a_request_killed_before_its_commit_leaves_nothing_and_its_retry_does_it_once(tenant, catalog):
    with unit_of_work(tenant.id, PROCESS):
        _, secret = create_key(name="Shop", scopes=list(roles.VERBS))
    body = json.dumps({
        "channel": "web", "external_id": "W-1", "currency": "EUR",
        "lines": [{"sku": "TEA", "quantity": 3, "unit_price": "9.80"}],
    })  # fmt: skip
    nothing = dict.fromkeys(("orders", "reserved", "reservations", "facts", "keys"), 0)
    with in_the_middle_of("request", "/api/v1/orders", secret, "key-1", body):
        assert written(tenant) == nothing
    from django.test import Client

    headers = {"authorization": f"Bearer {secret}", "idempotency-key": "key-1"}
    answers = [
        Client().post("/api/v1/orders", body, content_type="application/json", headers=headers) for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert written(tenant) == {"orders": 1, "reserved": 3, "reservations": 1, "facts": 1, "keys": 1}
    with unit_of_work(tenant.id, PROCESS):
        assert prove_stock().breaks == []


@pytest.fixture
def lamps(monkeypatch):
    """One subscriber that writes a row per fact; the victims know it under the same name."""
    monkeypatch.setattr(registry, "_subscribers", {})

    @subscribe("tests.lamps", LampLit)
    def write(envelopes) -> None:
        for envelope in envelopes:
            SalesChannel.objects.create(code=f"lamp-{envelope.fact.brightness}", name="x")


def light_three(tenant) -> int:
    """Three facts of one lamp; returns their shard."""
    lamp = uuid7()
    with unit_of_work(tenant.id, PROCESS):
        publish([LampLit(lamp_id=lamp, brightness=n) for n in (1, 2, 3)])
    return lamp.int % SHARDS


def owed(tenant) -> int:
    with unit_of_work(tenant.id, PROCESS):
        return Delivery.objects.count()


def test_a_delivery_killed_before_its_commit_is_made_once_by_the_next_worker(tenant, lamps):
    shard = light_three(tenant)
    with in_the_middle_of("delivery", tenant.id, shard):
        # The shard is taken: another worker leaves it alone rather than do the same again.
        assert deliver(tenant.id, shard) == 0
        assert codes(tenant) == []
    deadline = time.monotonic() + 20
    while not deliver(tenant.id, shard) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert codes(tenant) == ["lamp-1", "lamp-2", "lamp-3"]
    assert owed(tenant) == 0
    assert deliver(tenant.id, shard) == 0


def test_a_relay_killed_with_a_hint_in_its_hand_loses_nothing(tenant, lamps, monkeypatch):
    """The hint was noted but never sent; when the note runs out, the rows that are still due call again."""
    shard = light_three(tenant)
    with in_the_middle_of("relay", 1):
        assert owed(tenant) == 3
    sent = []
    source = relay.DueWork("deliveries", relay._sources["deliveries"].keys_sql, lambda *key: sent.append(key))
    monkeypatch.setattr(relay, "_sources", {"deliveries": source})
    deadline = time.monotonic() + 20
    while not sent and time.monotonic() < deadline:
        relay.sweep()
        time.sleep(0.05)
    assert sent == [(tenant.id, shard)]
    for key in sent * 2:
        deliver(*key)
    assert codes(tenant) == ["lamp-1", "lamp-2", "lamp-3"]


def test_a_job_killed_in_a_chunk_goes_on_from_the_last_good_one(tenant, monkeypatch, time_machine):
    monkeypatch.setattr(kinds, "_kinds", {"tests.count": kinds.Kind(count_to_five, None)})
    with unit_of_work(tenant.id, PROCESS):
        job = start_job(kind="tests.count", title="Count", params={}, total=5)
    with in_the_middle_of("job", tenant.id, 3):
        assert codes(tenant) == ["c1", "c2"]
    run_due_jobs(tenant.id)
    assert codes(tenant) == ["c1", "c2"], "the lease of the dead worker still holds"
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=5))
    run_due_jobs(tenant.id)
    assert codes(tenant) == ["c1", "c2", "c3", "c4", "c5"]
    with unit_of_work(tenant.id, PROCESS):
        job = Job.objects.get(id=job.id)
    assert (job.state, job.done, job.result) == ("done", 5, {"last": 5})
