"""Allocation on real rows: reservations move, everything that was decided is written down, once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fulfillment.actions.allocate import BATCH, allocate_order, allocate_orders
from fulfillment.models import Backorder, Decision
from fulfillment.queries import backorders_of, why_here
from inventory.models import Location
from oms.core.db.keys import uuid7
from oms.core.models import AuditEntry, Fact
from orders.models import Order, OrderLine
from tests.fulfillment.trade import CROYDON, held, place, put_on_the_map

pytestmark = pytest.mark.usefixtures("uow", "catalog")


def facts_of(order_id) -> list[str]:
    return list(
        Fact.objects.filter(aggregate_id=order_id, name__in=["order.allocated", "order.backordered"])
        .order_by("sequence")
        .values_list("name", flat=True)
    )


def test_the_reservation_moves_to_the_nearest_location_that_has_everything():
    put_on_the_map()
    (order_id,) = place({"MUG-BLU": 2, "TEA": 1}, ship_to=CROYDON)
    assert held(order_id) == {"Leeds": 3}

    decision = allocate_order(order_id=order_id, trigger="cleared")

    assert held(order_id) == {"London": 3}
    assert decision.sentence == "London has all 3 units and is nearest (17 km). Leeds also had all, 286 km away."
    order = Order.objects.get(id=order_id)
    assert (order.fulfillment_state, order.locations) == ("allocated", ["LONDON"])
    assert order.next_step == "London to pick 3 units"
    assert facts_of(order_id) == ["order.allocated"]
    entry = AuditEntry.objects.get(subject_id=order_id, verb="orders.allocate")
    assert entry.sentence == decision.sentence
    assert entry.after == {"fulfillment_state": "allocated", "locations": ["LONDON"]}


def test_why_here_names_every_candidate_with_its_verdict():
    put_on_the_map()
    Location.objects.create(code="LAB", name="Lab", priority=3, ships=False, address={"country": "GB"})
    (order_id,) = place({"MUG-BLU": 2})
    allocate_order(order_id=order_id, trigger="cleared")
    why = why_here(order_id)
    assert (why.trigger, why.strategy) == (
        "when the order was cleared", "Has everything, then nearest, then priority",
    )  # fmt: skip
    rows = [(row["name"], row["covers"], row["distance"], row["verdict"]) for row in why.candidates]
    assert rows == [
        ("Leeds", "2 of 2", "80 km", "Chosen: sends 2"),
        ("London", "2 of 2", "247 km", "Had as many, but is farther away"),
        ("Lab", "0 of 2", "in the same country", "Does not ship orders"),
    ]


def test_doing_it_twice_changes_nothing():
    ids = place({"MUG-BLU": 2}, {"MUG-BLU": 30}, {"TEA": 100})
    assert len(allocate_orders(order_ids=ids, trigger="cleared")) == 3
    before = [held(each) for each in ids], list(Order.objects.filter(id__in=ids).order_by("id").values())
    counts = Decision.objects.count(), AuditEntry.objects.count(), Fact.objects.count()

    assert allocate_orders(order_ids=ids, trigger="asked") == []

    assert ([held(each) for each in ids], list(Order.objects.filter(id__in=ids).order_by("id").values())) == before
    assert (Decision.objects.count(), AuditEntry.objects.count(), Fact.objects.count()) == counts


def test_what_nobody_has_waits():
    (order_id,) = place({"MUG-BLU": 18, "TEA": 1})
    allocate_order(order_id=order_id, trigger="cleared")
    line = OrderLine.objects.get(order_id=order_id, sku="MUG-BLU")
    assert held(order_id) == {"Leeds": 11, "London": 5}
    assert backorders_of(order_id) == {line.id: 3}
    order = Order.objects.get(id=order_id)
    assert order.fulfillment_state == "part_allocated"
    assert order.locations == ["LEEDS", "LONDON"]
    assert order.next_step == "Leeds to pick 11 units and London to pick 5 units; 3 × MUG-BLU wait for stock"
    assert facts_of(order_id) == ["order.allocated", "order.backordered"]


def test_nothing_in_stock_at_all():
    place({"TEA": 15})
    (order_id,) = place({"TEA": 2}, minute=5)
    decision = allocate_order(order_id=order_id, trigger="cleared")
    assert decision.sentence == "No location has any of the 2 units. 2 units wait for stock: 2 × TEA."
    order = Order.objects.get(id=order_id)
    assert (order.fulfillment_state, order.locations, order.ship_by) == ("backordered", [], None)
    assert order.next_step == "Waiting for stock: 2 × TEA"
    assert facts_of(order_id) == ["order.backordered"]


@pytest.mark.parametrize(
    "change",
    [{"state": "draft"}, {"state": "checking"}, {"state": "cancelled"}, {"state": "closed"}, {"open_holds": 1}],
    ids=lambda change: " ".join(map(str, next(iter(change.items())))),
)
def test_orders_that_may_not_go_on_are_left_alone(change):
    (order_id,) = place({"MUG-BLU": 2})
    Order.objects.filter(id=order_id).update(**change)
    assert allocate_orders(order_ids=[order_id], trigger="cleared") == []
    assert not Decision.objects.exists()
    assert held(order_id) == {"Leeds": 2}


def test_an_order_the_floor_has_begun_on_is_left_alone():
    (order_id,) = place({"MUG-BLU": 2, "TEA": 1})
    OrderLine.objects.filter(order_id=order_id, sku="TEA").update(in_work=1)
    assert allocate_orders(order_ids=[order_id], trigger="cleared") == []


def test_an_order_without_goods_has_nothing_to_ship():
    (order_id,) = place({"MUG-BLU": 2})
    OrderLine.objects.filter(order_id=order_id).update(kind="voucher")
    assert allocate_orders(order_ids=[order_id], trigger="cleared") == []
    assert Order.objects.get(id=order_id).next_step == "Nothing to ship"


def test_a_line_that_names_no_item_keeps_its_order_part_allocated():
    (order_id,) = place({"MUG-BLU": 2})
    OrderLine.objects.create(order_id=order_id, position=2, sku="MYSTERY", quantity=1)
    allocate_order(order_id=order_id, trigger="cleared")
    order = Order.objects.get(id=order_id)
    assert order.fulfillment_state == "part_allocated"
    assert order.next_step == "Leeds to pick 2 units; MYSTERY to be matched to an item"


def test_ship_by_is_the_next_cut_off_and_is_not_put_off_by_deciding_again(uow):
    Location.objects.filter(code="LEEDS").update(cutoff="16:00", timezone="Europe/London")
    (order_id,) = place({"MUG-BLU": 2})
    allocate_order(order_id=order_id, trigger="cleared")
    due = Order.objects.get(id=order_id).ship_by
    assert due > uow.now
    assert (due.hour, due.minute) in {(15, 0), (16, 0)}
    Location.objects.filter(code="LEEDS").update(cutoff="15:59")
    OrderLine.objects.filter(order_id=order_id).update(quantity=3)
    assert allocate_order(order_id=order_id, trigger="asked").placements[0]["quantity"] == 3
    assert Order.objects.get(id=order_id).ship_by == due


def test_a_hundred_orders_take_as_many_statements_as_one():
    # The last ones find the shelves empty, so every kind of row is written.
    one, *hundred = place(*[{"MUG-BLU": 1, "TEA": 1}] * 101)
    place({"MUG-RED": 14}, minute=500)
    (short,) = place({"MUG-RED": 1, "MUG-BLU": 1}, minute=501)
    with CaptureQueriesContext(connection) as alone:
        allocate_orders(order_ids=[short], trigger="cleared")
    with CaptureQueriesContext(connection) as together:
        assert len(allocate_orders(order_ids=[one, *hundred], trigger="cleared")) == 101
    assert len(together) == len(alone)
    assert len(alone) <= 20
    assert Backorder.objects.filter(waiting__gt=0).count() > 100


def test_more_than_a_batch_is_refused_before_anything_is_locked():
    with pytest.raises(ValueError, match="at most 500"):
        allocate_orders(order_ids=[uuid7() for _ in range(BATCH + 1)], trigger="cleared")


def test_unknown_orders_are_no_error():
    assert allocate_orders(order_ids=[uuid7()], trigger="cleared") == []
    assert allocate_orders(order_ids=[], trigger="cleared") == []
