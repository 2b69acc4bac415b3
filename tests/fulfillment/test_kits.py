"""Kits through the warehouse: allocated whole, moved whole, picked, packed and sent as their components."""

import pytest

from fulfillment.actions.allocate import allocate_order, allocate_orders
from fulfillment.actions.move import LocationLacksStock, move_order
from fulfillment.actions.pack import ParcelDraft, pack
from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from fulfillment.actions.retry import retry_backorders
from fulfillment.floor.views import views_of
from fulfillment.models import Backorder, FulfillmentOrder
from inventory.actions.adjust import adjust_stock
from inventory.models import Reservation
from orders.actions.cancel import cancel_order
from orders.models import Order, OrderLine
from tests.fulfillment.floor import counters, fresh, scan, weight
from tests.fulfillment.trade import place, receive
from tests.inventory.kits import gift_box
from tests.inventory.stock import assert_book_adds_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(uow, catalog):
    """A blue mug and two teas: 5 in Leeds, 2 in London."""
    return gift_box(catalog)


def where(order_id) -> dict[str, dict[str, int]]:
    """Location → SKU → units held."""
    lines = OrderLine.objects.filter(order_id=order_id).values_list("id", flat=True)
    rows = Reservation.objects.filter(demand_id__in=list(lines), open__gt=0)
    found: dict[str, dict[str, int]] = {}
    for code, sku, units in rows.values_list("location__code", "item__sku", "open"):
        found.setdefault(code, {})[sku] = units
    return found


def waiting() -> dict[str, int]:
    return dict(Backorder.objects.filter(waiting__gt=0).values_list("line__sku", "waiting"))


def test_kits_are_spread_over_locations_as_wholes_and_the_rest_waits_as_wholes(box, catalog):
    (order_id,) = place({"BOX": 9})
    allocate_order(order_id=order_id, trigger="cleared")
    assert where(order_id) == {"LEEDS": {"MUG-BLU": 5, "TEA": 10}, "LONDON": {"MUG-BLU": 2, "TEA": 4}}
    assert waiting() == {"MUG-BLU": 2, "TEA": 4}
    # One tea more makes no kit in London, where one is left; three in Leeds make one there.
    receive(catalog.id("TEA"), catalog.leeds.id, 3)
    retry_backorders(item_ids=[catalog.id("TEA")])
    assert where(order_id)["LEEDS"] == {"MUG-BLU": 6, "TEA": 12}
    receive(catalog.id("TEA"), catalog.london.id, 1)
    retry_backorders(item_ids=[catalog.id("TEA")])
    assert waiting() == {}
    assert where(order_id) == {"LEEDS": {"MUG-BLU": 6, "TEA": 12}, "LONDON": {"MUG-BLU": 3, "TEA": 6}}
    assert_book_adds_up()


def test_a_kit_moves_as_a_whole_or_stays(box, catalog):
    (order_id,) = place({"BOX": 2})
    allocate_order(order_id=order_id, trigger="cleared")
    assert where(order_id) == {"LEEDS": {"MUG-BLU": 2, "TEA": 4}}
    move_order(order_id=order_id, location_id=catalog.london.id, reason="nearer")
    assert where(order_id) == {"LONDON": {"MUG-BLU": 2, "TEA": 4}}
    move_order(order_id=order_id, location_id=catalog.leeds.id, reason="back")
    adjust_stock(item_id=catalog.id("TEA"), location_id=catalog.london.id, counted=3, reason="count")
    with pytest.raises(LocationLacksStock):
        move_order(order_id=order_id, location_id=catalog.london.id, reason="nearer")
    assert where(order_id) == {"LEEDS": {"MUG-BLU": 2, "TEA": 4}}


def test_in_parts_each_component_comes_from_where_it_is(uow, catalog):
    gift_box(catalog, ships_in_parts=True)
    adjust_stock(item_id=catalog.id("TEA"), location_id=catalog.leeds.id, counted=0, reason="count")
    adjust_stock(item_id=catalog.id("MUG-BLU"), location_id=catalog.london.id, counted=0, reason="count")
    (order_id,) = place({"BOX": 2})
    allocate_order(order_id=order_id, trigger="cleared")
    assert where(order_id) == {"LEEDS": {"MUG-BLU": 2}, "LONDON": {"TEA": 4}}


def test_orders_of_kits_cost_as_many_statements_as_one(box, django_assert_max_num_queries):
    ids = place(*[{"BOX": 1} for _ in range(20)])
    with django_assert_max_num_queries(30):
        allocate_orders(order_ids=ids, trigger="cleared")
    assert Backorder.objects.filter(waiting__gt=0).count() == 2 * (20 - 7)


def test_a_kit_is_picked_packed_and_canceled_by_its_components(box, catalog):
    (order_id,) = place({"BOX": 2})
    allocate_order(order_id=order_id, trigger="cleared")
    cancel_order(order_id=order_id, reason="no", lines={OrderLine.objects.get(order=order_id, kind="kit").id: 1})
    (work_id,) = release_orders(order_ids=[order_id])[order_id]
    work = start_picking(fulfillment_order_id=work_id)
    assert work.units == 3
    assert [stop.name for stop in views_of([work])[0].picks] == [
        "Stoneware mug, blue (Box kit)", "Loose leaf tea (Box kit)",
    ]  # fmt: skip
    for _ in range(2):  # once into the tote, once into the box
        for sku in ("MUG-BLU", "TEA", "TEA"):
            assert scan(work, sku).verdict in ("right", "line_done")
        work = fresh(work)
    pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(weight(work))])
    assert counters(order_id) == {"BOX": (1, 0, 0), "MUG-BLU": (1, 1, 0), "TEA": (2, 2, 0)}
    assert FulfillmentOrder.objects.get(id=work.id).state == "packed"
    assert Order.objects.get(id=order_id).fulfillment_state == "packed"
    assert_book_adds_up()
