"""Canceling after release: at once where nobody has begun, else the location answers."""

import pytest

from fulfillment.actions.dispatch import dispatch_parcel
from fulfillment.actions.pack import ParcelDraft, pack
from fulfillment.actions.picking import start_picking
from fulfillment.actions.stopping import NotAsked, answer_cancel
from fulfillment.floor.going_on import CancelAsked
from fulfillment.models import FulfillmentOrder
from inventory.proof import prove_stock
from oms.core.errors import Invalid, NotAllowed
from oms.core.models import Fact
from oms.desk.canceling import cancel_or_ask
from orders.cancelling import CannotCancel
from orders.models import OrderLine
from tests.fulfillment.floor import counters, fresh, lines, order_of, packed, parcels, picked, released, scan, started
from tests.inventory.stock import shelf

pytestmark = pytest.mark.usefixtures("uow", "catalog")


def test_work_nobody_has_begun_is_canceled_at_once(catalog):
    work = released(TEA=2)
    assert cancel_or_ask(order_id=work.order_id, reason="Changed my mind").whole
    assert fresh(work).state == "stopped"
    assert order_of(work).state == "cancelled"
    assert counters(work.order_id) == {"TEA": (2, 0, 0)}
    assert shelf(catalog.id("TEA"), catalog.leeds.id) == (10, 0)
    with pytest.raises(NotAllowed):
        start_picking(fulfillment_order_id=work.id)


def test_work_that_was_begun_is_asked_about_and_nothing_goes_on_meanwhile():
    work = picked(TEA=2)
    assert cancel_or_ask(order_id=work.order_id, reason="Changed my mind") is None
    order = order_of(work)
    assert (order.state, order.next_step) == ("cancel_requested", "Leeds to answer the cancellation")
    for refused in (
        lambda: scan(work, "TEA"),
        lambda: pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(260)]),
    ):
        with pytest.raises(CancelAsked, match="Changed my mind"):
            refused()
    with pytest.raises(NotAllowed, match="waiting for the warehouse"):
        cancel_or_ask(order_id=work.order_id, reason="Again")


def test_the_location_agrees(catalog, drain):
    work = picked(TEA=2)
    cancel_or_ask(order_id=work.order_id, reason="Changed my mind")
    answer_cancel(fulfillment_order_id=work.id, accept=True)
    drain()
    order = order_of(work)
    assert (order.state, order.next_step) == ("cancelled", "Canceled: Changed my mind")
    assert counters(work.order_id) == {"TEA": (2, 0, 0)}
    assert shelf(catalog.id("TEA"), catalog.leeds.id) == (10, 0)
    assert Fact.objects.get(name="fulfillment.stopped").payload["put_back"] == 2
    assert prove_stock().holds


def test_the_location_is_too_far(drain):
    work = packed(TEA=2)
    cancel_or_ask(order_id=work.order_id, reason="Changed my mind")
    [parcel] = parcels(work)
    with pytest.raises(CancelAsked):
        dispatch_parcel(parcel_id=parcel.id, without_label=True)
    with pytest.raises(Invalid):
        answer_cancel(fulfillment_order_id=work.id, accept=False)
    answer_cancel(fulfillment_order_id=work.id, accept=False, reason="The van is being loaded")
    drain()
    order = order_of(work)
    assert (order.state, order.next_step) == ("open", "Leeds to hand over 1 parcel")
    dispatch_parcel(parcel_id=parcel.id, without_label=True)
    assert order_of(work).state == "closed"
    with pytest.raises(NotAsked):
        answer_cancel(fulfillment_order_id=work.id, accept=True)


def test_of_two_locations_one_agrees(drain):
    first = released(TEA=12)
    works = {each.location.name: each for each in FulfillmentOrder.objects.filter(order_id=first.order_id)}
    for work in works.values():
        start_picking(fulfillment_order_id=work.id)
    cancel_or_ask(order_id=first.order_id, reason="Fewer guests")
    answer_cancel(fulfillment_order_id=works["London"].id, accept=True)
    assert order_of(first).state == "cancel_requested"
    answer_cancel(fulfillment_order_id=works["Leeds"].id, accept=False, reason="Packed")
    drain()
    assert order_of(first).state == "open"
    assert counters(first.order_id) == {"TEA": (2, 10, 0)}
    assert order_of(first).next_step == "Leeds is picking 10 units"
    assert prove_stock().holds


def test_units_of_a_line_that_is_being_picked_are_fenced():
    work = started(TEA=3)
    line = OrderLine.objects.get(order_id=work.order_id)
    with pytest.raises(CannotCancel):
        cancel_or_ask(order_id=work.order_id, reason="Fewer", lines={line.id: 1})
    assert fresh(work).state == "picking"


def test_units_of_work_nobody_has_begun_are_canceled_and_the_rest_released_again(drain):
    from fulfillment.actions.release import release_due_orders

    work = released(TEA=3)
    line = OrderLine.objects.get(order_id=work.order_id)
    cancel_or_ask(order_id=work.order_id, reason="Fewer", lines={line.id: 1})
    drain()
    release_due_orders()
    assert counters(work.order_id) == {"TEA": (1, 2, 0)}
    assert list(FulfillmentOrder.objects.order_by("number").values_list("state", "units")) == [
        ("stopped", 3),
        ("released", 2),
    ]


def test_canceling_free_units_leaves_the_picker_their_reservation(catalog, drain):
    """Canceling gives back the newest reservation, which is that of the units being picked here."""
    first = released(TEA=12)
    london = FulfillmentOrder.objects.get(order_id=first.order_id, location=catalog.london)
    start_picking(fulfillment_order_id=london.id)
    line = OrderLine.objects.get(order_id=first.order_id)
    cancel_or_ask(order_id=first.order_id, reason="Fewer", lines={line.id: 5})
    drain()
    assert shelf(catalog.id("TEA"), catalog.london.id)[1] == 2
    assert shelf(catalog.id("TEA"), catalog.leeds.id)[1] == 5
    assert lines(london)["TEA"].quantity == 2
    assert prove_stock().holds
