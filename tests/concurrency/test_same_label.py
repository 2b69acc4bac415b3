"""One parcel, many processes: one label, one scan, and either handed over or given back. And without the locks."""

import pytest

from oms.core.db.keys import uuid7
from oms.core.models import Fact, StoredFile
from oms.core.tenancy import unit_of_work
from shipping.actions.accounts import create_account
from shipping.actions.create import ShipmentDraft, create_shipment
from shipping.actions.label import request_label
from shipping.adapters.registry import CARRIERS
from shipping.models import LabelPurchase, Shipment, TrackingEvent
from shipping.tasks import buy_due_labels
from tests.concurrency import shippers
from tests.concurrency.shippers import PROCESSES, all_at_once
from tests.shipping.parcels import BOX, LEEDS, LONDON, PROCESS, obedient

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def shipment(tenant):
    """A shipment without a label, with a carrier that notes how often it is asked."""
    obedient()
    with unit_of_work(tenant.id, PROCESS):
        account, _ = create_account(name="Obedient", carrier="obedient")
        made = create_shipment(draft=ShipmentDraft(LEEDS, LONDON, BOX, account.id, "standard", "", "parcel", uuid7()))
    yield made
    del CARRIERS["obedient"]


@pytest.fixture
def labelled(shipment, tenant):
    with unit_of_work(tenant.id, PROCESS):
        request_label(shipment_id=shipment.id)
    buy_due_labels(tenant_id=tenant.id)
    return shipment


def written(tenant) -> dict[str, int]:
    """What buying one label leaves behind."""
    with unit_of_work(tenant.id, PROCESS):
        return {
            "purchases": LabelPurchase.objects.count(),
            "bought": LabelPurchase.objects.filter(state=LabelPurchase.BOUGHT).count(),
            "files": StoredFile.objects.count(),
            "told": Fact.objects.filter(tenant_id=tenant.id, name="shipment.label_bought").count(),
        }


def test_everybody_wants_the_label_and_there_is_one(tenant, shipment):
    outcomes = all_at_once([shippers.ask_and_work] * PROCESSES, tenant.id, shipment.id)
    # Who comes after the winner has committed finds nothing due.
    assert outcomes == {"asked the carrier 1 times": 1, "asked the carrier 0 times": PROCESSES - 1}
    assert written(tenant) == {"purchases": 1, "bought": 1, "files": 2, "told": 1}


def test_control_without_the_lock_only_the_constraint_stops_a_second_purchase(tenant, shipment):
    outcomes = all_at_once([shippers.ask_without_the_lock] * PROCESSES, tenant.id, shipment.id)
    assert outcomes == {"stopped by the constraint": PROCESSES - 1, "asked the carrier 1 times": 1}


def test_control_without_the_claim_every_worker_asks_the_carrier(tenant, shipment):
    """The carrier is asked by each; that there is still one label is the doing of the one key."""
    with unit_of_work(tenant.id, PROCESS):
        request_label(shipment_id=shipment.id)
    outcomes = all_at_once([shippers.work_without_the_lock] * PROCESSES, tenant.id, shipment.id)
    assert outcomes == {"asked the carrier 1 times": PROCESSES}
    assert written(tenant) == {"purchases": 1, "bought": 1, "files": 2, "told": 1}


def test_the_same_scan_from_every_side_counts_once(tenant, labelled):
    outcomes = all_at_once([shippers.scan] * PROCESSES, tenant.id, labelled.id)
    assert outcomes == {"counted": 1, "known": PROCESSES - 1}
    with unit_of_work(tenant.id, PROCESS):
        assert TrackingEvent.objects.count() == 1
        told = Fact.objects.filter(tenant_id=tenant.id, aggregate_id=labelled.id).order_by("sequence")
        names = [each.name.removeprefix("shipment.") for each in told]
    assert names == ["label_bought", "handed_over", "moved", "delivered"]


def test_handing_over_against_giving_back_has_one_winner(tenant, labelled):
    acts = [shippers.hand_over, shippers.void] * (PROCESSES // 2)
    outcomes = all_at_once(acts, tenant.id, labelled.id)
    buy_due_labels(tenant_id=tenant.id)
    half = PROCESSES // 2
    with unit_of_work(tenant.id, PROCESS):
        state = Shipment.objects.get().state
    assert (state, outcomes) in [
        ("handed_over", {"handed over": half, "not_allowed": half}),
        ("voided", {"taken back": half, "not_allowed": half}),
    ]
