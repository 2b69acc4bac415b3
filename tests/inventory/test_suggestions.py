"""What to order, when and how much: the arithmetic by itself, on the database, over HTTP, on its page."""

import re
from datetime import timedelta
from decimal import Decimal
from math import sqrt
from statistics import stdev

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from inventory.actions.adjust import adjust_stock
from inventory.actions.commit import Commit, commit_stock
from inventory.actions.purchasing.reorder import Wanted, lift_reorder_rule, order_suggested, set_reorder_rule
from inventory.actions.purchasing.send import send_purchase_order
from inventory.actions.purchasing.suppliers import create_supplier, set_supplier_item
from inventory.models import Item, PurchaseOrder, ReorderRule
from inventory.queries import lines_of_purchase_order, suggestions
from inventory.replenishing.buying import Break
from inventory.replenishing.suggesting import DailyDemand, Span, Terms, suggest
from oms.core.actors import Actor, system
from oms.core.db.keys import uuid7
from oms.core.errors import Forbidden, Invalid, NotFound
from oms.core.tenancy import unit_of_work
from tests.dashboard.orders import client_of

STEADY = DailyDemand(units=180, squares=360, days=90)
PAGE = "/m/acme/inventory/suggestions/"


def asked(demand=STEADY, position=0, terms=None, **more):
    terms = terms or Terms(lead_time=10)
    return suggest(demand=demand, position=position, terms=terms, **{"service_percent": 95, "cover_days": 14, **more})


def test_steady_demand_needs_no_safety_stock():
    found = asked(position=20)
    assert (found.demand.mean, found.demand.sigma, found.safety_stock) == (2.0, 0.0, 0)
    assert (found.reorder_point, found.target, found.quantity) == (20, 48, 28)
    assert asked(position=21).quantity == 0
    assert found.days_left == 10.0


