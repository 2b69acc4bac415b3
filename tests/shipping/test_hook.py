"""The door carriers knock at: signed or nothing, stored first, read once, whatever comes twice, late or broken."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from oms.core.db.keys import uuid7
from oms.core.tenancy import unit_of_work
from shipping.actions.accounts import rotate_secret
from shipping.actions.listen import WAITS
from shipping.models import TrackingEvent, TrackingMessage
from shipping.tasks import forget_old_messages, read_tracking
from tests.shipping.parcels import MONDAY, PROCESS, scan, scans, signed


@pytest.fixture(autouse=True)
def _that_evening(time_machine):
    time_machine.move_to(MONDAY + timedelta(hours=13), tick=False)


@pytest.fixture
def parcel(account, labelled):
    return labelled(account)


@pytest.fixture
def post(account):
    """Post a body to the hook, signed unless ``headers`` says otherwise."""

    def send(body: str | bytes, headers: dict | None = None, path: str = ""):
        headers = signed(account.secret, body) if headers is None else headers
        return Client().post(path or account.path, body, content_type="application/json", headers=headers)

    return send


@pytest.fixture
def read(tenant):
    return lambda: read_tracking(tenant_id=tenant.id)


@pytest.fixture
def kept(tenant):
    """All messages, oldest first."""

    def messages() -> list[TrackingMessage]:
        with unit_of_work(tenant.id, PROCESS):
            return list(TrackingMessage.objects.order_by("received_at", "id"))

    return messages


def events(tenant) -> int:
    with unit_of_work(tenant.id, PROCESS):
        return TrackingEvent.objects.count()


def test_a_signed_message_is_stored_as_it_came_and_then_read(account, parcel, post, read, kept, reread, tenant):
    body = scans(scan(parcel.tracking_number, "delivered", hour=12, place="Leeds"))
    answer = post(body)
    assert (answer.status_code, answer.json()) == (200, {"status": "accepted"})
    [message] = kept()
    assert (message.state, message.body, set(message.headers) >= {"webhook-id", "webhook-timestamp"}) == (
        "due", body, True,
    )  # fmt: skip
    assert events(tenant) == 0
    read()
    assert kept()[0].state == "done"
    assert reread(parcel).state == "delivered"


def test_the_same_message_again_is_answered_and_has_no_effect(account, parcel, post, read, kept, facts, tenant):
    body = scans(scan(parcel.tracking_number, "delivered"))
    headers = signed(account.secret, body, message_id="msg_1")
    assert post(body, headers).json() == {"status": "accepted"}
    read()
    before = facts(parcel)
    again = post(body, headers)
    assert (again.status_code, again.json()) == (200, {"status": "known"})
    other = scans(scan(parcel.tracking_number, "returned", hour=12))
    assert post(other, signed(account.secret, other, message_id="msg_1")).json() == {"status": "known"}
    read()
    assert len(kept()) == 1
    assert facts(parcel) == before


def test_what_is_forged_old_or_altered_is_refused_and_nothing_is_kept(account, post, kept, tenant, other_tenant):
    body = scans(scan("OD1", "delivered"))
    good = signed(account.secret, body)
    elsewhere = f"/hooks/carriers/{other_tenant.public_id}/{account.id}"
    nobody = f"/hooks/carriers/{uuid7()}/{account.id}"
    no_account = f"/hooks/carriers/{tenant.public_id}/{uuid7()}"
    refused = [
        post(body, {}),
        post(body, signed("whsec_" + "A" * 43 + "=", body)),
        post(body.replace("delivered", "returned"), good),
        post(body, {**good, "webhook-id": "msg_other"}),
        post(body, {**good, "webhook-signature": "v1"}),
        post(body, {**good, "webhook-signature": "v1,é"}),
        post(body, {**good, "webhook-timestamp": "nan"}),
        post(body, signed(account.secret, body, at=datetime.now(UTC) - timedelta(minutes=6))),
        post(body, signed(account.secret, body, at=datetime.now(UTC) + timedelta(minutes=6))),
        post(b"\xff\xfe", good),
        post(body, good, elsewhere),
        post(body, good, nobody),
        post(body, good, no_account),
    ]
    assert {each.status_code for each in refused} == {401}
    assert len({each.content for each in refused}) == 1, "nobody learns which of it was wrong"
    assert "Sign webhook-id.webhook-timestamp.body" in refused[0].json()["detail"]
    assert kept() == []
    assert Client().get(account.path).status_code == 405


def test_too_much_is_refused_before_it_is_looked_at(account, post, kept):
    assert post("x" * (513 * 1024)).status_code == 413
    assert kept() == []


def test_after_a_rotation_both_secrets_count_for_a_day(account, post, time_machine, tenant):
    with unit_of_work(tenant.id, PROCESS):
        _, new = rotate_secret(account_id=account.id)
    body = scans()
    assert post(body).status_code == 200
    assert post(body, signed(new, body)).status_code == 200
    time_machine.move_to(MONDAY + timedelta(days=2), tick=False)
    assert post(body).status_code == 401
    assert post(body, signed(new, body)).status_code == 200


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("no json", "The body is not JSON."),
        ("[" * 100_000, "The body is not JSON."),
        ("[]", "Send an object with “scans”"),
        ('{"scans": 1}', "Send an object with “scans”"),
        (json.dumps({"scans": [1]}), "scans.0 is not an object."),
        (scans({**scan("OD1", "delivered"), "id": ""}), "scans.0.id must be a text"),
        (scans({**scan("OD1", "delivered"), "id": 5}), "scans.0.id must be a text"),
        (scans({**scan("OD1", "delivered"), "place": "a\x00b"}), "scans.0.place must be a text"),
        (scans(scan("OD1", "eaten")), "scans.0.code “eaten” is none of: picked_up"),
        (scans({**scan("OD1", "delivered"), "occurred_at": "soon"}), "scans.0.occurred_at must be a time"),
        (scans({**scan("OD1", "delivered"), "occurred_at": 7}), "scans.0.occurred_at must be a time"),
        (scans({**scan("OD1", "delivered"), "occurred_at": "2026-11-23T10:00"}), "lacks its time zone"),
    ],
)
def test_what_cannot_be_read_is_kept_and_says_why(account, post, read, kept, body, says):
    assert post(body).status_code == 200
    read()
    [message] = kept()
    assert message.state == "failed"
    assert says in message.error
    read()
    assert kept()[0].attempts == 1


def test_a_scan_from_the_future_fails_by_name_and_takes_none_of_its_message(account, parcel, post, read, kept, tenant):
    number = parcel.tracking_number
    post(scans(scan(number, "in_transit"), scan(number, "delivered", hour=40)))
    read()
    assert (kept()[0].state, kept()[0].error) == ("failed", "scans.1.occurred_at: This has not happened yet.")
    assert events(tenant) == 0


def test_numbers_that_are_not_ours_are_waited_for_and_the_others_taken(
    account, parcel, post, read, kept, reread, tenant, time_machine
):
    post(scans(scan("OD404", "in_transit"), scan(parcel.tracking_number, "in_transit")))
    read()
    assert kept()[0].state == "due"
    assert "tracking number OD404. The other scans were taken." in kept()[0].error
    assert reread(parcel).state == "in_transit"
    for wait in WAITS:
        time_machine.shift(wait + timedelta(seconds=1))
        read()
    assert (kept()[0].state, kept()[0].attempts) == ("failed", len(WAITS) + 1)
    assert events(tenant) == 1


def test_a_scan_that_overtakes_its_label_counts_when_the_label_is_there(
    account, ship, ask, work, post, read, kept, reread, time_machine
):
    from shipping.adapters.own_delivery.numbers import tracking_number

    shipment = ship(account)
    [purchase] = ask(shipment)
    post(scans(scan(tracking_number(purchase.key), "in_transit")))
    read()
    assert kept()[0].state == "due"
    work()
    time_machine.shift(timedelta(minutes=1))
    read()
    assert (kept()[0].state, reread(shipment).state) == ("done", "in_transit")


def test_a_number_of_another_account_is_not_this_ones(account, carrier, labelled, post, read, kept, reread):
    other = labelled(carrier)
    post(scans(scan(other.tracking_number, "delivered")))
    read()
    assert reread(other).state == "labelled"
    assert "No shipment of this account" in kept()[0].error


def test_a_number_given_again_after_a_year_is_the_newest_parcel(account, labelled, post, read, reread, tenant):
    from shipping.models import Shipment

    old, new = labelled(account), labelled(account)
    with unit_of_work(tenant.id, PROCESS) as opened:
        Shipment.objects.filter(id=old.id).update(
            tracking_number=new.tracking_number, created_at=opened.now - timedelta(days=300)
        )
    post(scans(scan(new.tracking_number, "delivered")))
    read()
    assert (reread(old).state, reread(new).state) == ("labelled", "delivered")


def test_what_is_read_is_forgotten_after_a_month_and_what_it_said_is_kept(
    account, parcel, post, read, kept, tenant, time_machine
):
    post(scans(scan(parcel.tracking_number, "picked_up")))
    post("no json")
    read()
    told = events(tenant)
    time_machine.shift(timedelta(days=29))
    forget_old_messages()
    assert sorted(each.state for each in kept()) == ["done", "failed"]
    late = scans(scan(parcel.tracking_number, "delivered"))
    post(late)
    time_machine.shift(timedelta(days=31))
    forget_old_messages()
    assert [(each.state, each.body) for each in kept()] == [("due", late)]
    assert events(tenant) == told > 0
