"""The pages, files and API of value, and who sees what of it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from inventory.actions.adjust import adjust_stock
from inventory.models import Item, ValueEvent, ValueLayer
from oms.core.models import Job
from oms.core.tenancy import unit
from tests.inventory.test_valuing import trade
from tests.inventory.value import follow, inside, last_entry

VALUE = "/m/acme/inventory/value/"
API = "/api/v1/stock/value"


def text_of(response) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_the_pages_of_a_little_trade(tenant, catalog, browser_client, django_assert_max_num_queries: Callable):
    assert "Nothing is valued yet" in browser_client.get(VALUE).text
    trade(tenant, catalog)
    follow(tenant)
    with django_assert_max_num_queries(20):
        page = browser_client.get(VALUE).text
    for words in ("First in, first out", "Leeds", "MUG-BLU", "Over the months", "<svg"):
        assert words in page
    assert "MUG-RED" not in browser_client.get(f"{VALUE}?q=TEA").text
    narrowed = browser_client.get(f"{VALUE}?location={catalog.london.id}").text
    assert "MUG-RED" in narrowed
    assert "€20.50" in narrowed
    item = browser_client.get(f"/m/acme/inventory/items/{catalog.id('MUG-BLU')}/beside/").text
    assert 'id="value"' in item
    assert "Its purchase order" in item
    rows = text_of(browser_client.get(f"{VALUE}items.csv")).splitlines()
    assert rows[0] == "sku,name,units,unit_cost,value"
    assert any(row.startswith("MUG-RED,") and row.endswith(",15,4.100000,61.5000") for row in rows)
    assert text_of(browser_client.get(f"{VALUE}items.csv?until=2020-01-01")).splitlines()[1:] == []
    today = text_of(browser_client.get(f"{VALUE}items.csv?until=2999-01-01")).splitlines()
    assert [row.split(",")[0] for row in today[1:]] == ["MUG-BLU", "MUG-RED", "TEA"]
    days = text_of(browser_client.get(f"{VALUE}postings.csv")).splitlines()
    assert days[0] == "day,debit,credit,amount,currency"
    assert any(",stock,opening,172.5000,EUR" in row for row in days)


def test_a_price_is_asked_for_and_given(tenant, catalog, browser_client, django_assert_max_num_queries: Callable):
    tea = catalog.id("TEA")
    with inside(tenant):
        Item.objects.filter(id=tea).update(cost=None)
        adjust_stock(item_id=tea, location_id=catalog.leeds.id, change=4, reason="found")
        found = last_entry(tea)
    follow(tenant)
    assert "3 receipts wait for a price" in browser_client.get(VALUE).text
    with django_assert_max_num_queries(12):
        assert "Say what it cost" in browser_client.get(f"{VALUE}unpriced/").text
    url = f"{VALUE}unpriced/{found.id}/"
    assert "4 of them are still there" in browser_client.get(url).text
    assert browser_client.post(url, {"unit_cost": "-1"}).status_code == 422
    assert browser_client.post(url, {"unit_cost": "2.5"}).status_code == 303
    assert browser_client.get(f"{VALUE}unpriced/999999999/").status_code == 404
    follow(tenant)
    assert "2 receipts wait for a price" in browser_client.get(VALUE).text
    with inside(tenant):
        assert ValueLayer.objects.get(movement_id=found.id).value_left == Decimal("10")


def test_the_method_is_decided_on_its_page(tenant, catalog, browser_client):
    url = f"{VALUE}policy/"
    with inside(tenant):
        tomorrow = unit().now.date() + timedelta(days=2)
    given = {"method": "average", "damaged_percent": "40", "from_day": tomorrow.isoformat(), "reason": "A new auditor"}
    for bad in ({"from_day": "2020-01-01"}, {"damaged_percent": "101"}, {"reason": ""}, {"method": "lifo"}):
        assert browser_client.post(url, given | bad).status_code == 422
    assert browser_client.post(url, given).status_code == 303
    assert "A new auditor" in browser_client.get(url).text
    assert browser_client.post(f"{VALUE}rebuild/").status_code == 303
    with inside(tenant):
        assert ValueEvent.objects.get().payload == {"method": "average", "damaged_percent": 40}
        assert Job.objects.get().kind == "inventory.value"


def test_who_sees_some_locations_sees_no_sums_of_the_company(tenant, catalog, api_of):
    trade(tenant, catalog)
    follow(tenant)
    some = api_of(tenant, locations=[catalog.london.id])
    rows = {each["sku"]: each for each in some.get(API).json()["results"]}
    assert (rows["MUG-RED"]["units"], rows["MUG-RED"]["value"]) == (5, "20.5000")
    summary = some.get(f"{API}/summary").json()
    assert ([each["name"] for each in summary["places"]], summary["months"]) == (["London"], [])
    assert summary["total"] == summary["places"][0]["value"]
    for address in ("layers", "unpriced", "postings"):
        assert some.get(f"{API}/{address}").json()["results"] == []
    assert some.get(f"{API}/days?since=2026-01-01&until=2026-01-31").status_code == 403
    assert some.post(f"{API}/rebuild").status_code == 403
    assert some.post(f"{API}/policies", {"method": "average", "reason": "x"}, format="json").status_code == 403
    assert api_of(tenant, scopes=["stock.view"]).get(API).status_code == 403


def test_over_http(tenant, catalog, api):
    trade(tenant, catalog)
    follow(tenant)
    with inside(tenant):
        today = unit().now.date().isoformat()
    rows = api.get(API).json()["results"]
    summary = api.get(f"{API}/summary").json()
    assert sum(Decimal(each["value"]) for each in rows) == Decimal(summary["total"])
    assert summary["months"][-1]["value"] == summary["total"]
    assert {each["source"] for each in api.get(f"{API}/layers").json()["results"]} >= {"item", "order"}
    days = api.get(f"{API}/days?since={today}&until={today}").json()["results"]
    assert {(each["debit"], each["credit"]) for each in days} >= {("stock", "opening"), ("cost_of_sales", "stock")}
    assert api.get(f"{API}/days?since={today}").status_code == 422
    assert api.get(f"{API}/days?since=2020-01-01&until={today}").status_code == 422
    red = api.get(f"{API}/postings?item_id={catalog.id('MUG-RED')}").json()["results"]
    assert [each["amount"] for each in red] == ["20.5000", "41.0000"]
    layer = api.get(f"{API}/layers?item_id={catalog.id('MUG-RED')}").json()["results"][0]
    priced = api.post(f"{API}/price", {"movement_id": layer["movement_id"], "unit_cost": "5"}, format="json")
    assert (priced.status_code, priced.json()["counts"]) == (202, False)
    assert api.post(f"{API}/price", {"movement_id": 0, "unit_cost": "x"}, format="json").status_code == 422
    first = api.post(f"{API}/policies", {"method": "average", "reason": "From the start"}, format="json")
    assert first.status_code == 201
    assert api.get(f"{API}/policies").json()["results"][0]["payload"] == {"method": "average"}
    assert api.post(f"{API}/rebuild").status_code == 202
