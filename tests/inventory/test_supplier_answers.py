"""What suppliers say and do: they answer, announce, come late; orders above a limit wait for a second person."""

from datetime import timedelta
from decimal import Decimal
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.purchasing.acknowledge import Confirmed, acknowledge_purchase_order
from inventory.actions.purchasing.announce import Announced, announce_delivery, withdraw_delivery
from inventory.actions.purchasing.receive import Delivered, receive_purchase_order
from inventory.actions.purchasing.send import send_purchase_order
from inventory.actions.purchasing.suppliers import create_supplier, set_supplier_item
from inventory.actions.purchasing.write import (
    PurchaseDraft,
    PurchaseLineDraft,
    create_purchase_order,
    update_purchase_order,
)
from inventory.models import DeliveryNotice, PurchaseOrder, PurchaseReceiptLine, Supplier
from inventory.queries import atp, incoming, lines_of_purchase_order, measured_lead_times, punctuality_of
from inventory.replenishing.buying import Break
from inventory.replenishing.lateness import MeasuredDays, Punctuality
from inventory.replenishing.suggesting import DailyDemand, Terms, suggest
from oms.accounts.actions.approvals import decide
from oms.accounts.models import Approval
from oms.core.actors import Actor, system
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, Forbidden, Invalid, NotAllowed, NotFound
from oms.core.tenancy import unit, unit_of_work
from tests.dashboard.orders import client_of
from tests.dashboard.test_transfer_pages import receipt_of, sheet
from tests.inventory.stock import facts, shelf

pytestmark = pytest.mark.django_db
PAGE = "/m/acme/inventory/purchase-orders/"


@pytest.fixture
def pottery(uow, catalog):
    """Sells mugs at 4.10, within ten days."""
    made = create_supplier(code="POT", name="Potteries", currency="GBP", lead_time_days=10)
    set_supplier_item(supplier_id=made.id, item_id=catalog.id("MUG-BLU"), prices=[Break(1, Decimal("4.10"))])
    return made


def ordered(catalog, pottery, units=20, **more) -> PurchaseOrder:
    lines = [PurchaseLineDraft(catalog.id("MUG-BLU"), units)]
    order = create_purchase_order(draft=PurchaseDraft(pottery.id, catalog.leeds.id, lines, **more))
    return send_purchase_order(purchase_order_id=order.id, mail=False)


@pytest.fixture
def sent(catalog, pottery):
    return ordered(catalog, pottery)


def on(days: int):
    return unit().now.date() + timedelta(days=days)


def answer(order, **more) -> PurchaseOrder:
    return acknowledge_purchase_order(purchase_order_id=order.id, **more)


def announced(order, item, units=8, days=4, reference="ASN-1", **more) -> DeliveryNotice:
    delivery = Announced(reference, on(days), [(item, units)], **more)
    return announce_delivery(purchase_order_id=order.id, delivery=delivery)


def expected(item) -> list[tuple]:
    return [(each.units, each.expected_on) for each in incoming(item_ids=[item])]


def test_an_answer_moves_the_day_and_the_units(catalog, sent):
    mug = catalog.id("MUG-BLU")
    answered = answer(sent, reference="SO-77", expected_on=on(12), lines=[Confirmed(mug, 15)])
    assert (answered.state, answered.reference, answered.expected_on) == ("acknowledged", "SO-77", on(12))
    assert expected(mug) == [(15, on(12))]
    assert facts("purchase_order.acknowledged")[0]["short"] == 5
    answer(sent, lines=[Confirmed(mug, 18, on(14))])
    assert expected(mug) == [(18, on(14))]
    answer(sent)
    assert expected(mug) == [(20, on(12))]


def test_what_they_will_not_send_is_not_awaited(catalog, sent):
    mug = catalog.id("MUG-BLU")
    answer(sent, lines=[Confirmed(mug, 15)])
    receive_purchase_order(purchase_order_id=sent.id, receipt_id=uuid7(), delivered=[Delivered(mug, 15)])
    sent.refresh_from_db()
    assert (sent.state, expected(mug)) == ("received", [])


