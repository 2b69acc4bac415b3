"""Scans on the real database: copies, any order, hand-over by the first scan, what is told."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotAllowed, NotFound
from oms.core.tenancy import unit_of_work
from shipping.actions.hand_over import hand_over
from shipping.actions.label import void_label
from shipping.actions.track import Scanned, record_tracking
from shipping.lifecycle import CODES
from shipping.models import TrackingEvent
from tests.shipping.parcels import MONDAY, PROCESS


def scanned(shipment, code: str, hour: int = 10, source: str = "", **more) -> Scanned:
    return Scanned(
        shipment.id, source or f"{code}-{hour}", code, MONDAY.replace(hour=0) + timedelta(hours=hour), **more
    )


@pytest.fixture
def take(tenant, time_machine):
    """Record scans, on the evening of that day."""
    time_machine.move_to(MONDAY + timedelta(hours=13))

    def record(*scans: Scanned) -> int:
        with unit_of_work(tenant.id, PROCESS):
            return record_tracking(scans=scans)

    return record


@pytest.fixture
def parcel(account, labelled):
    return labelled(account)


def names(facts) -> list[str]:
    return [name for name, _ in facts]


def test_the_way_of_a_parcel(parcel, take, facts, reread):
    for code, hour in (("picked_up", 8), ("in_transit", 9), ("out_for_delivery", 12), ("delivered", 14)):
        assert take(scanned(parcel, code, hour, place="Leeds")) == 1
    after = reread(parcel)
    assert (after.state, after.last_scan_place) == ("delivered", "Leeds")
    assert (after.handed_over_at.hour, after.delivered_at.hour, after.last_scan_at.hour) == (8, 14, 14)
    assert names(facts(parcel)) == ["label_bought", "handed_over", "moved", "moved", "moved", "moved", "delivered"]
    moves = [(told["previous"], told["state"]) for name, told in facts(parcel) if name == "moved"]
    assert moves == [
        ("labelled", "handed_over"), ("handed_over", "in_transit"), ("in_transit", "out_for_delivery"),
        ("out_for_delivery", "delivered"),
    ]  # fmt: skip
    assert facts(parcel)[-1][1]["promised_at"] is not None


def test_the_first_scan_of_what_nobody_handed_over_is_its_hand_over(parcel, take, facts, reread):
    take(scanned(parcel, "out_for_delivery", 12))
    assert reread(parcel).handed_over_at.hour == 12
    told = facts(parcel)[1:]
    assert [(name, each.get("how"), each.get("previous")) for name, each in told] == [
        ("handed_over", "scan", None), ("moved", None, "labelled"),
    ]  # fmt: skip


def test_what_a_person_handed_over_is_not_handed_over_again(parcel, take, facts, tenant):
    with unit_of_work(tenant.id, PROCESS):
        hand_over(shipment_ids=[parcel.id])
    take(scanned(parcel, "picked_up"))
    assert names(facts(parcel)) == ["label_bought", "handed_over"]
    take(scanned(parcel, "in_transit", 11))
    assert names(facts(parcel))[2:] == ["moved"]


def test_a_copy_changes_nothing(parcel, take, facts, reread, tenant):
    scan = scanned(parcel, "in_transit")
    assert take(scan, scan) == 1
    before, version = facts(parcel), reread(parcel).version
    assert take(scan) == 0
    assert take(scanned(parcel, "delivered", source=scan.source_id)) == 0
    assert (facts(parcel), reread(parcel).version) == (before, version)
    with unit_of_work(tenant.id, PROCESS):
        assert TrackingEvent.objects.count() == 1


def test_a_late_scan_is_kept_and_moves_nothing(parcel, take, facts, reread, tenant):
    take(scanned(parcel, "delivered", 14))
    before = names(facts(parcel))
    take(scanned(parcel, "in_transit", 9), scanned(parcel, "out_for_delivery", 16))
    assert reread(parcel).state == "delivered"
    assert names(facts(parcel)) == before
    with unit_of_work(tenant.id, PROCESS):
        assert TrackingEvent.objects.count() == 3


def test_several_scans_at_once_are_told_in_the_order_they_happened(parcel, take, facts):
    take(scanned(parcel, "delivered", 14), scanned(parcel, "picked_up", 8), scanned(parcel, "out_for_delivery", 12))
    assert names(facts(parcel))[1:] == ["handed_over", "moved", "moved", "moved", "delivered"]


def test_every_problem_under_way_is_told_with_its_sentence(parcel, take, facts, reread):
    take(scanned(parcel, "attempted", 10, description="Nobody was in."), scanned(parcel, "attempted", 12))
    assert reread(parcel).state == "exception"
    told = [each for name, each in facts(parcel) if name == "exception"]
    assert [(each["code"], each["sentence"]) for each in told] == [
        ("attempted", "Nobody was in."), ("attempted", "The carrier reports a problem."),
    ]  # fmt: skip


def test_a_scan_of_a_void_label_is_told_and_moves_nothing(parcel, take, facts, reread, work, tenant):
    with unit_of_work(tenant.id, PROCESS):
        void_label(shipment_id=parcel.id)
    work()
    take(scanned(parcel, "in_transit"))
    assert reread(parcel).state == "voided"
    name, told = facts(parcel)[-1]
    assert (name, told["code"]) == ("exception", "scanned_after_void")
    assert "Ask the carrier where it is" in told["sentence"]


def test_bad_scans_are_named_and_none_is_taken(parcel, account, ship, take, tenant):
    bad = [scanned(parcel, "in_transit"), scanned(parcel, "eaten", 11), scanned(parcel, "delivered", 30)]
    bad.append(scanned(parcel, "exception", 12, description="x" * 501))
    with pytest.raises(Invalid) as refused:
        take(*bad)
    assert [each.field for each in refused.value.fields] == [
        "scans.1.code", "scans.2.occurred_at", "scans.3.description",
    ]  # fmt: skip
    with pytest.raises(NotAllowed, match="has no label yet"):
        take(scanned(parcel, "in_transit"), scanned(ship(account), "in_transit"))
    with pytest.raises(NotFound):
        take(scanned(parcel, "in_transit"), Scanned(uuid7(), "a", "in_transit", MONDAY))
    with unit_of_work(tenant.id, PROCESS):
        assert TrackingEvent.objects.count() == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from(sorted(CODES)), st.integers(0, 22)), min_size=1, max_size=5, unique=True),
    random=st.randoms(),
)
def test_in_whatever_order_they_come_it_ends_the_same(account, labelled, take, reread, facts, rows, random):
    """The same scans in order, and shuffled, doubled and one by one: same state, same time, told at most once."""
    first, second = labelled(account), labelled(account)
    take(*[scanned(first, *row) for row in sorted(rows, key=lambda row: row[1])])
    shuffled = rows * 2
    random.shuffle(shuffled)
    for row in shuffled:
        take(scanned(second, *row))
    one, other = reread(first), reread(second)
    assert (one.state, one.last_scan_at) == (other.state, other.last_scan_at)
    for shipment in (first, second):
        assert names(facts(shipment)).count("handed_over") == 1
        assert names(facts(shipment)).count("delivered") <= 1
