"""Shipping over HTTP: accounts, rates, shipments, labels, scans, messages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.test import Client

from oms.core import files
from oms.core.tenancy import unit_of_work
from shipping.models import TrackingMessage
from shipping.tasks import read_tracking
from tests.shipping.parcels import LEEDS, LONDON, PROCESS, SYDNEY, scan, scans, signed

BOX = {"weight_g": 1500, "length_mm": 300, "width_mm": 200, "height_mm": 150}
TO_LONDON = {**BOX, "origin": LEEDS.to_json(), "ship_to": LONDON.to_json()}


@pytest.fixture
def made(api, account) -> dict:
    """A shipment made over HTTP."""
    return api.post("/api/v1/shipments", {**TO_LONDON, "reference": "1001"}, format="json").json()


@pytest.fixture
def address(made) -> str:
    return f"/api/v1/shipments/{made['id']}"


def test_an_account_shows_its_secret_once(api):
    made = api.post("/api/v1/carrier-accounts", {"name": "Vans"}, format="json")
    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
    shown = api.get(f"/api/v1/carrier-accounts/{made.json()['id']}").json()
    assert "secret" not in shown
    assert (shown["carrier"], shown["capabilities"]) == ("own_delivery", ["quote", "buy", "void", "read_hook"])
    assert shown["hook_url"].endswith(made.json()["id"])
    rotated = api.post(f"/api/v1/carrier-accounts/{made.json()['id']}/rotate-secret").json()
    assert rotated["secret"] != made.json()["secret"]
    assert rotated["previous_until"] is not None
    assert [each["name"] for each in api.get("/api/v1/carrier-accounts").json()["results"]] == ["Vans"]


def test_an_account_is_changed_with_if_match_and_checked(api, account):
    path = f"/api/v1/carrier-accounts/{account.id}"
    tag = api.get(path)["ETag"]
    changed = api.patch(path, {"name": "Bikes", "test_mode": True}, format="json", headers={"if-match": tag})
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "Bikes", 2)
    assert api.patch(path, {"name": "x"}, format="json", headers={"if-match": tag}).status_code == 412
    bad = api.patch(path, {"settings": {"max_weight_g": 0, "zones": [{}]}}, format="json").json()
    assert [each["field"] for each in bad["errors"]] == [
        "settings.max_weight_g", "settings.zones.0.bands", "settings.zones.0.code", "settings.zones.0.countries",
    ]  # fmt: skip
    taken = api.post("/api/v1/carrier-accounts", {"name": "Bikes"}, format="json")
    assert (taken.status_code, taken.json()["code"]) == (409, "duplicate_carrier_account")


def test_rates_say_what_is_offered_and_why_not(api, account):
    offered = api.post("/api/v1/rates", TO_LONDON, format="json").json()["results"]
    assert [(each["service"], each["amount"], each["currency"], each["offered"]) for each in offered] == [
        ("standard", "6.9", "EUR", True), ("express", "11.04", "EUR", True),
    ]  # fmt: skip
    refused = api.post("/api/v1/rates", {**TO_LONDON, "ship_to": SYDNEY.to_json()}, format="json").json()["results"]
    assert {(each["code"], each["offered"]) for each in refused} == {("not_served", False)}
    assert "Add a zone for it" in refused[0]["sentence"]
    unknown = api.post("/api/v1/rates", {**TO_LONDON, "ship_to": {"country": "GB"}}, format="json")
    assert {each["field"] for each in unknown.json()["errors"]} == {
        "ship_to.line1", "ship_to.city", "ship_to.postcode",
    }  # fmt: skip


def test_from_a_box_to_the_door(api, made, address, work, tenant):
    assert (made["state"], made["quoted"], made["purchase"]) == ("draft", "6.9", None)
    none_yet = api.get(f"{address}/label.pdf")
    assert (none_yet.status_code, none_yet.json()["code"]) == (409, "not_allowed")
    owed = api.post(f"{address}/buy-label")
    assert (owed.status_code, owed.json()["purchase"]["state"]) == (202, "due")
    work()
    bought = api.get(address).json()
    assert (bought["state"], bought["has_label"], bought["purchase"]["state"]) == ("labelled", True, "bought")
    assert api.post(f"{address}/hand-over").json()["state"] == "handed_over"
    event = {"source_id": "d-1", "code": "delivered", "occurred_at": "2026-01-05T10:00:00Z", "place": "Door"}
    for _ in range(2):
        assert api.post(f"{address}/events", event, format="json").json()["state"] == "delivered"
    listed = api.get(f"{address}/events").json()["results"]
    assert [(each["code"], each["state"], each["place"]) for each in listed] == [("delivered", "delivered", "Door")]


@pytest.mark.parametrize(("form", "begins", "content_type"), [
    ("pdf", b"%PDF-", "application/pdf"), ("zpl", b"^XA", "text/plain; charset=utf-8"),
])  # fmt: skip
def test_a_label_is_read_by_a_link_that_is_good_for_an_hour(
    api, address, work, form, begins, content_type, time_machine
):
    api.post(f"{address}/buy-label")
    work()
    sent_on = api.get(f"{address}/label.{form}")
    assert sent_on.status_code == 302
    answer = Client().get(sent_on["location"])
    assert (answer.status_code, answer["content-type"], answer["cache-control"]) == (
        200, content_type, "private, no-store",
    )  # fmt: skip
    assert b"".join(answer.streaming_content).startswith(begins)
    time_machine.move_to(datetime.now(UTC) + timedelta(seconds=3700))
    assert Client().get(sent_on["location"]).status_code == 404


def test_a_link_that_we_did_not_make_leads_nowhere(api, address, work, tenant, other_tenant):
    api.post(f"{address}/buy-label")
    work()
    link = api.get(f"{address}/label.pdf")["location"]
    forged = signing.dumps([str(tenant.public_id), link], key="another key", salt=files.SALT)
    for path in (
        link[:-1], link.replace(str(tenant.public_id), str(other_tenant.public_id)),
        f"/files/{tenant.public_id}/{forged}", f"/files/{tenant.public_id}/x",
    ):  # fmt: skip
        assert Client().get(path).status_code == 404


def test_void_and_list(api, made, address, work, account):
    other = api.post("/api/v1/shipments", TO_LONDON, format="json").json()
    assert api.post(f"{address}/void", {"reason": "Wrong box"}, format="json").json()["state"] == "voided"
    again = api.post(f"{address}/buy-label")
    assert (again.status_code, again.json()["code"]) == (409, "not_allowed")

    def listed(**query) -> list[str]:
        return [each["id"] for each in api.get("/api/v1/shipments", query).json()["results"]]

    assert listed() == [other["id"], made["id"]]
    assert listed(state="voided") == [made["id"]]
    assert listed(account_id=account.id, page_size=1) == [other["id"]]
    assert listed(view="exceptions") == listed(view="late") == listed(view="no_scan") == []
    api.post(f"/api/v1/shipments/{other['id']}/buy-label")
    work()
    number = api.get(f"/api/v1/shipments/{other['id']}").json()["tracking_number"]
    assert listed(tracking_number=number.lower()) == [other["id"]]
    assert api.get("/api/v1/shipments", {"view": "lost"}).json()["errors"][0]["field"] == "view"


def test_views_show_what_is_late_or_silent(api, address, work, time_machine):
    api.post(f"{address}/buy-label")
    work()
    time_machine.move_to(datetime.now(UTC) + timedelta(days=8))
    for view, found in (("late", 1), ("no_scan", 1), ("under_way", 0), ("exceptions", 0)):
        assert len(api.get("/api/v1/shipments", {"view": view}).json()["results"]) == found, view


def test_bad_shipments_are_refused_by_field(api, account):
    bad = api.post("/api/v1/shipments", {**TO_LONDON, "weight_g": 0, "account_id": "x"}, format="json").json()
    assert {each["field"] for each in bad["errors"]} == {"weight_g", "account_id"}
    abroad = api.post("/api/v1/shipments", {**TO_LONDON, "ship_to": SYDNEY.to_json()}, format="json")
    assert (abroad.status_code, abroad.json()["code"], abroad.json()["reason"]) == (422, "not_carried", "not_served")


def test_a_key_without_the_verb_is_refused_and_sees_no_customers(api_of, tenant, made, address):
    viewer = api_of(tenant, scopes=["shipments.view"])
    assert viewer.get(address).json()["ship_to"] is None
    assert viewer.get(address).json()["origin"]["city"] == "Leeds"
    for path in ("buy-label", "void", "hand-over", "events"):
        assert viewer.post(f"{address}/{path}").status_code == 403
    assert viewer.get(f"{address}/label.pdf").status_code == 403
    assert viewer.post("/api/v1/carrier-accounts", {"name": "x"}, format="json").status_code == 403
    assert viewer.get("/api/v1/tracking-messages").status_code == 403


def test_messages_are_listed_and_read_again(api, account, labelled, tenant):
    body = scans(scan("OD1", "eaten"))
    Client().post(account.path, body, content_type="application/json", headers=signed(account.secret, body))
    read_tracking(tenant_id=tenant.id)
    [message] = api.get("/api/v1/tracking-messages", {"state": "failed"}).json()["results"]
    assert (message["body"], message["account_id"]) == (body, str(account.id))
    again = api.post(f"/api/v1/tracking-messages/{message['id']}/replay")
    assert (again.status_code, again.json()["state"], again.json()["error"]) == (202, "due", "")
    read_tracking(tenant_id=tenant.id)
    with unit_of_work(tenant.id, PROCESS):
        assert TrackingMessage.objects.get().state == "failed"


def test_reading_a_message_again_counts_no_scan_twice(api, account, labelled, facts, tenant):
    parcel = labelled(account)
    body = scans({**scan(parcel.tracking_number, "in_transit"), "occurred_at": "2026-01-05T10:00:00Z"})
    Client().post(account.path, body, content_type="application/json", headers=signed(account.secret, body))
    read_tracking(tenant_id=tenant.id)
    before = facts(parcel)
    [message] = api.get("/api/v1/tracking-messages").json()["results"]
    api.post(f"/api/v1/tracking-messages/{message['id']}/replay")
    read_tracking(tenant_id=tenant.id)
    assert facts(parcel) == before
    assert api.get("/api/v1/tracking-messages").json()["results"][0]["state"] == "done"


def test_the_same_request_twice_makes_one_shipment(api, account):
    answers = [
        api.post("/api/v1/shipments", TO_LONDON, format="json", headers={"idempotency-key": "k1"}) for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert len(api.get("/api/v1/shipments").json()["results"]) == 1
