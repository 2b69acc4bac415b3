"""Cancellations, refunds and returns of a channel, before and after the goods have left: stock and money add up."""

from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.correcting import LineLeft, lines_of_skus, shares_of
from channels.models import ChannelMessage
from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.dispatch import dispatch_parcel
from fulfillment.actions.pack import ParcelDraft, pack
from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from fulfillment.actions.stopping import answer_cancel
from fulfillment.models import FulfillmentOrder
from inventory.models import Balance
from oms.core.errors import Invalid
from oms.core.tenancy import unit_of_work
from orders.models import Order, Refund
from orders.queries.money import money_of
from orders.tasks import send_due_refunds
from returns.models import Return
from tests.channels.hooks import PROCESS, connected, counters, order, orders
from tests.fulfillment.floor import lines, parcels, scan, weight
from tests.inventory.stock import assert_book_adds_up

MUGS = {"sku": "MUG-BLU", "quantity": 4, "unit_price": "12.50"}
ALL = {"external_id": "WEB-1"}
ONE = {"external_id": "WEB-1", "lines": [{"sku": "mug-blu", "quantity": 1}]}


@pytest.fixture
def shop(tenant, catalog):
    return connected(tenant, catalog.channel)


@pytest.fixture
def sold(shop, tenant):
    """Place an order of the shop, paid unless told otherwise: four mugs and 5.00 of postage."""

    def place(**fields) -> Order:
        lines = fields.pop("lines", [MUGS])
        shop.say("order.placed", order(*lines, **{"payment_state": "paid", "shipping": "5.00", **fields}))
        with unit_of_work(tenant.id, PROCESS):
            Order.objects.update(state="open")
        return orders(tenant)[-1]

    return place


@pytest.fixture
def floor(tenant):
    """Release an order's work; ``begin`` picks it, ``send`` hands what of it is at this location over."""

    def release(sold: Order) -> dict[str, FulfillmentOrder]:
        with unit_of_work(tenant.id, PROCESS):
            allocate_orders(order_ids=[sold.id], trigger="cleared")
            ids = release_orders(order_ids=[sold.id])[sold.id]
            works = FulfillmentOrder.objects.select_related("location").filter(id__in=ids)
            return {work.location.code: work for work in works}

    return release


def begin(tenant, work: FulfillmentOrder) -> None:
    with unit_of_work(tenant.id, PROCESS):
        start_picking(fulfillment_order_id=work.id)


def send(tenant, work: FulfillmentOrder) -> None:
    begin(tenant, work)
    with unit_of_work(tenant.id, PROCESS):
        for _picking_then_packing in range(2):
            for sku, line in lines(work).items():
                for _ in range(line.quantity):
                    scan(work, sku)
        pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(weight(work))])
        for parcel in parcels(work):
            dispatch_parcel(parcel_id=parcel.id, without_label=True)


def on_hand(tenant) -> int:
    """Blue mugs in all, and the book adds up."""
    with unit_of_work(tenant.id, PROCESS):
        assert_book_adds_up()
        return sum(Balance.objects.filter(item__sku="MUG-BLU").values_list("on_hand", flat=True))


def paid_back(tenant) -> list[tuple[Decimal, str]]:
    send_due_refunds(tenant_id=tenant.id)
    with unit_of_work(tenant.id, PROCESS):
        return list(Refund.objects.order_by("created_at", "number").values_list("amount", "state"))


def test_a_cancel_where_nothing_has_left_gives_all_of_it_back(shop, sold, tenant):
    number = sold().number
    done = shop.say("order.cancelled", {**ALL, "reason": "Changed my mind"})
    assert (done.state, done.outcome) == ("done", f"Order #{number} canceled. 55.00 EUR go back.")
    assert (paid_back(tenant), counters(tenant)) == (
        [(Decimal("55.00"), "refunded")], [("MUG-BLU", 4, 4, 0, 0)],
    )  # fmt: skip
    assert orders(tenant)[0].payment_state == "refunded"
    again = shop.say("order.cancelled", ALL)
    assert (again.state, again.outcome) == ("skipped", f"Nothing of order #{number} is left to take back.")


def test_some_units_give_their_own_money_back(shop, sold, tenant):
    number = sold().number
    done = shop.say("order.cancelled", ONE)
    assert done.outcome == f"1 unit of order #{number} canceled. 12.50 EUR go back."
    assert counters(tenant) == [("MUG-BLU", 4, 1, 0, 0)]


def test_of_what_was_never_paid_nothing_goes_back(shop, sold, floor, tenant):
    placed = sold(payment_state="unpaid")
    assert shop.say("order.cancelled", ONE).outcome == f"1 unit of order #{placed.number} canceled."
    send(tenant, floor(placed)["LEEDS"])
    refused = shop.say("order.refunded", ONE)
    assert (refused.state, refused.error) == (
        "failed", "No payment is written down for this order, so nothing can go back.",
    )  # fmt: skip
    assert paid_back(tenant) == []


def test_a_cancel_after_all_has_left_asks_for_the_goods(shop, sold, floor, tenant):
    send(tenant, floor(sold())["LEEDS"])
    done = shop.say("order.cancelled", {**ALL, "reason": "Too late"})
    with unit_of_work(tenant.id, PROCESS):
        asked = Return.objects.get()
    assert (asked.state, asked.asked_by, asked.units, asked.note) == ("requested", "channel", 4, "Too late")
    assert done.outcome == f"4 units had left before: return R{asked.number} is to be approved."
    assert (paid_back(tenant), on_hand(tenant)) == ([], 11)
    assert shop.say("order.cancelled", ALL).state == "skipped", "they are asked for already"


