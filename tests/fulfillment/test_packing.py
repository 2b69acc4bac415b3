"""Packing: verified, weighed, split over boxes; and parcels that leave."""

import pytest

from fulfillment.actions.dispatch import dispatch_parcel, dispatch_parcels
from fulfillment.actions.pack import NotVerified, ParcelDraft, WeightOff, pack
from fulfillment.floor.weighing import Weighed, is_plausible
from fulfillment.models import ParcelContent
from inventory.actions.adjust import adjust_stock
from inventory.models import Movement
from inventory.proof import prove_stock
from oms.accounts.queries import actor_of_membership
from oms.core.db.keys import uuid7
from oms.core.errors import Invalid, NotAllowed, NotFound
from oms.core.models import Fact
from oms.core.tenancy import unit_of_work
from orders.models import Order
from tests.fulfillment.floor import counters, fresh, lines, order_of, packed, parcels, picked, scan, weight
from tests.inventory.stock import shelf, sides

pytestmark = pytest.mark.usefixtures("uow", "catalog")


def test_scans_verify_the_box():
    work = picked(MUG_BLU=1, TEA=1)
    assert scan(work, "TEA").sentence == "Done. Next: MUG-BLU"
    assert fresh(work).state == "packing"
    assert scan(work, "TEA").verdict == "over_scan"
    assert scan(work, "MUG-RED").sentence == "Not this one. You scanned MUG-RED. Need MUG-BLU."
    assert scan(work, "MUG-BLU").left == 0
    [parcel] = pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(520, "Small box")])
    assert (parcel.number, parcel.box, parcel.verified) == (1, "Small box", True)
    assert fresh(work).state == "packed"
    assert order_of(work).fulfillment_state == "packed"
    assert order_of(work).next_step == "Leeds to hand over 1 parcel"


def test_unscanned_units_are_refused_unless_the_person_may(uow, membership):
    work = picked(TEA=2)
    scan(work, "TEA")
    packer = actor_of_membership(membership(role="warehouse"))
    with unit_of_work(uow.tenant_id, packer), pytest.raises(NotVerified, match="1 of 2 units are not scanned yet"):
        pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(260)])
    [parcel] = pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(260)])
    assert not parcel.verified
    assert Fact.objects.get(name="fulfillment.packed").payload["verified"] is False


def test_a_weight_that_cannot_be_is_asked_about():
    work = picked(TEA=2)
    with pytest.raises(WeightOff) as off:
        pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(130)])
    assert off.value.data == {"expected_g": 260}
    assert fresh(work).state == "picked"
    pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(130)], confirm_weight=True)


@pytest.mark.parametrize(
    ("scale", "expected", "plausible"),
    [(260, 260, True), (239, 260, False), (240, 260, True), (700, 260, True), (800, 260, False)],
)
def test_a_box_may_weigh_what_a_box_weighs(scale, expected, plausible):
    assert is_plausible(Weighed(scale, expected)) is plausible


def test_several_boxes_hold_everything_exactly_once():
    work = picked(TEA=3, MUG_BLU=1)
    tea, mug = lines(work)["TEA"].id, lines(work)["MUG-BLU"].id
    for drafts, code in (
        ([ParcelDraft(130, contents={tea: 1})], "left_over"),
        ([ParcelDraft(130, contents={tea: 4}), ParcelDraft(380)], "more_than_picked"),
        ([ParcelDraft(130, contents={tea: 0}), ParcelDraft(380)], "required"),
        ([ParcelDraft(130, contents={uuid7(): 1}), ParcelDraft(380)], "unknown_line"),
        ([ParcelDraft(130), ParcelDraft(380)], "ambiguous"),
        ([ParcelDraft(0)], "out_of_range"),
        ([], "out_of_range"),
    ):
        with pytest.raises(Invalid) as refused:
            pack(fulfillment_order_id=work.id, parcels=drafts)
        assert refused.value.fields[0].code == code
    made = pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(130, contents={tea: 1}), ParcelDraft(650)])
    inside = [
        dict(ParcelContent.objects.filter(parcel=each).values_list("fulfillment_line_id", "quantity")) for each in made
    ]
    assert inside == [{tea: 1}, {tea: 2, mug: 1}]


