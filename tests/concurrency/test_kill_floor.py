"""kill -9 in the middle of a picker's scan: it counts once or not at all, and sending it again counts it once."""

import json
from uuid import UUID

import pytest
from django.test import Client

from fulfillment.models import FulfillmentLine, FulfillmentOrder, Scan
from inventory.proof import prove_stock
from oms.accounts import roles
from oms.accounts.actions.keys import create_key
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.events.delivery import drain
from oms.core.models import AuditEntry, Fact
from oms.core.tenancy import unit_of_work
from tests.concurrency.victims import in_the_middle_of
from tests.fulfillment.floor import released

PROCESS = system("tests")
pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def key(tenant) -> str:
    with unit_of_work(tenant.id, PROCESS):
        return create_key(name="Scanner", scopes=list(roles.VERBS))[1]


@pytest.fixture
def send(key):
    """POST to a fulfillment order as the scanner does; ``once`` is its idempotency key."""

    def post(work_id: UUID, what: str, body: dict, once: str):
        headers = {"authorization": f"Bearer {key}", "idempotency-key": once}
        path = f"/api/v1/fulfillment-orders/{work_id}/{what}"
        return Client().post(path, json.dumps(body), content_type="application/json", headers=headers)

    return post


@pytest.fixture
def work(tenant, catalog, send) -> FulfillmentOrder:
    """Two units to pick; the first is in the trolley."""
    with unit_of_work(tenant.id, PROCESS):
        made = released(TEA=2)
    drain(tenant.id)
    assert send(made.id, "start", {}, "start").status_code == 200
    assert send(made.id, "scans", {"scan_id": str(uuid7()), "code": "TEA"}, "first").json()["verdict"] == "right"
    return made


def written(tenant) -> dict:
    """What a scan that finishes the pick leaves behind."""
    with unit_of_work(tenant.id, PROCESS):
        return {
            "state": FulfillmentOrder.objects.get().state,
            "picked": FulfillmentLine.objects.get().picked,
            "scans": Scan.objects.count(),
            "facts": Fact.objects.filter(tenant_id=tenant.id, name="fulfillment.picked").count(),
            "told": AuditEntry.objects.filter(subject_kind="order", sentence__contains=" picked at ").count(),
        }


def test_the_last_scan_killed_before_its_commit_counts_once_when_it_is_sent_again(tenant, work, key, send):
    before = {"state": "picking", "picked": 1, "scans": 1, "facts": 0, "told": 0}
    after = {"state": "picked", "picked": 2, "scans": 2, "facts": 1, "told": 1}
    scan = {"scan_id": str(uuid7()), "code": "TEA"}
    path = f"/api/v1/fulfillment-orders/{work.id}/scans"
    with in_the_middle_of("request", path, key, "last", json.dumps(scan)):
        assert written(tenant) == before
    answer = send(work.id, "scans", scan, "last")
    assert (answer.status_code, answer.json()["verdict"], answer.json()["left"]) == (200, "line_done", 0)
    assert written(tenant) == after
    # Again with the same key, and by a scanner that lost its memory but for the scan itself.
    for once in ("last", "another"):
        assert send(work.id, "scans", scan, once).json() == answer.json()
    assert written(tenant) == after
    with unit_of_work(tenant.id, PROCESS):
        assert prove_stock().holds


def test_a_dead_server_keeps_nobody_waiting(tenant, work, key, send):
    """Its locks go with its connection: the next scan of the same work is judged, not refused."""
    path = f"/api/v1/fulfillment-orders/{work.id}/scans"
    lost, next_one = ({"scan_id": str(uuid7()), "code": "TEA"} for _ in range(2))
    with in_the_middle_of("request", path, key, "lost", json.dumps(lost)):
        pass
    assert send(work.id, "scans", next_one, "next").json()["verdict"] == "line_done"
    assert written(tenant) == {"state": "picked", "picked": 2, "scans": 2, "facts": 1, "told": 1}