def test_an_answer_is_checked_line_by_line(catalog, sent):
    mug, tea = catalog.id("MUG-BLU"), catalog.id("TEA")
    receive_purchase_order(purchase_order_id=sent.id, receipt_id=uuid7(), delivered=[Delivered(mug, 4)])
    with pytest.raises(Invalid) as refused:
        answer(sent, expected_on=on(-1), lines=[Confirmed(tea, 1), Confirmed(mug, 3, on(-2)), Confirmed(mug, 9)])
    assert [each.field for each in refused.value.fields] == [
        "expected_on", "lines.0.item_id", "lines.1.quantity", "lines.1.expected_on", "lines.2.item_id",
    ]  # fmt: skip
    assert "as many have come already" in refused.value.fields[2].message
    assert lines_of_purchase_order(sent.id)[0].confirmed is None


def test_only_what_was_sent_is_answered(catalog, pottery):
    lines = [PurchaseLineDraft(catalog.id("MUG-BLU"), 2)]
    draft = create_purchase_order(draft=PurchaseDraft(pottery.id, catalog.leeds.id, lines))
    with pytest.raises(NotAllowed, match="still a draft"):
        answer(draft)
    with pytest.raises(NotAllowed, match="still a draft"):
        announced(draft, catalog.id("MUG-BLU"))


def test_an_announced_delivery_has_a_day_of_its_own(catalog, sent):
    mug = catalog.id("MUG-BLU")
    notice = announced(sent, mug, carrier="DHL", tracking_number="JD01")
    assert announced(sent, mug, units=99).id == notice.id
    assert expected(mug) == [(8, on(4)), (12, on(10))]
    assert atp(item_id=mug, quantity=1, by=on(4)).promise.units == atp(item_id=mug, quantity=1, by=on(0)).available + 8
    withdraw_delivery(notice_id=notice.id)
    assert expected(mug) == [(20, on(10))]
    with pytest.raises(Conflict, match="withdrawn already"):
        withdraw_delivery(notice_id=notice.id)
    with pytest.raises(NotFound):
        withdraw_delivery(notice_id=uuid7())


def test_received_as_announced_or_otherwise(catalog, sent):
    mug, receipt = catalog.id("MUG-BLU"), uuid7()
    notice, before = announced(sent, mug), shelf(mug, catalog.leeds.id)[0]
    for _ in range(2):
        receive_purchase_order(
            purchase_order_id=sent.id, receipt_id=receipt, delivered=[Delivered(mug, 7)], notice_id=notice.id
        )
    notice.refresh_from_db()
    assert (notice.state, shelf(mug, catalog.leeds.id)[0] - before) == ("arrived", 7)
    assert expected(mug) == [(13, on(10))]
    line = PurchaseReceiptLine.objects.select_related("receipt").get()
    assert (line.units, line.receipt.reference, line.receipt.days, line.receipt.late_days) == (7, "ASN-1", 0, -4)
    with pytest.raises(Invalid, match="no such delivery") as refused:
        receive_purchase_order(
            purchase_order_id=sent.id, receipt_id=uuid7(), delivered=[Delivered(mug, 1)], notice_id=notice.id
        )
    assert refused.value.fields[0].field == "notice_id"


def test_a_bad_announcement_names_its_fields(catalog, sent):
    mug = catalog.id("MUG-BLU")
    bad = Announced(" ", on(-1), [(catalog.id("TEA"), 1), (mug, 0), (mug, 2)])
    with pytest.raises(Invalid) as refused:
        announce_delivery(purchase_order_id=sent.id, delivery=bad)
    assert {each.field for each in refused.value.fields} == {
        "lines.0.item_id", "lines.1.quantity", "lines", "reference", "expected_on",
    }  # fmt: skip
    assert not DeliveryNotice.objects.exists()


def delivered_after(tenant, catalog, supplier_id, *days: int) -> None:
    """An order each, that came so many days after it was sent; it was expected after ten."""
    for late in days:
        with unit_of_work(tenant.id, system("tests")):
            order = ordered(catalog, Supplier.objects.get(id=supplier_id), units=1)
            then = unit().now + timedelta(days=late)
        with unit_of_work(tenant.id, system("tests"), now=then):
            delivered = [Delivered(catalog.id("MUG-BLU"), 1)]
            receive_purchase_order(purchase_order_id=order.id, receipt_id=uuid7(), delivered=delivered)


