"""What is counted, from real lives of orders; and that a rebuild comes to the same rows."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.actions.rebuild import rebuild_figures
from analytics.behind import orders_behind
from analytics.figures import Share, Span, figures_of, sales_of, stages_of
from analytics.models import DailyFloor, DailySales, OrderJourney
from fulfillment.actions.short import short_pick
from fulfillment.floor.queries import lines_of_work
from inventory.actions.counts.finishing import finish_count
from oms.core.events import publish
from oms.core.events.delivery import drain
from orders.actions.place import place_orders
from orders.actions.rate import rate_order
from orders.tasks import send_due_refunds
from shipping.events import ShipmentDelivered
from tests.dashboard.orders import inside, place, reads_and_writes
from tests.fulfillment.floor import scan, started
from tests.inventory.counts import counting, entered
from tests.orders.trade import draft, line
from tests.returns.goods import inspect, received, shipped

pytestmark = pytest.mark.django_db
PAGE = "/m/acme/analytics/"


@pytest.fixture
def span(tenant) -> Span:
    """Until tomorrow, so that no zone's midnight matters; the floor's tests place orders in November."""
    return Span(date(2026, 11, 1), timezone.now().date() + timedelta(days=1))


@pytest.fixture
def lived(tenant, catalog) -> None:
    """Three orders left; one came back damaged, one was rated, one was late. A scan was caught, a unit missing."""
    with inside(tenant):
        first, second, third = (shipped(TEA=1) for _order in range(3))
        inspect(received(first, 1, reason="damaged"), 1, "damaged", "scrap")
        rate_order(order_id=second.id, score=4)
        now = timezone.now()
        publish(
            [
                ShipmentDelivered(_shipment(number), "order", order.id, "T", now, now + timedelta(days=promised))
                for number, (order, promised) in enumerate(((second, 1), (third, -2)))
            ]
        )
        work = started(MUG_BLU=2)
        scan(work, "MUG-RED")
        scan(work, "MUG-BLU")
        (row,) = lines_of_work([work.id])[work.id]
        short_pick(fulfillment_order_id=work.id, fulfillment_line_id=row.id, found=1, reason="cannot_find")
    send_due_refunds(tenant_id=tenant.id)
    drain(tenant.id)


def test_figures_say_what_happened(tenant, lived, span):
    with inside(tenant):
        found = figures_of(span)
        assert (found.accuracy.good, found.accuracy.all) == (2, 3)
        assert (found.on_time.good, found.on_time.all) == (1, 2)
        assert (found.returns.good, found.score, found.satisfied.percent) == (1, Decimal("4.0"), "100.0 %")
        assert (found.caught, found.inventory.good, found.inventory.all) == (1, 4, 5)
        assert found.accuracy.few
        assert [each.name for each in stages_of(span)][-1] == "Delivered"
        (wrong,) = orders_behind("accuracy", span)
        assert wrong.returned_units == 1
        assert orders_behind("on_time", span).count() == 1


def test_sales_are_summed_by_day_channel_and_currency(tenant, catalog, span):
    for currency in ("EUR", "EUR", "USD"):
        place(tenant, line("TEA", 2, "10.00"), currency=currency)
    with inside(tenant):
        found = {each.currency: each for each in sales_of(span)}
        assert {code: (each.orders, each.sales) for code, each in found.items()} == {
            "EUR": (2, Decimal("40.00")), "USD": (1, Decimal("20.00")),
        }  # fmt: skip


def test_nothing_measured_is_said_and_not_guessed(tenant, catalog, span):
    with inside(tenant):
        found = figures_of(span)
        assert (found.inventory, found.accuracy.share, found.score) == (None, None, None)


def rows() -> list[list[str]]:
    """Everything that is kept, without the rows' own numbers."""
    return [
        sorted(str({name: value for name, value in row.items() if name != "id"}) for row in model.objects.values())
        for model in (OrderJourney, DailySales, DailyFloor)
    ]


