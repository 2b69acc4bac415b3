"""An order typed in by hand: checked, placed once, or kept as a draft until it is right."""

from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from oms.accounts.models import Approval, Membership
from oms.core.models import Tenant
from orders.models import Order, OrderLine
from tests.dashboard.orders import ORDERS, client_of, inside
from tests.fixtures import Catalog, make_catalog

pytestmark = pytest.mark.django_db
NEW = f"{ORDERS}new/"


@pytest.fixture
def form(catalog: Catalog) -> Callable[..., dict]:
    """What a browser sends: two blue mugs for Ada, with what the test is about replaced."""

    def make(*lines: dict, **fields: object) -> dict:
        rows = lines or ({"sku": "MUG-BLU", "quantity": "2"},)
        sent = {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            sent |= {f"lines-{number}-{name}": value for name, value in row.items()}
        good = {
            "channel": str(catalog.channel.id), "customer_name": "Ada Byron", "email": "ada@example.com",
            "line1": "Torstraße 1", "city": "Berlin", "postcode": "10119", "country": "DE", "payment_state": "paid",
            "on_shortage": "backorder", "verb": "place",
        }  # fmt: skip
        return good | sent | fields

    return make


def test_an_order_is_placed_once_with_its_stock(browser_client: Client, tenant: Tenant, form: Callable[..., dict]):
    sent = form({"sku": "mug-blu", "quantity": "2"}, {"sku": "", "quantity": ""}, {"sku": "TEA"}, idempotency_key="k-1")
    first, second = browser_client.post(NEW, sent), browser_client.post(NEW, sent)
    assert first.status_code == 303
    assert first["Location"] == second["Location"]
    with inside(tenant):
        order = Order.objects.get()
        lines = list(OrderLine.objects.order_by("position").values_list("sku", "quantity", "unit_price"))
    assert first["Location"] == f"{ORDERS}{order.number}/"
    assert lines == [("MUG-BLU", 2, Decimal("12.5")), ("TEA", 1, Decimal("9.8"))]
    assert (order.ship_to["name"], order.source, order.payment_state) == ("Ada Byron", "dashboard", "paid")
    assert "Its stock is reserved" in browser_client.get(first["Location"]).text


def test_stock_is_shown_beside_each_line_and_nothing_is_placed(
    browser_client: Client, tenant: Tenant, form: Callable[..., dict]
):
    page = browser_client.post(NEW, form({"sku": "MUG-BLU"}, {"sku": "NOPE"}, verb="check"))
    assert page.status_code == 200
    for words in ("Stoneware mug, blue", "10 Leeds", "5 London", "No item has this SKU or barcode", 'value="NOPE"'):
        assert words in page.text
    more = browser_client.post(NEW, form({"sku": "MUG-BLU"}, verb="more"))
    assert more.text.count('data-scan="field"') == 6
    assert 'value="ada@example.com"' in more.text
    with inside(tenant):
        assert not Order.objects.exists()


def test_every_problem_stands_beside_its_field(browser_client: Client, tenant: Tenant, form: Callable[..., dict]):
    page = browser_client.post(
        NEW, form({"sku": "MUG-BLU", "quantity": "0"}, {"sku": "TEA", "unit_price": "dear"}, country="XX")
    )
    assert page.status_code == 422
    assert "<title>Error:" in page.text
    for words in ("Line 1:", "Line 2:", 'href="#id_lines-0-quantity"', 'value="dear"', 'href="#id_country"'):
        assert words in page.text
    unknown = browser_client.post(NEW, form({"sku": "MUG-BLU"}, {"sku": "NOPE"}))
    assert unknown.status_code == 422
    assert "Line 2: No item has this SKU or barcode." in unknown.text
    empty = browser_client.post(NEW, form({"sku": ""}))
    assert empty.status_code == 422
    with inside(tenant):
        assert not Order.objects.exists()


def test_what_the_shelf_cannot_cover_is_refused_or_waits(
    browser_client: Client, tenant: Tenant, form: Callable[..., dict]
):
    many = {"sku": "MUG-BLU", "quantity": "20"}
    refused = browser_client.post(NEW, form(many, on_shortage="refuse"))
    assert refused.status_code == 422
    assert "Line 1: 20 × MUG-BLU wanted, 15 available." in refused.text
    placed = browser_client.post(NEW, form(many))
    assert "5 units wait for stock" in browser_client.get(placed["Location"]).text


def test_a_draft_is_kept_as_typed_changed_and_placed(browser_client: Client, tenant: Tenant, form: Callable[..., dict]):
    saved = browser_client.post(NEW, form({"sku": "NOPE", "quantity": "3"}, verb="save", tags="gift"))
    assert saved.status_code == 303
    page = browser_client.get(saved["Location"])
    assert 'value="NOPE"' in page.text
    assert 'value="gift"' in page.text
    version = page.context["form"].initial["version"]
    kept = browser_client.post(
        saved["Location"], form({"sku": "TEA", "quantity": "3"}, verb="save", version=version, tags="gift")
    )
    assert kept.status_code == 303
    stale = browser_client.post(saved["Location"], form({"sku": "MUG-RED"}, verb="save", version=version))
    assert stale.status_code == 422
    assert "Someone changed this draft" in stale.text
    assert 'value="MUG-RED"' in stale.text
    placed = browser_client.post(saved["Location"], form({"sku": "TEA", "quantity": "3"}, version=version + 1))
    with inside(tenant):
        order = Order.objects.get()
    assert placed["Location"] == f"{ORDERS}{order.number}/"
    again = browser_client.get(saved["Location"])
    assert (again.status_code, again["Location"]) == (302, f"{ORDERS}{order.number}/")


def test_a_draft_is_listed_and_thrown_away(browser_client: Client, tenant: Tenant, form: Callable[..., dict]):
    saved = browser_client.post(NEW, form(verb="save"))["Location"]
    listed = browser_client.get(ORDERS, {"view": "drafts"})
    assert saved in listed.text
    assert browser_client.get(ORDERS).context["page"].rows == []
    assert browser_client.post(f"{saved}discard/").status_code == 303
    assert browser_client.get(saved).status_code == 404


def test_a_discount_above_the_limit_waits_for_a_second_person(
    membership: Callable[..., Membership], tenant: Tenant, catalog: Catalog, form: Callable[..., dict]
):
    client = client_of(membership(role="support", limits={"orders.discount": "1"}))
    answer = client.post(NEW, form(discount="5"))
    assert answer.status_code == 303
    page = client.get(answer["Location"]).text
    assert "it waits for approval" in page
    with inside(tenant):
        assert Approval.objects.get().verb == "orders.discount"
        assert Order.objects.get().number is None


def test_who_may_not_place_is_refused(membership: Callable[..., Membership], tenant: Tenant, form: Callable[..., dict]):
    client = client_of(membership(role="warehouse"))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, form()).status_code == 403


def test_another_merchants_draft_is_not_found(
    browser_client: Client, owner: Membership, other_tenant: Tenant, membership: Callable[..., Membership],
    form: Callable[..., dict],
):  # fmt: skip
    stranger = client_of(membership(tenant=other_tenant))
    theirs = make_catalog(other_tenant)
    sent = form(verb="save", channel=str(theirs.channel.id))
    made = stranger.post("/m/rival/orders/new/", sent)["Location"].replace("/m/rival/", "/m/acme/")
    assert browser_client.get(made).status_code == 404
    assert browser_client.post(f"{made}discard/").status_code == 404
    assert browser_client.get(f"{ORDERS}drafts/{uuid4()}/").status_code == 404