@pytest.fixture
def late(tenant, catalog):
    """The potters took 10, 12, 13, 14 and 10 days; they say ten."""
    with unit_of_work(tenant.id, system("tests")):
        made = create_supplier(code="POT", name="Potteries", currency="GBP", lead_time_days=10)
        set_supplier_item(supplier_id=made.id, item_id=catalog.id("MUG-BLU"), prices=[Break(1, Decimal("4.10"))])
    delivered_after(tenant, catalog, made.id, 10, 12, 13, 14, 10)
    return made


def test_who_is_late_is_believed_later(tenant, catalog, late):
    mug = catalog.id("MUG-BLU")
    with unit_of_work(tenant.id, system("tests")):
        assert punctuality_of([late.id]) == {late.id: Punctuality(5, 2, 3)}
        assert measured_lead_times([mug]) == {(late.id, mug): MeasuredDays(5, 59, 709)}
        ordered(catalog, Supplier.objects.get(id=late.id), units=30)
        (coming,) = incoming(item_ids=[mug])
        assert (coming.expected_on, coming.likely_on) == (on(10), on(13))
        free = atp(item_id=mug, quantity=1, by=on(0)).promise.units
        assert atp(item_id=mug, quantity=free + 30, by=on(12)).promise.earliest == on(13)
        assert not atp(item_id=mug, quantity=free + 30, by=on(12)).promise.enough


def test_few_deliveries_say_nothing():
    assert Punctuality(2, 0, 9).days_to_add == 0
    assert Punctuality(3, 3, -2).days_to_add == 0
    assert not MeasuredDays(2, 20, 200).tells


def test_measured_lead_time_takes_the_place_of_what_they_say():
    steady, measured = DailyDemand(units=180, squares=360, days=90), MeasuredDays(4, 48, 584)
    terms = Terms(lead_time=10, measured=measured)
    found = suggest(demand=steady, position=0, terms=terms, service_percent=95, cover_days=14)
    assert (found.lead_time, found.deliveries) == (12, 4)
    assert found.safety_stock == pytest.approx(1.6449 * 2 * measured.sigma, abs=1)
    few = suggest(
        demand=steady, position=0, terms=Terms(10, measured=MeasuredDays(2, 24, 290)), service_percent=95, cover_days=14
    )
    assert (few.lead_time, few.safety_stock, few.deliveries) == (10, 0, 0)


@given(days=st.lists(st.integers(0, 90), min_size=2, max_size=40))
def test_the_spread_of_days_is_that_of_a_sample(days):
    found = MeasuredDays(len(days), sum(days), sum(each**2 for each in days))
    assert found.sigma == pytest.approx(stdev(days), abs=1e-6)


BUYER = {"purchasing.view", "purchasing.edit", "purchasing.send", "approvals.decide"}


def buyer(key: str, limit: int) -> Actor:
    return Actor("user", key, f"Buyer {key}", frozenset(BUYER), limits={"purchasing.send": Decimal(limit)})


@pytest.fixture
def above(tenant, catalog):
    """An order of 82.00, that a buyer may not send alone, and what waits since."""
    with unit_of_work(tenant.id, system("tests")):
        made = create_supplier(code="POT", name="Potteries", currency="GBP", lead_time_days=10)
        set_supplier_item(supplier_id=made.id, item_id=catalog.id("MUG-BLU"), prices=[Break(1, Decimal("4.10"))])
    with unit_of_work(tenant.id, buyer("1", 50)):
        draft = PurchaseDraft(made.id, catalog.leeds.id, [PurchaseLineDraft(catalog.id("MUG-BLU"), 20)])
        order = create_purchase_order(draft=draft)
        waiting = send_purchase_order(purchase_order_id=order.id, mail=False)
        assert send_purchase_order(purchase_order_id=order.id, mail=False) == waiting
    return order, waiting, draft


def test_above_a_limit_a_second_person_sends_it(tenant, above):
    _order, waiting, _draft = above
    assert isinstance(waiting, Approval)
    assert waiting.amount == 82
    with unit_of_work(tenant.id, buyer("1", 500)), pytest.raises(Forbidden, match="yourself"):
        decide(approval_id=waiting.id, approve=True)
    with unit_of_work(tenant.id, buyer("2", 500)):
        assert PurchaseOrder.objects.get().state == "draft"
        decide(approval_id=waiting.id, approve=True)
        assert PurchaseOrder.objects.get().state == "sent"


