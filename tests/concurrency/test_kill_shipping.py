"""kill -9 in the middle of a label purchase and of a carrier's hook: nothing is lost, nothing is doubled."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from oms.core.models import Fact, StoredFile
from oms.core.tenancy import unit_of_work
from shipping.actions.accounts import create_account
from shipping.actions.buying import LEASE
from shipping.actions.create import ShipmentDraft, create_shipment
from shipping.actions.label import request_label
from shipping.adapters.own_delivery.numbers import tracking_number
from shipping.models import LabelPurchase, Shipment, TrackingEvent, TrackingMessage
from shipping.tasks import buy_due_labels, read_tracking
from tests.concurrency.victims import in_the_middle_of
from tests.shipping.parcels import BOX, LEEDS, LONDON, PROCESS, scan, scans, signed

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def account(tenant):
    """Acme's own vans; ``signing`` is the secret of their hook, ``path`` where it is."""
    with unit_of_work(tenant.id, PROCESS):
        made, made.signing = create_account(name="Our vans")
    made.path = f"/hooks/carriers/{tenant.public_id}/{made.id}"
    return made


@pytest.fixture
def purchase(tenant, account) -> LabelPurchase:
    """A label that is owed."""
    with unit_of_work(tenant.id, PROCESS):
        shipment = create_shipment(draft=ShipmentDraft(LEEDS, LONDON, BOX, account.id))
        return request_label(shipment_id=shipment.id)


def state_of(tenant) -> tuple[str, str]:
    """Of the purchase and of the shipment."""
    with unit_of_work(tenant.id, PROCESS):
        return LabelPurchase.objects.get().state, Shipment.objects.get().state


def told(tenant) -> list[str]:
    with unit_of_work(tenant.id, PROCESS):
        return [
            each.name for each in Fact.objects.filter(tenant_id=tenant.id, aggregate="shipment").order_by("sequence")
        ]


def again_until(settled: Callable[[], bool], turn: Callable[[], None]) -> None:
    """Take turns until it is settled, since PostgreSQL needs a moment to notice who died; then one turn too many."""
    deadline = time.monotonic() + 20
    while not settled() and time.monotonic() < deadline:
        turn()
        time.sleep(0.05)
    turn()
    assert settled()


@pytest.mark.parametrize("moment", ["label", "label_written"])
def test_a_worker_killed_with_a_label_in_its_hand(tenant, purchase, moment, time_machine):
    """What the carrier has made stays unknown until the lease is over; then the same key brings the same label."""
    with in_the_middle_of(moment, tenant.id):
        assert state_of(tenant) == ("buying", "draft")
        assert told(tenant) == []
    buy_due_labels(tenant_id=tenant.id)
    assert state_of(tenant) == ("buying", "draft"), "the lease of the dead worker still holds"
    time_machine.move_to(datetime.now(UTC) + LEASE + timedelta(seconds=5))
    again_until(lambda: state_of(tenant) == ("bought", "labelled"), lambda: buy_due_labels(tenant_id=tenant.id))
    assert told(tenant) == ["shipment.label_bought"]
    with unit_of_work(tenant.id, PROCESS):
        assert Shipment.objects.get().tracking_number == tracking_number(purchase.key)
        kept = sorted(StoredFile.objects.values_list("path", flat=True))
    folder = f"tenants/{tenant.id}/labels"
    names = [name for name in default_storage.listdir(folder)[1] if name.startswith(str(purchase.key))]
    assert [f"{folder}/{name}" for name in sorted(names)] == kept
    assert len(kept) == 2, "one PDF and one ZPL, however often they were made"


@pytest.fixture
def parcel(tenant, purchase) -> str:
    """The tracking number of a labelled parcel."""
    buy_due_labels(tenant_id=tenant.id)
    return tracking_number(purchase.key)


def messages(tenant) -> list[str]:
    with unit_of_work(tenant.id, PROCESS):
        return list(TrackingMessage.objects.values_list("state", flat=True))


def delivered(number: str) -> str:
    return scans({**scan(number, "delivered"), "occurred_at": datetime.now(UTC).isoformat()})


def test_a_hook_killed_before_its_commit_was_not_answered_and_counts_when_it_comes_again(tenant, account, parcel):
    body = delivered(parcel)
    headers = signed(account.signing, body)
    with in_the_middle_of("hook", account.path, body, json.dumps(headers)):
        assert messages(tenant) == []
    answers = [
        Client().post(account.path, body, content_type="application/json", headers=headers).json() for _ in range(2)
    ]
    assert answers == [{"status": "accepted"}, {"status": "known"}]
    read_tracking(tenant_id=tenant.id)
    assert messages(tenant) == ["done"]
    assert state_of(tenant) == ("bought", "delivered")


def test_a_reader_killed_before_its_commit_has_read_nothing_and_the_next_one_reads_it_once(tenant, account, parcel):
    body = delivered(parcel)
    headers = signed(account.signing, body)
    Client().post(account.path, body, content_type="application/json", headers=headers)
    with in_the_middle_of("tracking", tenant.id):
        read_tracking(tenant_id=tenant.id)
        assert (messages(tenant), state_of(tenant)) == (["due"], ("bought", "labelled")), "the dead one's lock holds"
    again_until(lambda: messages(tenant) == ["done"], lambda: read_tracking(tenant_id=tenant.id))
    names = ["shipment.label_bought", "shipment.handed_over", "shipment.moved", "shipment.delivered"]
    assert told(tenant) == names
    with unit_of_work(tenant.id, PROCESS):
        assert TrackingEvent.objects.count() == 1