def test_a_parcel_leaves_and_everything_says_so(catalog):
    work = packed(MUG_BLU=2, TEA=1)
    [parcel] = parcels(work)
    dispatch_parcel(parcel_id=parcel.id, without_label=True)
    assert fresh(work).state == "dispatched"
    assert counters(work.order_id) == {"MUG-BLU": (0, 0, 2), "TEA": (0, 0, 1)}
    order = order_of(work)
    assert (order.state, order.fulfillment_state, order.next_step) == ("closed", "shipped", "On its way")
    assert order.ship_by is None
    assert shelf(catalog.id("MUG-BLU"), catalog.leeds.id) == (8, 0)
    assert sides(catalog.id("TEA"))[-1] == ("sellable", "customer", 1)
    assert set(Movement.objects.filter(cause_kind="parcel").values_list("cause_id", flat=True)) == {parcel.id}
    assert prove_stock().holds


def test_a_parcel_leaves_once():
    work = packed(TEA=1)
    [parcel] = parcels(work)
    stranger = uuid7()
    assert dispatch_parcels(parcel_ids=[parcel.id], without_label=True)[parcel.id] is None
    answers = dispatch_parcels(parcel_ids=[parcel.id, stranger], without_label=True)
    assert isinstance(answers[parcel.id], NotAllowed)
    assert isinstance(answers[stranger], NotFound)
    assert counters(work.order_id) == {"TEA": (0, 0, 1)}


def test_parcels_of_one_work_may_leave_one_by_one():
    work = picked(TEA=2)
    tea = lines(work)["TEA"].id
    first, second = pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(130, contents={tea: 1}), ParcelDraft(130)])
    dispatch_parcel(parcel_id=first.id, without_label=True)
    assert (fresh(work).state, order_of(work).fulfillment_state) == ("packed", "part_shipped")
    assert order_of(work).next_step == "Leeds to hand over 1 parcel"
    dispatch_parcel(parcel_id=second.id, without_label=True)
    assert (fresh(work).state, order_of(work).state) == ("dispatched", "closed")
    assert prove_stock().holds


def test_a_hold_keeps_the_parcel_here():
    work = packed(TEA=1)
    Order.objects.filter(id=work.order_id).update(open_holds=1)
    with pytest.raises(NotAllowed, match="is on hold"):
        dispatch_parcel(parcel_id=parcels(work)[0].id, without_label=True)
    assert counters(work.order_id) == {"TEA": (0, 1, 0)}


def test_what_the_shelf_lost_meanwhile_leaves_all_the_same(catalog):
    work = packed(TEA=3)
    adjust_stock(item_id=catalog.id("TEA"), location_id=catalog.leeds.id, counted=1, reason="count")
    dispatch_parcel(parcel_id=parcels(work)[0].id, without_label=True)
    assert shelf(catalog.id("TEA"), catalog.leeds.id) == (0, 0)
    assert ("unexplained", "sellable", 2) in sides(catalog.id("TEA"))
    assert prove_stock().holds


def test_the_rest_of_an_order_goes_on_when_a_part_has_left(catalog, drain):
    from fulfillment.actions.release import release_orders
    from tests.fulfillment.trade import receive

    work = packed_part(17)
    receive(catalog.id("TEA"), catalog.leeds.id, 2)
    drain()
    assert "2 × TEA wait for stock" in order_of(work).next_step
    for each in work.order.fulfillment_orders.all():
        finish(each)
    drain()
    order = order_of(work)
    assert (order.state, order.fulfillment_state, order.next_step) == ("open", "part_shipped", "Leeds to pick 2 units")
    [rest] = release_orders(order_ids=[order.id])[order.id]
    assert counters(order.id) == {"TEA": (0, 2, 15)}
    assert rest


def packed_part(units: int):
    """An order for more than there is, released at both locations."""
    from fulfillment.actions.allocate import allocate_orders
    from fulfillment.actions.release import release_orders
    from fulfillment.models import FulfillmentOrder
    from tests.fulfillment.trade import place

    (order_id,) = place({"TEA": units})
    allocate_orders(order_ids=[order_id], trigger="cleared")
    release_orders(order_ids=[order_id])
    return FulfillmentOrder.objects.filter(order_id=order_id).first()


def finish(work) -> None:
    from fulfillment.actions.picking import start_picking

    start_picking(fulfillment_order_id=work.id)
    for _ in range(work.units):
        scan(work, "TEA")
    pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(weight(work))])
    dispatch_parcels(parcel_ids=[each.id for each in parcels(work)], without_label=True)