def test_a_refund_leaves_the_goods_with_the_customer_unless_they_are_back(shop, sold, floor, tenant):
    placed = sold()
    send(tenant, floor(placed)["LEEDS"])
    assert shop.say("order.refunded", ONE).outcome == "12.50 EUR go back."
    assert (counters(tenant), on_hand(tenant)) == ([("MUG-BLU", 4, 0, 4, 0)], 11)
    back = shop.say("order.refunded", {**ONE, "restock": True, "reason": "Came back by mail"})
    assert back.outcome == f"Return R1001: 1 unit of order #{placed.number} came back. 12.50 EUR go back."
    assert (counters(tenant), on_hand(tenant)) == ([("MUG-BLU", 4, 0, 4, 1)], 12)


def test_a_return_brings_all_of_it_back_once(shop, sold, floor, tenant):
    placed = sold()
    send(tenant, floor(placed)["LEEDS"])
    done = shop.say("return.booked", {**ALL, "reason": "Did not fit"})
    assert done.outcome == f"Return R1001: 4 units of order #{placed.number} came back. 55.00 EUR go back."
    assert (paid_back(tenant), on_hand(tenant)) == ([(Decimal("55.00"), "refunded")], 15)
    assert shop.say("return.booked", ALL).state == "skipped"
    more = shop.say("return.booked", ONE)
    assert "Of MUG-BLU 0 units are left, not 1. Was it taken back before?" in more.error
    assert on_hand(tenant) == 15


def test_goods_that_cannot_be_sold_again_are_kept_apart(shop, sold, floor, tenant):
    send(tenant, floor(sold())["LEEDS"])
    shop.say("return.booked", {**ONE, "restock": False})
    with unit_of_work(tenant.id, PROCESS):
        states = dict(Balance.objects.filter(item__sku="MUG-BLU", on_hand__gt=0, location__code="LEEDS")
                      .values_list("state", "on_hand"))  # fmt: skip
    assert states == {"sellable": 6, "damaged": 1}


def test_part_has_left_and_the_rest_is_canceled(shop, sold, floor, tenant):
    """Ten in Leeds have left, two in London are released and not begun."""
    placed = sold(lines=[{**MUGS, "quantity": 12}])
    work = floor(placed)
    send(tenant, work["LEEDS"])
    done = shop.say("order.refunded", {**ALL, "restock": True})
    assert done.outcome == (
        f"2 units of order #{placed.number} canceled. 25.00 EUR go back. "
        f"Return R1001: 10 units of order #{placed.number} came back. 130.00 EUR go back."
    )
    assert counters(tenant) == [("MUG-BLU", 12, 2, 10, 10)]
    assert (sum(amount for amount, _ in paid_back(tenant)), on_hand(tenant)) == (Decimal("155.00"), 15)
    with unit_of_work(tenant.id, PROCESS):
        money = money_of(placed.id)
    assert (money.left, money.owed_to_customer, money.owed_by_customer) == (0, 0, 0)


def test_once_the_floor_has_begun_it_is_asked_and_single_units_are_refused(shop, sold, floor, tenant, drain):
    placed = sold()
    work = floor(placed)["LEEDS"]
    begin(tenant, work)
    refused = shop.say("order.cancelled", ONE)
    assert (refused.state, "being picked" in refused.error) == ("failed", True)
    asked = shop.say("order.cancelled", ALL)
    assert asked.outcome == (f"Order #{placed.number}: the floor was asked to stop; it is canceled when they answer.")
    assert orders(tenant)[0].state == "cancel_requested"
    with unit_of_work(tenant.id, PROCESS):
        answer_cancel(fulfillment_order_id=work.id, accept=True)
    drain()
    assert (orders(tenant)[0].state, paid_back(tenant)) == ("cancelled", [(Decimal("55.00"), "refunded")])


def test_the_timeline_names_the_channel(shop, sold, tenant, browser_client):
    number = sold().number
    shop.say("order.cancelled", {**ALL, "reason": "Changed my mind"})
    page = browser_client.get(f"/m/acme/orders/{number}/").text
    assert "Order canceled: Changed my mind" in page
    assert "Web shop" in page
    with unit_of_work(tenant.id, PROCESS):
        assert {each.order_id for each in ChannelMessage.objects.all()} == {orders(tenant)[0].id}


LEFT = st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=4)


@given(LEFT, st.dictionaries(st.sampled_from("ABC"), st.integers(1, 9), min_size=1), st.booleans())
def test_units_are_shared_out_once_and_never_more_than_are_left(rows, wanted, gone_first):
    lines = [LineLeft(uuid4(), sku, here, gone) for sku, here, gone in rows]
    left = {sku: sum(line.left for line in lines if line.sku == sku) for sku in wanted}
    if any(left[sku] < units for sku, units in wanted.items()):
        with pytest.raises(Invalid):
            lines_of_skus(lines, wanted)
        return
    units = lines_of_skus(lines, wanted)
    shares = shares_of(lines, units, gone_first=gone_first)
    for line in lines:
        here, gone = shares.here.get(line.line_id, 0), shares.gone.get(line.line_id, 0)
        assert (here <= line.here, gone <= line.gone) == (True, True)
        assert here + gone == units.get(line.line_id, 0)
        other = line.gone - gone if gone_first else line.here - here
        assert not other or not (here if gone_first else gone), "the other kind only when this one is used up"
    assert sum(units.values()) == sum(wanted.values())
