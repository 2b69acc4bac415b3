"""Purchase orders: written, sent, received in parts within tolerance, closed short."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from inventory import tasks
from inventory.actions.purchasing.receive import Delivered, receive_purchase_order
from inventory.actions.purchasing.send import close_purchase_order, send_purchase_order
from inventory.actions.purchasing.settings import set_replenishing
from inventory.actions.purchasing.suppliers import create_supplier, set_supplier_item
from inventory.actions.purchasing.write import (
    PurchaseDraft,
    PurchaseLineDraft,
    cancel_purchase_order,
    create_purchase_order,
    update_purchase_order,
)
from inventory.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt
from inventory.queries import lines_of_purchase_order, purchase_orders
from inventory.replenishing.buying import Break
from oms.core.actors import Actor, system
from oms.core.db.keys import uuid7
from oms.core.errors import Conflict, Forbidden, Invalid, NotAllowed, NotFound, Stale
from oms.core.tenancy import unit, unit_of_work
from tests.inventory.stock import assert_book_adds_up, facts, shelf, sides

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(catalog, uow):
    return catalog.id("MUG-BLU")


@pytest.fixture
def pottery(mug):
    """Sells mugs by the dozen, cheaper from a hundred on, within ten days."""
    made = create_supplier(code="POT", name="Potteries", currency="GBP", email="a@pot.example", lead_time_days=10)
    prices = [Break(1, Decimal("4.10")), Break(100, Decimal("3.80"))]
    set_supplier_item(supplier_id=made.id, item_id=mug, code="BLU-12", prices=prices, pack_size=12, lead_time_days=20)
    return made


@pytest.fixture
def written(catalog, mug, pottery):
    """120 mugs for Leeds, and 10 packets of tea at 2.50."""
    lines = [PurchaseLineDraft(mug, 120), PurchaseLineDraft(catalog.id("TEA"), 10, Decimal("2.50"))]
    return create_purchase_order(draft=PurchaseDraft(pottery.id, catalog.leeds.id, lines))


@pytest.fixture
def sent(written):
    return send_purchase_order(purchase_order_id=written.id)


def book(order, *delivered, receipt=None, **more) -> PurchaseOrder:
    return receive_purchase_order(
        purchase_order_id=order.id, receipt_id=receipt or uuid7(), delivered=delivered, **more
    )


def test_a_draft_takes_prices_from_the_catalogue(catalog, mug, written):
    mugs, tea = lines_of_purchase_order(written.id)
    assert (mugs.unit_cost, mugs.pack_size, mugs.code, mugs.packs_words) == (Decimal("3.80"), 12, "BLU-12", "10 × 12")
    assert (tea.unit_cost, tea.pack_size, tea.packs_words) == (Decimal("2.50"), 1, "–")
    assert (written.number, written.currency) == (1001, "GBP")


def test_sent_it_is_expected_after_the_longest_lead_time(sent):
    assert sent.expected_on == unit().now.date() + timedelta(days=20)
    assert sent.mail_due_at == unit().now
    assert facts("purchase_order.sent")[0]["number"] == 1001


def test_it_comes_in_parts_in_units_and_in_packs(catalog, mug, sent):
    first = book(sent, Delivered(mug, 9, packs=True), reference="DN-1")
    assert first.state == "part_received"
    assert shelf(mug, catalog.leeds.id) == (118, 0)
    rest = book(sent, Delivered(mug, 10), Delivered(mug, 2, "quality_hold"), Delivered(catalog.id("TEA"), 10))
    assert rest.state == "received"
    assert shelf(mug, catalog.leeds.id, "quality_hold") == (2, 0)
    assert sides(mug)[-1] == ("supplier", "quality_hold", 2)
    assert [(each["units"], each["complete"]) for each in facts("purchase_order.received")] == [
        (108, False), (22, True),
    ]  # fmt: skip
    assert {each["why"] for each in facts("stock.rose") if each["item_id"] == str(mug)} == {"received"}
    assert_book_adds_up()


def test_one_receipt_counts_once(catalog, mug, sent, pottery):
    receipt = uuid7()
    for _ in range(2):
        book(sent, Delivered(mug, 5), receipt=receipt)
    assert shelf(mug, catalog.leeds.id) == (15, 0)
    assert PurchaseReceipt.objects.get().units == 5
    other = create_purchase_order(draft=PurchaseDraft(pottery.id, catalog.leeds.id, [PurchaseLineDraft(mug, 1)]))
    send_purchase_order(purchase_order_id=other.id)
    with pytest.raises(Conflict):
        book(other, Delivered(mug, 1), receipt=receipt)


def test_tolerances_say_what_is_too_much_and_what_is_enough(catalog, mug, sent):
    tea = catalog.id("TEA")
    with pytest.raises(Invalid, match="some lines need attention") as refused:
        book(sent, Delivered(mug, 100), Delivered(mug, 21), Delivered(tea, 10))
    assert [(each.field, each.code) for each in refused.value.fields] == [("lines.1.quantity", "too_many")]
    assert "At most 120 more of MUG-BLU" in refused.value.fields[0].message
    set_replenishing(over_percent=10, under_percent=5, service_percent=95, cover_days=14)
    assert book(sent, Delivered(mug, 114), Delivered(tea, 9)).state == "part_received"
    assert book(sent, Delivered(tea, 1)).state == "received"
    assert book(sent, Delivered(mug, 18)).state == "received"
    with pytest.raises(Invalid):
        book(sent, Delivered(mug, 1))


def test_what_never_came_is_closed_short(mug, sent):
    with pytest.raises(NotAllowed):
        close_purchase_order(purchase_order_id=sent.id)
    book(sent, Delivered(mug, 100))
    assert close_purchase_order(purchase_order_id=sent.id).state == "closed"
    assert facts("purchase_order.closed")[0]["short"] == 30
    with pytest.raises(NotAllowed):
        book(sent, Delivered(mug, 1))


def test_an_order_of_which_nothing_came_can_be_given_up(sent):
    given_up = cancel_purchase_order(purchase_order_id=sent.id)
    assert (given_up.state, given_up.mail_due_at) == ("cancelled", None)


def test_a_draft_changes(catalog, mug, written, pottery):
    draft = PurchaseDraft(pottery.id, catalog.london.id, [PurchaseLineDraft(mug, 1), PurchaseLineDraft(mug, 2)])
    changed = update_purchase_order(purchase_order_id=written.id, draft=draft, expected_version=1)
    (line,) = lines_of_purchase_order(changed.id)
    assert (line.quantity, line.unit_cost, changed.location) == (3, Decimal("4.10"), catalog.london)
    with pytest.raises(Stale):
        update_purchase_order(purchase_order_id=written.id, draft=draft, expected_version=1)


def test_bad_drafts_are_refused_by_field(catalog, mug, pottery):
    lines = [PurchaseLineDraft(catalog.id("TEA"), 1), PurchaseLineDraft(uuid7(), 0, Decimal("-1"))]
    with pytest.raises(Invalid) as refused:
        create_purchase_order(draft=PurchaseDraft(uuid7(), uuid7(), lines, note="x" * 501))
    assert {each.field for each in refused.value.fields} == {
        "supplier_id", "location_id", "note", "lines.0.unit_cost", "lines.1.item_id", "lines.1.quantity",
        "lines.1.unit_cost",
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        set_replenishing(over_percent=101, under_percent=-1, service_percent=100, cover_days=0)
    assert len(refused.value.fields) == 4
    assert not PurchaseOrderLine.objects.exists()


def test_bad_deliveries_are_refused_by_field(catalog, mug, sent):
    with pytest.raises(Invalid) as refused:
        book(sent, Delivered(catalog.id("MUG-RED"), 1), Delivered(mug, 0), reference="\0")
    assert {each.field for each in refused.value.fields} == {"reference", "lines.0.item_id", "lines.1.quantity"}
    with pytest.raises(Invalid) as refused:
        book(sent, Delivered(mug, 1, "in_transit"))
    assert [each.field for each in refused.value.fields] == ["lines.0.state"]
    with pytest.raises(Invalid):
        book(sent)
    assert shelf(mug, catalog.leeds.id) == (10, 0)


def test_who_works_in_london_neither_sees_nor_receives_for_leeds(tenant, catalog, mug, sent):
    london = Actor("user", "1", "Lena", frozenset({"stock.receive"}), locations=frozenset({catalog.london.id}))
    with unit_of_work(tenant.id, london):
        assert not purchase_orders().exists()
        with pytest.raises(NotFound):
            book(sent, Delivered(mug, 1))
    seller = Actor("user", "2", "Sam", frozenset({"orders.view"}))
    with unit_of_work(tenant.id, seller), pytest.raises(Forbidden):
        book(sent, Delivered(mug, 1))


def test_it_is_mailed_once_as_a_pdf(tenant, catalog, mailoutbox, api, django_capture_on_commit_callbacks):
    with unit_of_work(tenant.id, system("tests")):
        pottery = create_supplier(code="POT", name="Potteries", currency="GBP", email="a@pot.example")
        line = PurchaseLineDraft(catalog.id("TEA"), 3, Decimal("2.5"))
        order = create_purchase_order(draft=PurchaseDraft(pottery.id, catalog.leeds.id, [line]))
        send_purchase_order(purchase_order_id=order.id)
    for _ in range(2):
        tasks.mail_purchase_orders(tenant_id=tenant.id)
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (["a@pot.example"], "Purchase order PO1001 of Acme")
    ((name, pdf, kind),) = letter.attachments
    assert (name, kind, pdf[:5]) == ("PO1001.pdf", "application/pdf", b"%PDF-")
    with unit_of_work(tenant.id, system("tests")):
        assert PurchaseOrder.objects.get().mailed_at is not None


def test_without_an_address_it_is_sent_by_hand(catalog, mug, uow):
    shop = create_supplier(code="SHOP", name="Corner shop", currency="EUR")
    line = PurchaseLineDraft(mug, 1, Decimal(1))
    order = create_purchase_order(draft=PurchaseDraft(shop.id, catalog.leeds.id, [line], expected_on=date(2031, 1, 2)))
    with pytest.raises(Invalid, match="has no e-mail address"):
        send_purchase_order(purchase_order_id=order.id)
    by_hand = send_purchase_order(purchase_order_id=order.id, mail=False)
    assert (by_hand.expected_on, by_hand.mail_due_at) == (date(2031, 1, 2), None)


def test_over_http(api, api_of, tenant, catalog):
    supplier = api.post("/api/v1/suppliers", {"code": "P", "name": "P", "currency": "EUR"}, format="json").json()
    body = {
        "supplier_id": supplier["id"], "location": "leeds",
        "lines": [{"sku": "mug-blu", "quantity": 4, "unit_cost": "1.25"}],
    }  # fmt: skip
    made = api.post("/api/v1/purchase-orders", body, format="json")
    assert made.status_code == 201, made.json()
    assert made.json()["total"] == "5.00"
    where = made["Location"]
    assert api.put(where, body, format="json", headers={"if-match": '"7"'}).status_code == 412
    assert api.put(where, {**body, "note": "Ring first"}, format="json").json()["note"] == "Ring first"
    assert api.post(f"{where}/send", {}, format="json").status_code == 422
    assert api.post(f"{where}/send", {"mail": False}, format="json").json()["state"] == "sent"
    receipt = {"receipt_id": str(uuid7()), "lines": [{"sku": "MUG-BLU", "quantity": 3, "packs": True}]}
    for _ in range(2):
        assert api.post(f"{where}/receive", receipt, format="json").json()["lines"][0]["received"] == 3
    unknown = {"receipt_id": str(uuid7()), "lines": [{"sku": "4006381333931", "quantity": 1}]}
    refused = api.post(f"{where}/receive", unknown, format="json").json()
    assert re.search("called “4006381333931”", refused["errors"][0]["message"])
    assert api.post(f"{where}/close", format="json").json()["state"] == "closed"
    assert api.post(f"{where}/cancel", format="json").status_code == 409
    assert len(api.get("/api/v1/purchase-orders?state=closed").json()["results"]) == 1
    settings = {"over_percent": 5, "under_percent": 0, "service_percent": 98, "cover_days": 30}
    assert api.put("/api/v1/replenishing-settings", settings, format="json").json() == settings
    assert api.get("/api/v1/replenishing-settings").json() == settings
    reader = api_of(tenant, scopes=["purchasing.view"])
    assert reader.post("/api/v1/purchase-orders", body, format="json").status_code == 403
