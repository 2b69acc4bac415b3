"""Suppliers' bills on their pages and over HTTP."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from inventory.models import SupplierBill
from oms.core.tenancy import unit
from oms.dashboard.home.attention import attention_of
from tests.inventory.test_value_pages import text_of
from tests.inventory.value import follow, inside, mugs_bought

PAGES = "/m/acme/inventory/"


@pytest.fixture
def bought(tenant, catalog):
    return mugs_bought(tenant, catalog)


def typed(order, *lines: tuple[str, int, str], **more) -> dict:
    """What the form of a bill sends."""
    rows = {}
    for number, (code, units, price) in enumerate(lines):
        rows |= {f"form-{number}-code": code, f"form-{number}-quantity": str(units),
                 f"form-{number}-unit_price": price}  # fmt: skip
    return {
        "supplier": str(order.supplier_id), "number": "INV-17", "billed_on": "2026-11-20", "currency": "EUR",
        "orders": f"PO{order.number}", "shared_by": "value", "form-TOTAL_FORMS": str(len(lines)),
        "form-INITIAL_FORMS": "0", **rows, **more,
    }  # fmt: skip


def only_bill(tenant) -> SupplierBill:
    with inside(tenant):
        return SupplierBill.objects.get()


def test_from_what_waits_to_be_billed_to_a_posted_bill(
    tenant, catalog, bought, browser_client, django_assert_max_num_queries: Callable
):  # fmt: skip
    follow(tenant)
    with django_assert_max_num_queries(12):
        page = browser_client.get(f"{PAGES}not-billed/").text
    assert f"?order={bought.number}" in page
    assert "€72.00" in page
    assert text_of(browser_client.get(f"{PAGES}not-billed/orders.csv")).splitlines()[1].startswith("POT,")
    form = browser_client.get(f"{PAGES}bills/new/?order={bought.number}").text
    assert 'value="MUG-BLU"' in form
    goods = ("MUG-BLU", 10, "6"), ("MUG-RED", 3, "4")
    assert browser_client.post(f"{PAGES}bills/new/", typed(bought, *goods, total="80", freight="9")).status_code == 422
    answer = browser_client.post(f"{PAGES}bills/new/", typed(bought, *goods, total="81", freight="9"))
    assert answer.status_code == 303
    bill = only_bill(tenant)
    assert bill.state == "posted"
    with django_assert_max_num_queries(25):
        page = browser_client.get(answer.url).text
    assert "matches" in page
    assert "Freight" in page
    with django_assert_max_num_queries(12):
        assert "INV-17" in browser_client.get(f"{PAGES}bills/").text
    assert "INV-17" in browser_client.get(f"{PAGES}purchase-orders/{bought.number}/").text
    again = browser_client.post(f"{PAGES}bills/new/", typed(bought, *goods))
    assert again.status_code == 422
    assert "was entered by Olive Owner" in again.text
    follow(tenant)
    assert "Everything that came was billed" in browser_client.get(f"{PAGES}not-billed/").text


def test_a_bill_that_does_not_match_is_decided_on_its_page(tenant, catalog, bought, browser_client):
    browser_client.post(f"{PAGES}bills/new/", typed(bought, ("MUG-BLU", 12, "7")))
    bill = only_bill(tenant)
    url = f"{PAGES}bills/{bill.id}/"
    page = browser_client.get(url).text
    assert "another price, more than came" in page
    with inside(tenant):
        (told,) = attention_of(lambda verb: verb == "billing.view", "acme")
        assert (told.count, told.url) == (1, "inventory/bills/?state=waits")
    assert browser_client.post(f"{url}match/").status_code == 303
    refused = browser_client.post(f"{url}dispute/", {"note": ""})
    assert (refused.status_code, "Say why." in refused.text) == (422, True)
    assert browser_client.post(f"{url}dispute/", {"note": "12 billed, 10 came"}).status_code == 303
    assert "Disputed" in browser_client.get(f"{PAGES}bills/?state=disputed").text
    assert browser_client.post(f"{url}approve/", {"note": "They sent two more"}).status_code == 303
    assert only_bill(tenant).state == "posted"
    assert browser_client.post(f"{url}withdraw/", {"note": "No"}).status_code == 409


def test_what_is_typed_wrong_stays_and_says_where(tenant, catalog, bought, browser_client):
    new = f"{PAGES}bills/new/"
    wrong = browser_client.post(new, typed(bought, ("NONE", 1, "6")))
    assert (wrong.status_code, "No item has this SKU" in wrong.text) == (422, True)
    assert browser_client.post(new, typed(bought, ("MUG-BLU", 1, ""))).status_code == 422
    unknown = browser_client.post(new, typed(bought, ("MUG-BLU", 1, "6"), orders="PO9"))
    assert (unknown.status_code, "There is no order PO9" in unknown.text) == (422, True)
    assert browser_client.post(new, typed(bought, ("MUG-BLU", 1, "6"), currency="USD")).status_code == 422
    assert browser_client.post(new, typed(bought)).status_code == 422
    assert browser_client.post(new, typed(bought, ("MUG-BLU", 1, "6"), more="1")).status_code == 200


def test_tolerances_on_their_page(tenant, catalog, browser_client):
    url = f"{PAGES}bills/settings/"
    assert "2" in browser_client.get(url).text
    given = {"price_percent": "5", "price_absolute": "0.5", "units": "1"}
    assert browser_client.post(url, given | {"price_percent": "500"}).status_code == 422
    assert browser_client.post(url, given).status_code == 303
    assert 'value="0.5"' in browser_client.get(url).text


def test_over_http(tenant, catalog, bought, api, api_of):
    with inside(tenant):
        today = unit().now.date().isoformat()
    follow(tenant)
    waiting = api.get("/api/v1/not-billed").json()
    assert (waiting["total"], waiting["suppliers"][0]["orders"][0]["units"]) == ("72.0000", 13)
    sent = {
        "supplier_id": str(bought.supplier_id), "number": "A 1", "billed_on": today, "currency": "eur",
        "lines": [{"sku": "MUG-BLU", "quantity": 10, "unit_price": "7", "purchase_order_id": str(bought.id)}],
        "charges": [{"charge": "duty", "amount": "3.50", "purchase_order_ids": [str(bought.id)]}],
    }  # fmt: skip
    made = api.post("/api/v1/bills", sent, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "waits")
    assert [each["verdicts"] for each in made.json()["lines"]] == [["price_differs"], []]
    twice = api.post("/api/v1/bills", sent | {"number": "a-1"}, format="json")
    assert (twice.status_code, twice.json()["bill_id"]) == (409, made.json()["id"])
    one = f"/api/v1/bills/{made.json()['id']}"
    assert {each["verb"] for each in api.get(one).json()["allowed_actions"] if each["permitted"]} == {
        "approve", "match", "dispute", "withdraw",
    }  # fmt: skip
    assert api.post(f"{one}/dispute", {}, format="json").status_code == 422
    assert api.post(f"{one}/match").json()["state"] == "waits"
    approved = api.post(f"{one}/approve", {"note": "Fine"}, format="json").json()
    assert (approved["bill"]["state"], approved["approval_id"]) == ("posted", None)
    assert api.post(f"{one}/withdraw", {"note": "x"}, format="json").status_code == 409
    assert api.get("/api/v1/bills?state=posted").json()["results"][0]["number"] == "A 1"
    bad = sent | {"number": "2", "lines": [{"sku": "NONE", "quantity": 1, "unit_price": "1"}]}
    assert api.post("/api/v1/bills", bad, format="json").status_code == 422
    settings = {"price_percent": "10.0000", "price_absolute": "0.0100", "units": 0}
    assert api.put("/api/v1/billing-settings", settings, format="json").json() == settings
    assert api_of(tenant, scopes=["purchasing.view"]).get("/api/v1/bills").status_code == 403
    assert api_of(tenant, locations=[catalog.leeds.id]).get("/api/v1/bills").json()["results"] == []
    follow(tenant)
    assert Decimal(api.get("/api/v1/not-billed").json()["total"]) == Decimal("12")