def test_a_rebuild_comes_to_the_same_rows(tenant, lived):
    with inside(tenant):
        before = rows()
        count = rebuild_figures()
        assert rows() == before
        assert count > 20
    call_command("rebuild_analytics", tenant="acme", verbosity=0)
    with inside(tenant):
        assert rows() == before


def test_counts_measure_the_book_by_lines_and_units(browser_client, api, tenant, catalog, span):
    """One of three lines is as in the book; of 32 units that lay there or should have, 2 are missing, 2 too many."""
    with inside(tenant):
        stock_count = counting(catalog)
        entered(stock_count, {catalog.id("MUG-BLU"): 8, catalog.id("TEA"): 12, catalog.id("MUG-RED"): 10})
        finish_count(count_id=stock_count.id)
    drain(tenant.id)
    with inside(tenant):
        found, before = figures_of(span), rows()
        assert (found.count_lines, found.count_units, found.inventory) == (Share(1, 3), Share(28, 32), None)
        rebuild_figures()
        assert rows() == before
    page = browser_client.get(PAGE).text
    assert '<p class="strong" data-figure="count_units">87.5 %</p>' in page
    assert "counts behind it" in page
    figures = api.get("/api/v1/analytics/figures").json()
    assert figures["count_accuracy_lines"] == {"good": 1, "all": 3, "share": "0.3333"}
    assert figures["inventory_accuracy"] is None


def test_what_is_still_owed_is_counted_once_when_it_comes(tenant, catalog):
    with inside(tenant):
        place_orders(drafts=[draft(line("TEA"))])
        assert rebuild_figures() == 0
    drain(tenant.id)
    with inside(tenant):
        assert DailySales.objects.get().orders == 1


def test_a_batch_costs_few_statements(tenant, catalog):
    with inside(tenant):
        place_orders(drafts=[draft(line("TEA")) for _order in range(40)])
    with CaptureQueriesContext(connection) as captured:
        drain(tenant.id)
    ours = [sql for sql in reads_and_writes(captured) if "analytics_" in sql]
    # Two tables, and a batch of each of the sixteen shards for each round of facts that this causes.
    assert len(ours) <= 2 * 16 * 3


def test_the_page_says_it_and_costs_few_statements(browser_client, tenant, lived):
    browser_client.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        page = browser_client.get(PAGE)
    assert len(reads_and_writes(captured)) <= 14
    for words in ("66.7 %", "Caught before leaving", "too few to say much", "<svg", "Show as table"):
        assert words in page.text
    assert "style=" not in page.text
    assert "#10" in browser_client.get(f"{PAGE}orders/?figure=accuracy").text
    assert browser_client.get(f"{PAGE}orders/?figure=nonsense&days=x&from=never").status_code == 200
    content = b"".join(browser_client.get(f"{PAGE}sales.csv").streaming_content).decode()
    assert content.startswith("\ufeffday,channel,currency,orders,sales,refunds")


def test_an_empty_page_teaches_and_says_what_is_not_measured(browser_client, tenant):
    page = browser_client.get(PAGE).text
    assert "Nothing to count in these days" in page
    assert "not measured yet" in page


def test_the_figures_over_http(api, api_of, tenant, lived):
    found = api.get("/api/v1/analytics/figures").json()
    assert (found["order_accuracy"]["share"], found["caught_before_leaving"]) == ("0.6667", 1)
    assert api.get("/api/v1/analytics/sales").json()["results"]
    wrong = api.get("/api/v1/analytics/figures", {"since": "2026-12-01", "until": "2026-01-01"})
    assert wrong.json()["errors"][0]["field"] == "since"
    assert api_of(tenant, scopes=["orders.view"]).get("/api/v1/analytics/sales").status_code == 403


def _shipment(number: int) -> UUID:
    return UUID(int=number + 1)