def test_what_was_changed_since_is_not_what_was_approved(tenant, above):
    order, waiting, draft = above
    with unit_of_work(tenant.id, buyer("1", 50)):
        update_purchase_order(purchase_order_id=order.id, draft=draft)
        again = send_purchase_order(purchase_order_id=order.id, mail=False)
        assert again.id != waiting.id
    with unit_of_work(tenant.id, buyer("2", 500)), pytest.raises(Conflict, match="was changed after"):
        decide(approval_id=waiting.id, approve=True)
    with unit_of_work(tenant.id, buyer("2", 500)):
        decide(approval_id=again.id, approve=True)
        assert PurchaseOrder.objects.get().state == "sent"


def test_over_http(api, tenant, catalog, sent):
    where = f"/api/v1/purchase-orders/{sent.id}"
    bad = api.post(f"{where}/acknowledge", {"lines": [{"sku": "MUG-BLU", "quantity": -1}]}, format="json")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "lines.0.quantity")
    lines = [{"sku": "MUG-BLU", "quantity": 18}]
    said = api.post(f"{where}/acknowledge", {"reference": "SO-1", "lines": lines}, format="json").json()
    assert (said["state"], said["reference"], said["lines"][0]["confirmed"]) == ("acknowledged", "SO-1", 18)
    body = {"reference": "ASN-9", "expected_on": "2040-01-01", "lines": [{"sku": "MUG-BLU", "quantity": 5}]}
    answered = api.post(f"{where}/deliveries", body, format="json")
    assert answered.status_code == 201
    (notice,) = answered.json()["notices"]
    assert (notice["state"], notice["lines"][0]["quantity"]) == ("announced", 5)
    received = {"receipt_id": str(uuid7()), "notice_id": notice["id"], "lines": [{"sku": "MUG-BLU", "quantity": 5}]}
    assert api.post(f"{where}/receive", received, format="json").json()["notices"][0]["state"] == "arrived"
    assert api.post(f"/api/v1/purchase-deliveries/{notice['id']}/withdraw").status_code == 409


def test_on_its_pages(browser_client, membership, tenant, catalog, sent):
    where = f"{PAGE}{sent.number}/"
    form = browser_client.get(f"{where}answer/")
    assert 'value="MUG-BLU"' in form.text
    said = sheet(("MUG-BLU", 0), reference="SO-1", expected_on="2040-02-01")
    assert browser_client.post(f"{where}answer/", said | {"form-0-quantity": "16"}).status_code == 303
    refused = browser_client.post(f"{where}answer/", sheet(("TEA", 3)))
    assert refused.status_code == 422
    assert "This item is not on the order." in refused.text
    page = browser_client.get(f"{where}announce/").text
    assert 'value="16"' in page
    given = sheet(("MUG-BLU", 6), reference="ASN-3", expected_on="2040-01-15", carrier="DHL")
    assert browser_client.post(f"{where}announce/", given).status_code == 303
    page = browser_client.get(where).text
    assert "ASN-3" in page
    assert "they say 16" in page
    notice = DeliveryNotice.objects.get()
    page = browser_client.get(f"{where}receive/?notice={notice.id}").text
    assert str(notice.id) in page
    arrived = sheet(("MUG-BLU", 6), receipt=receipt_of(page), notice=str(notice.id))
    assert browser_client.post(f"{where}receive/", arrived).status_code == 303
    assert browser_client.post(f"{where}deliveries/{notice.id}/withdraw/").status_code == 409
    assert "arrived" in browser_client.get(where).text
    reader = client_of(membership(role="warehouse"))
    assert reader.get(f"{where}answer/").status_code == 403


def test_late_suppliers_are_shown_as_such(browser_client, tenant, catalog, late):
    page = browser_client.get(f"/m/acme/inventory/suppliers/{late.id}/").text
    assert "40 % of 5 deliveries on time" in page
    assert "promises add 3 days" in page
    assert "took 11.8 (5 deliveries)" in page