def test_uneven_demand_needs_it_by_the_service_level():
    uneven = DailyDemand(units=180, squares=180**2 // 10, days=90)
    found = asked(uneven)
    assert found.safety_stock == pytest.approx(1.6449 * uneven.sigma * sqrt(10), abs=1)
    assert asked(uneven, service_percent=99).safety_stock > found.safety_stock > 0
    assert asked(uneven, service_percent=50).safety_stock == 0


def test_orders_are_packs_and_a_span_by_hand_decides_alone():
    assert asked(position=20, terms=Terms(10, minimum=30, pack_size=12)).quantity == 36
    by_hand = asked(position=5, span=Span(5, 9))
    assert (by_hand.quantity, by_hand.by_hand) == (4, True)
    assert asked(position=6, span=Span(5, 9)).quantity == 0
    assert asked(DailyDemand(0, 0, 90)).quantity == 0


@given(days=st.lists(st.integers(0, 50), min_size=2, max_size=90))
def test_sums_give_the_same_deviation_as_the_days(days):
    demand = DailyDemand(sum(days), sum(each**2 for each in days), len(days))
    assert demand.sigma == pytest.approx(stdev(days), abs=1e-6)


@given(
    units=st.integers(0, 900), position=st.integers(-20, 900), lead_time=st.integers(0, 60),
    pack=st.integers(1, 40), cover=st.integers(1, 60),
)  # fmt: skip
def test_what_is_ordered_reaches_the_target_and_no_pack_more(units, position, lead_time, pack, cover):
    demand = DailyDemand(units, units * 3, 90)
    found = asked(demand, position=position, terms=Terms(lead_time, pack_size=pack), cover_days=cover)
    if found.quantity:
        assert position <= found.reorder_point
        assert found.target <= position + found.quantity < found.target + pack
    else:
        assert position > found.reorder_point or position >= found.target


@pytest.fixture
def sold(tenant, catalog):
    """Two mugs left Leeds on each of nine days; the potters sell them in packs of 6."""
    mug = catalog.id("MUG-BLU")
    with unit_of_work(tenant.id, system("tests")) as opened:
        pottery = create_supplier(code="POT", name="Potteries", currency="EUR", lead_time_days=10)
        set_supplier_item(supplier_id=pottery.id, item_id=mug, prices=[Break(1, Decimal("4.10"))], pack_size=6)
        Item.objects.filter(id=mug).update(created_at=opened.now - timedelta(days=400))
    for back in range(9):
        with unit_of_work(tenant.id, system("tests"), now=opened.now - timedelta(days=back)):
            gone = Commit(uuid7(), mug, catalog.leeds.id, 2, uuid7())
            commit_stock(commits=[gone], cause_kind="parcel")
    return mug


@pytest.mark.django_db
def test_demand_of_the_ledger_makes_a_suggestion(catalog, sold, uow):
    (found,) = suggestions()
    assert (found.item.sku, found.location, found.source.supplier.code) == ("MUG-BLU", catalog.leeds, "POT")
    assert (found.arithmetic.demand, found.arithmetic.position) == (DailyDemand(18, 36, 90), 0)
    assert (found.arithmetic.reorder_point, found.arithmetic.target, found.arithmetic.quantity) == (6, 9, 12)
    adjust_stock(item_id=sold, location_id=catalog.leeds.id, counted=7, reason="count")
    assert suggestions() == []


@pytest.mark.django_db
def test_ordered_it_is_suggested_no_more(catalog, sold, uow):
    (order,) = order_suggested(lines=[Wanted(sold, catalog.leeds.id, 12)])
    assert [(each.quantity, each.unit_cost) for each in lines_of_purchase_order(order.id)] == [(12, Decimal("4.10"))]
    assert len(suggestions()) == 1
    send_purchase_order(purchase_order_id=order.id, mail=False)
    assert suggestions() == []


@pytest.mark.django_db
def test_a_rule_by_hand_needs_no_demand(catalog, uow):
    tea = catalog.id("TEA")
    rule = set_reorder_rule(item_id=tea, location_id=catalog.london.id, minimum=5, maximum=20)
    assert set_reorder_rule(item_id=tea, location_id=catalog.london.id, minimum=5, maximum=25).id == rule.id
    (found,) = suggestions(location_id=catalog.london.id)
    assert (found.arithmetic.quantity, found.buyable) == (20, False)
    with pytest.raises(Invalid, match="some lines need attention") as refused:
        order_suggested(lines=[Wanted(tea, catalog.london.id, 0)])
    assert [each.field for each in refused.value.fields] == ["lines.0.item_id", "lines.0.quantity"]
    lift_reorder_rule(rule_id=rule.id)
    assert suggestions() == []
    with pytest.raises(NotFound):
        lift_reorder_rule(rule_id=rule.id)
    with pytest.raises(Invalid) as refused:
        set_reorder_rule(item_id=uuid7(), location_id=uuid7(), minimum=-1, maximum=0)
    assert len(refused.value.fields) == 4
    assert not PurchaseOrder.objects.exists()


@pytest.mark.django_db
def test_who_works_in_london_sees_and_rules_london(tenant, catalog, sold):
    verbs = frozenset({"purchasing.view", "purchasing.edit"})
    london = Actor("user", "1", "Lena", verbs, locations=frozenset({catalog.london.id}))
    with unit_of_work(tenant.id, london):
        assert suggestions() == []
        with pytest.raises(Forbidden):
            set_reorder_rule(item_id=sold, location_id=catalog.leeds.id, minimum=1, maximum=2)
        with pytest.raises(Invalid):
            order_suggested(lines=[Wanted(sold, catalog.leeds.id, 6)])


@pytest.mark.django_db
def test_any_number_costs_the_same_statements(catalog, sold, uow):
    with CaptureQueriesContext(connection) as one:
        suggestions()
    for item in catalog.items:
        set_reorder_rule(item_id=item.id, location_id=catalog.london.id, minimum=50, maximum=60)
    with CaptureQueriesContext(connection) as many:
        assert len(suggestions()) == 4
    assert len(many) == len(one) <= 11


@pytest.mark.django_db
def test_over_http(api, catalog, sold):
    (found,) = api.get("/api/v1/suggestions").json()["results"]
    assert (found["sku"], found["reorder_point"], found["quantity"], found["by_hand"]) == ("MUG-BLU", 6, 12, False)
    line = {name: found[name] for name in ("item_id", "location_id", "quantity")}
    ordered = api.post("/api/v1/suggestions/order", {"lines": [line]}, format="json")
    assert (ordered.status_code, ordered.json()["results"][0]["state"]) == (201, "draft")
    rule = {"sku": "TEA", "location": "leeds", "minimum": 20, "maximum": 40}
    made = api.put("/api/v1/reorder-rules", rule, format="json")
    assert made.status_code == 200, made.json()
    assert len(api.get("/api/v1/reorder-rules").json()["results"]) == 1
    assert api.delete(f"/api/v1/reorder-rules/{made.json()['id']}").status_code == 204
    bad = api.put("/api/v1/reorder-rules", {**rule, "maximum": 1}, format="json")
    assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "maximum")


@pytest.mark.django_db
def test_on_its_page(browser_client, membership, tenant, catalog, sold):
    rule = {"rule": "1", "sku": "tea", "location": catalog.leeds.id, "minimum": "20", "maximum": "40"}
    assert browser_client.post(PAGE, rule).status_code == 303
    assert browser_client.post(PAGE, {**rule, "maximum": "2"}).status_code == 422
    with CaptureQueriesContext(connection) as queries:
        page = browser_client.get(PAGE).text
    assert len(queries) <= 20
    assert "0.20 a day × 10 days + " in page
    assert "set by hand: at 20 or fewer, up to 40" in page
    assert browser_client.post(PAGE, {}).status_code == 422
    pick = re.search(r'name="(pick_[0-9a-f_]+)"', page)[1]
    ordered = browser_client.post(PAGE, {pick: "on", pick.replace("pick", "units"): "18"})
    assert ordered["location"].endswith("/purchase-orders/1001/")
    assert ">18<" in browser_client.get(ordered["location"]).text
    with unit_of_work(tenant.id, system("tests")):
        stored = ReorderRule.objects.get()
    assert browser_client.post(f"{PAGE}rules/{stored.id}/lift/").status_code == 303
    reader = client_of(membership(role="read_only"))
    assert "Draft purchase orders" not in reader.get(PAGE).text
    assert reader.post(PAGE, rule).status_code == 403
