"""Labels of packed parcels, and what carriers do with them."""

import pytest

from fulfillment.actions.dispatch import NoLabel, dispatch_parcel
from fulfillment.actions.label import request_label
from fulfillment.actions.pack import ParcelDraft, pack, unpack
from fulfillment.actions.stopping import answer_cancel
from fulfillment.models import Parcel
from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.errors import NotAllowed
from oms.core.models import AuditEntry
from oms.core.tenancy import unit_of_work
from oms.desk.canceling import cancel_or_ask
from orders.models import Order
from shipping.actions.buying import claim_purchases, settle_purchase
from shipping.actions.track import Scanned, record_tracking
from shipping.errors import NotCarried
from shipping.models import LabelPurchase, Shipment
from shipping.tasks import ask_carrier
from tests.fulfillment.floor import counters, fresh, lines, order_of, packed, parcels, picked, scan

pytestmark = pytest.mark.usefixtures("uow", "catalog")


def buy_due(tenant) -> None:
    """What the task does, inside this test's transaction and at its own time."""
    with unit_of_work(tenant.id, system("tests")):
        for ask in claim_purchases():
            settle_purchase(ask=ask, answer=ask_carrier(tenant.id, ask))


def labelled(tenant, **wants: int):
    work = packed(**wants)
    [parcel] = parcels(work)
    request_label(parcel_id=parcel.id)
    buy_due(tenant)
    return work, Parcel.objects.select_related("shipment").get(id=parcel.id)


def scanned(uow, parcel: Parcel, code: str) -> None:
    record_tracking(scans=[Scanned(parcel.shipment_id, code, code, uow.now)])


def test_a_label_is_not_a_departure(tenant):
    work, parcel = labelled(tenant, TEA=2)
    assert parcel.shipment.state == "labelled"
    assert parcel.shipment.origin["city"] == "Leeds"
    assert parcel.shipment.ship_to["city"] == "Hull"
    assert parcel.shipment.weight_g == 260
    assert order_of(work).fulfillment_state == "packed"
    dispatch_parcel(parcel_id=parcel.id)
    assert Shipment.objects.get().state == "handed_over"
    assert order_of(work).fulfillment_state == "shipped"
    assert prove_stock().holds


def test_asked_twice_a_parcel_gets_one_label(tenant):
    _work, parcel = labelled(tenant, TEA=1)
    assert request_label(parcel_id=parcel.id).id == parcel.shipment_id
    assert LabelPurchase.objects.count() == 1


def test_without_a_label_a_parcel_stays_unless_it_is_collected():
    work = packed(TEA=1)
    [parcel] = parcels(work)
    with pytest.raises(NoLabel):
        dispatch_parcel(parcel_id=parcel.id)
    request_label(parcel_id=parcel.id)
    with pytest.raises(NotAllowed, match="no label yet"):
        dispatch_parcel(parcel_id=parcel.id)
    assert counters(work.order_id) == {"TEA": (0, 1, 0)}


def test_an_address_nobody_serves_says_so_and_what_to_do():
    work = packed(TEA=1)
    Order.objects.filter(id=work.order_id).update(
        ship_to={"line1": "1 Avenida", "city": "Lima", "postcode": "15001", "country": "PE"}
    )
    with pytest.raises(NotCarried):
        request_label(parcel_id=parcels(work)[0].id)
    assert not Shipment.objects.exists()


def test_a_hold_is_read_again_before_the_label():
    work = packed(TEA=1)
    Order.objects.filter(id=work.order_id).update(open_holds=1)
    with pytest.raises(NotAllowed, match="is on hold"):
        request_label(parcel_id=parcels(work)[0].id)


def test_the_first_scan_of_a_parcel_nobody_handed_over_is_its_hand_over(tenant, uow, drain):
    work, parcel = labelled(tenant, TEA=2)
    scanned(uow, parcel, "in_transit")
    drain()
    assert fresh(work).state == "dispatched"
    assert counters(work.order_id) == {"TEA": (0, 0, 2)}
    assert AuditEntry.objects.get(verb="fulfillment.dispatch", subject_id=work.id).actor_label == "Carrier scan"
    scanned(uow, parcel, "delivered")
    drain()
    order = order_of(work)
    assert (order.state, order.fulfillment_state, order.next_step) == ("closed", "delivered", "Delivered")
    assert prove_stock().holds


def test_a_scan_answers_a_cancellation_that_came_too_late(tenant, uow, drain):
    work, parcel = labelled(tenant, TEA=2)
    cancel_or_ask(order_id=work.order_id, reason="Changed my mind")
    scanned(uow, parcel, "picked_up")
    drain()
    assert order_of(work).state == "closed"
    assert counters(work.order_id) == {"TEA": (0, 0, 2)}


def test_stopped_work_gives_its_label_back(tenant, drain):
    work, _parcel = labelled(tenant, TEA=2)
    cancel_or_ask(order_id=work.order_id, reason="Changed my mind")
    answer_cancel(fulfillment_order_id=work.id, accept=True)
    drain()
    buy_due(tenant)
    assert Shipment.objects.get().state == "voided"
    assert order_of(work).state == "cancelled"


def test_an_order_of_two_parcels_is_delivered_with_the_second(tenant, uow, drain):
    work = picked(TEA=2)
    scan(work, "TEA"), scan(work, "TEA")
    tea = lines(work)["TEA"].id
    pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(130, contents={tea: 1}), ParcelDraft(130)])
    both = parcels(work)
    for parcel in both:
        request_label(parcel_id=parcel.id)
    buy_due(tenant)
    first, second = Parcel.objects.order_by("number")
    scanned(uow, first, "delivered")
    drain()
    assert order_of(work).fulfillment_state == "part_shipped"
    scanned(uow, second, "delivered")
    drain()
    assert order_of(work).fulfillment_state == "delivered"


def test_a_box_is_packed_anew(tenant):
    work, _parcel = labelled(tenant, TEA=1)
    unpack(fulfillment_order_id=work.id)
    buy_due(tenant)
    assert (fresh(work).state, Parcel.objects.count()) == ("picked", 0)
    assert Shipment.objects.get().state == "voided"
    assert lines(work)["TEA"].packed == 0
