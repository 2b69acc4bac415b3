"""Out of stock, low and back: noticed by what happens, and said once."""

import pytest

from inventory.actions.adjust import adjust_stock
from inventory.actions.alerts import note_low_stock
from inventory.actions.receive import Receipt, receive_stock
from inventory.actions.reserve import reserve_stock, unreserve_stock
from inventory.models import ReorderRule, StockAlert
from inventory.queries import stock_alerts
from inventory.stock.alerting import LOW, OUT, alert_of
from oms.core.actors import Actor
from oms.core.tenancy import unit_of_work
from tests.dashboard.orders import inside, place
from tests.inventory.stock import facts, wants
from tests.orders.trade import line


@pytest.mark.parametrize(
    ("available", "minimum", "kind"),
    [(0, None, OUT), (-1, 5, OUT), (0, 0, OUT), (1, None, ""), (1, 0, ""), (5, 5, LOW), (6, 5, "")],
)
def test_what_is_wrong_with_a_shelf(available, minimum, kind):
    assert alert_of(available, minimum) == kind


pytest_database = pytest.mark.django_db


def alerts(tenant) -> dict[str, str]:
    with inside(tenant):
        return dict(StockAlert.objects.values_list("item__sku", "kind"))


def told(tenant) -> list[tuple[str, str, int]]:
    """Every alert's fact, oldest first: raised or ended, kind, units."""
    with inside(tenant):
        raised = [("raised", each["kind"], each["available"]) for each in facts("stock.alert_raised")]
        return raised + [("ended", each["kind"], each["available"]) for each in facts("stock.alert_ended")]


@pytest_database
def test_the_last_unit_promised_is_told_once_and_so_is_what_comes_back(tenant, catalog, drain):
    mug = catalog.id("MUG-BLU")
    with inside(tenant):
        demand = wants(mug, 14)
        reserve_stock(demands=[demand])
    drain()
    assert alerts(tenant) == {}
    with inside(tenant):
        last = wants(mug, 3)
        reserve_stock(demands=[last])
        reserve_stock(demands=[wants(mug, 1)])
        assert len(facts("stock.ran_out")) == 1
    drain()
    with inside(tenant):
        adjust_stock(item_id=mug, location_id=catalog.leeds.id, change=-1, reason="loss")
    drain()
    assert alerts(tenant) == {"MUG-BLU": "out"}
    assert told(tenant) == [("raised", "out", 0)]
    with inside(tenant):
        unreserve_stock(demands={demand.demand_id: None})
    drain()
    assert alerts(tenant) == {}
    assert told(tenant)[-1][:2] == ("ended", "out")


@pytest_database
def test_low_is_at_the_reorder_point_of_all_locations(tenant, catalog, drain):
    tea = catalog.id("TEA")
    with inside(tenant):
        for place, units in ((catalog.leeds, 4), (catalog.london, 3)):
            ReorderRule.objects.create(item_id=tea, location=place, minimum=units, maximum=20)
        assert note_low_stock() == 0
        reserve_stock(demands=[wants(tea, 8)])
        assert (note_low_stock(), note_low_stock()) == (1, 0)
    assert alerts(tenant) == {"TEA": "low"}
    with inside(tenant):
        receive_stock(receipts=[Receipt(tea, catalog.leeds.id, 1)])
    drain()
    assert alerts(tenant) == {}
    assert told(tenant) == [("raised", "low", 7), ("ended", "low", 8)]


@pytest_database
def test_home_list_and_api_show_it_and_who_sees_a_part_does_not(tenant, catalog, drain, browser_client, api):
    place(tenant, line("MUG-BLU", 15))
    drain()
    assert "item is out of stock" in browser_client.get("/m/acme/").text
    page = browser_client.get("/m/acme/inventory/alerts/?kind=out").text
    assert "MUG-BLU" in page
    assert "MUG-BLU" not in browser_client.get("/m/acme/inventory/alerts/?kind=low").text
    (found,) = api.get("/api/v1/stock/alerts", {"kind": "out"}).json()["results"]
    assert (found["sku"], found["kind"]) == ("MUG-BLU", "out")
    limited = Actor("user", "1", "Fay", frozenset({"stock.view"}), locations=frozenset({catalog.leeds.id}))
    with unit_of_work(tenant.id, limited):
        assert not stock_alerts().exists()
