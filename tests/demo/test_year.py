"""A year of trade, made small: everything a shop sees is in it, and the books add up."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from fulfillment.models import Backorder, FulfillmentOrder, Parcel, ShortPick
from inventory.models import AssemblyOrder, Item, PurchaseOrder, StockCount, Transfer
from inventory.proof import prove_stock
from inventory.queries import suggestions
from oms.core.actors import system
from oms.core.jobs import cancel_job
from oms.core.jobs.running import run_chunk
from oms.core.models import Delivery, Job, Tenant
from oms.core.tenancy import unit_of_work
from oms.demo.journeys import FATES, Trip, fate_of, legs_of
from oms.demo.merchant import begin_demo, finish, make_demo
from oms.demo.seasons import Year
from oms.notifications.models import CustomerMessage
from orders.models import Hold, Order, OrderLine, OrderRating, Refund
from returns.models import Return
from shipping.models import Shipment

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def look():
    """A unit of work of the demo merchant."""

    def opened():
        return unit_of_work(Tenant.objects.get().id, system("tests"))

    return opened


def test_everything_a_shop_sees_is_there_and_the_books_add_up(look):
    demo = make_demo(password="a long password", orders=260, days=40, now=NOW)
    with look():
        assert Order.objects.exclude(source="exchange").count() == 260
        assert prove_stock().holds
        assert not Delivery.objects.exists()
        states = set(Order.objects.values_list("fulfillment_state", flat=True))
        assert {"delivered", "shipped", "allocated", "picking", "packed"} <= states
        assert {"released", "picking", "picked", "packed", "dispatched"} <= set(
            FulfillmentOrder.objects.values_list("state", flat=True)
        )
        assert {"requested", "approved", "in_transit", "received", "closed"} <= set(
            Return.objects.values_list("state", flat=True)
        )
        assert {"delivered", "exception", "labelled"} <= set(Shipment.objects.values_list("state", flat=True))
        assert Order.objects.filter(source="exchange").exists()
        assert Hold.objects.filter(lifted_at=None).exists()
        assert Hold.objects.exclude(lifted_at=None).exists()
        counted = StockCount.objects.filter(state="finished")
        for something in (Backorder, OrderRating, ShortPick, Refund.objects.filter(state="refunded"), counted):
            assert getattr(something, "objects", something).exists()
        assert FulfillmentOrder.objects.filter(cancel_requested_at__isnull=False).exists()
        assert Item.objects.filter(final_sale=True).count() == 1
        assert set(PurchaseOrder.objects.values_list("state", flat=True)) == {"draft", "sent", "part_received"}
        assert set(Transfer.objects.values_list("state", flat=True)) == {"sent", "part_received"}
        assert any(each.buyable for each in suggestions())
        assert Item.objects.filter(kind="kit").exists()
        assert AssemblyOrder.objects.filter(state="planned", done__gt=0).exists()
        assert Parcel.objects.filter(dispatched_at=None).exists()
        assert _split_orders()
        assert _counters_hold()
        assert set(demo.links) == {"delivered", "under way"}
        assert not CustomerMessage.objects.filter(created_at__lt=NOW - timedelta(days=3)).exists()


def test_the_same_seed_is_the_same_trade(look):
    def told() -> list:
        make_demo(password="a long password", orders=60, days=12, now=NOW)
        with look():
            rows = Order.objects.order_by("number").values_list(
                "number", "placed_at", "email", "total", "state", "fulfillment_state", "payment_state", "return_state"
            )
            return list(rows)

    with transaction.atomic():
        first = told()
        transaction.set_rollback(True)
    assert told() == first


def test_it_can_be_cancelled_and_goes_on_where_it_stopped(look):
    demo = begin_demo(password="a long password", orders=40, days=10, now=NOW)
    tenant = Tenant.objects.get()
    for _ in range(4):
        run_chunk(tenant.id, demo.job)
    with look():
        job = Job.objects.get()
        assert (job.cursor, job.done, job.total) == ({"day": 4}, Order.objects.count(), 40)
    assert finish(tenant.id, demo.job).state == "done"
    with look():
        assert Order.objects.exclude(source="exchange").count() == 40
        job.state = Job.QUEUED
        job.save()
        cancel_job(job_id=job.id)
    assert finish(tenant.id, demo.job).state == "cancelled"


@pytest.mark.parametrize("orders", [0, 1, 7, 365, 20_000])
def test_a_year_places_every_order_once(orders):
    numbers = [number for _day, numbers in Year(date(2026, 11, 20), orders) for number in numbers]
    assert numbers == list(range(1, orders + 1))


def test_a_journey_is_the_same_each_time_and_in_order():
    trips = [Trip(NOW, NOW + timedelta(days=2, hours=4), f"1:F{number}/1") for number in range(2_000)]
    assert [legs_of(trip) for trip in trips[:50]] == [legs_of(trip) for trip in trips[:50]]
    fates = Counter(map(fate_of, trips))
    assert set(fates) == set(FATES)
    assert fates["on_time"] > 1_700
    for trip in trips:
        times = [leg.at for leg in legs_of(trip)]
        assert times == sorted(times)
        assert times[0] > trip.left_at


def _split_orders() -> bool:
    per_order = Counter(FulfillmentOrder.objects.exclude(state="stopped").values_list("order_id", flat=True))
    return any(count > 1 for count in per_order.values())


def _counters_hold() -> bool:
    lines = OrderLine.objects.filter(kind="goods")
    return all(
        0 <= line.returned <= line.shipped and line.in_work >= 0 and line.shipped + line.cancelled <= line.quantity
        for line in lines
    )
