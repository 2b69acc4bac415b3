"""Orders that wait: served when stock comes, in the order they were placed, and let off when cancelled."""

import pytest

from fulfillment.actions import retry
from fulfillment.actions.allocate import allocate_order, allocate_orders
from fulfillment.actions.drop import drop_cancelled
from fulfillment.actions.retry import retry_backorders
from fulfillment.models import Backorder, Decision
from fulfillment.queries import backorders, backorders_of, count_waiting_lines
from inventory.actions.adjust import adjust_stock
from inventory.actions.locations import update_location
from inventory.proof import prove_stock
from oms.core.models import Fact
from orders.actions.cancel import cancel_order
from orders.models import Order, OrderLine
from tests.fulfillment.trade import held, place, receive

pytestmark = pytest.mark.usefixtures("uow")


@pytest.fixture
def queue(catalog) -> list:
    """Three orders of two that wait for tea, the oldest first; all there was is gone."""
    place({"TEA": 15})
    ids = place({"TEA": 2}, {"TEA": 2}, {"TEA": 2}, minute=10)
    allocate_orders(order_ids=reversed(ids), trigger="cleared")
    assert [sum(backorders_of(each).values()) for each in ids] == [2, 2, 2]
    return ids


def states(ids) -> list[str]:
    found = dict(Order.objects.filter(id__in=ids).values_list("id", "fulfillment_state"))
    return [found[each] for each in ids]


def test_stock_that_arrives_goes_to_who_was_first(catalog, queue):
    receive(catalog.id("TEA"), catalog.london.id, 3)
    decisions = retry_backorders(item_ids=[catalog.id("TEA")])
    assert [held(each) for each in queue] == [{"London": 2}, {"London": 1}, {}]
    assert states(queue) == ["allocated", "part_allocated", "backordered"]
    assert [sum(backorders_of(each).values()) for each in queue] == [0, 1, 2]
    assert {each.trigger for each in decisions} == {"stock_rose"}
    assert not prove_stock().breaks


def test_retrying_without_stock_decides_nothing(catalog, queue):
    count = Decision.objects.count()
    assert retry_backorders(item_ids=[catalog.id("TEA")]) == []
    assert retry_backorders(item_ids=[]) == []
    assert Decision.objects.count() == count


def test_an_order_on_hold_does_not_take_part(catalog, queue):
    Order.objects.filter(id=queue[0]).update(open_holds=1)
    receive(catalog.id("TEA"), catalog.london.id, 2)
    retry_backorders(item_ids=[catalog.id("TEA")])
    assert [held(each) for each in queue] == [{}, {"London": 2}, {}]


def test_more_than_a_batch_is_served_batch_by_batch(catalog, queue, drain, monkeypatch):
    monkeypatch.setattr(retry, "BATCH", 1)
    drain()
    receive(catalog.id("TEA"), catalog.london.id, 5)
    drain()
    assert [held(each) for each in queue] == [{"London": 2}, {"London": 2}, {"London": 1}]
    rounds = Fact.objects.filter(name="backorders.more_waiting").count()
    assert rounds == 3


def test_how_long_a_line_has_waited_survives_a_part_delivery(catalog, queue):
    since = Backorder.objects.get(order_id=queue[0]).since
    receive(catalog.id("TEA"), catalog.london.id, 1)
    retry_backorders(item_ids=[catalog.id("TEA")])
    row = Backorder.objects.get(order_id=queue[0])
    assert (row.waiting, row.since) == (1, since)


def test_the_list_of_what_waits_is_in_the_order_it_will_be_served(queue):
    assert [each.order_id for each in backorders().order_by("placed_at", "id")] == queue
    assert count_waiting_lines() == 3


def test_a_cancelled_order_waits_no_longer(catalog, queue, drain):
    cancel_order(order_id=queue[0], reason="Changed my mind")
    drain()
    assert backorders_of(queue[0]) == {}
    assert Order.objects.get(id=queue[0]).fulfillment_state == "not_allocated"
    receive(catalog.id("TEA"), catalog.london.id, 2)
    drain()
    assert [held(each) for each in queue] == [{}, {"London": 2}, {}]


def test_a_line_cancelled_in_part_waits_for_the_rest(queue, drain):
    line = OrderLine.objects.get(order_id=queue[0])
    cancel_order(order_id=queue[0], reason="One is enough", lines={line.id: 1})
    drain()
    assert backorders_of(queue[0]) == {line.id: 1}
    assert Order.objects.get(id=queue[0]).next_step == "Waiting for stock: 1 × TEA"


def test_units_cancelled_on_hold_stop_waiting_though_nothing_is_allocated(queue):
    Order.objects.filter(id=queue[0]).update(open_holds=1)
    OrderLine.objects.filter(order_id=queue[0]).update(cancelled=1)
    count = Decision.objects.count()
    drop_cancelled(order_ids=[queue[0]])
    assert list(backorders_of(queue[0]).values()) == [1]
    assert Decision.objects.count() == count


def test_the_units_a_cancelled_order_gives_back_go_to_who_waits(catalog, queue, drain):
    (rich,) = Order.objects.exclude(id__in=queue)
    cancel_order(order_id=rich.id, reason="Too much tea")
    drain()
    assert states(queue) == ["allocated"] * 3
    assert not prove_stock().breaks


def test_an_order_that_lost_its_reservation_finds_another_place(catalog, drain):
    (order_id,) = place({"MUG-RED": 4})
    allocate_order(order_id=order_id, trigger="cleared")
    assert held(order_id) == {"Leeds": 4}
    adjust_stock(item_id=catalog.id("MUG-RED"), location_id=catalog.leeds.id, counted=1, reason="count")
    drain()
    assert held(order_id) == {"London": 4}
    newest = Decision.objects.filter(order_id=order_id).order_by("-id").first()
    assert newest.trigger == "reservation_lost"
    assert newest.sentence == "London (in the same country) has all 4 units; no other location does."
    assert not prove_stock().breaks


def test_a_location_that_ships_again_serves_those_who_wait(catalog, queue, drain):
    update_location(location_id=catalog.london.id, changes={"ships": False})
    receive(catalog.id("TEA"), catalog.london.id, 2)
    drain()
    assert states(queue) == ["backordered"] * 3
    update_location(location_id=catalog.london.id, changes={"ships": True})
    drain()
    assert [held(each) for each in queue] == [{"London": 2}, {}, {}]
