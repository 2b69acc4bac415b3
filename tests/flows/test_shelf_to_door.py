"""From the shelf to the door, told as the floor would tell it; nothing here calls what follows from facts by itself."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from fulfillment.actions.dispatch import dispatch_parcel
from fulfillment.actions.label import request_label
from fulfillment.actions.pack import ParcelDraft, pack
from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_due_orders
from fulfillment.actions.short import short_pick
from fulfillment.actions.stopping import answer_cancel
from fulfillment.models import FulfillmentOrder, Parcel
from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.errors import NotAllowed
from oms.core.models import AuditEntry
from oms.core.tenancy import unit_of_work
from oms.desk.canceling import cancel_or_ask
from orders.actions.hold import hold_order
from orders.actions.lift import lift_hold
from orders.models import Hold, Order
from shipping.actions.buying import claim_purchases, settle_purchase
from shipping.actions.track import Scanned, record_tracking
from shipping.tasks import ask_carrier
from tests.flows.test_capture_to_allocation import Merchant
from tests.fulfillment.floor import counters, fresh, lines, parcels, scan, weight
from tests.fulfillment.trade import put_on_the_map, receive
from tests.inventory.stock import shelf


@dataclass
class Floor(Merchant):
    """Acme with a warehouse: every verb is followed by whatever its facts cause."""

    tenant: object = None

    def releases(self) -> dict[str, FulfillmentOrder]:
        """The clock strikes; location → its newest open work."""
        with unit_of_work(self.tenant.id, system("release timer")):
            release_due_orders()
        self.settle()
        works = FulfillmentOrder.objects.filter(state="released").select_related("location").order_by("number")
        return {each.location.name: each for each in works}

    def picks(self, work: FulfillmentOrder) -> None:
        self.does(start_picking, fulfillment_order_id=work.id)
        self.scans_all(work)

    def scans_all(self, work: FulfillmentOrder) -> None:
        for sku, line in lines(work).items():
            for _ in range(line.to_pick or line.to_pack):
                assert scan(work, sku).verdict in ("right", "line_done")
        self.settle()

    def packs(self, work: FulfillmentOrder) -> Parcel:
        self.scans_all(work)
        [parcel] = self.does(pack, fulfillment_order_id=work.id, parcels=[ParcelDraft(weight(work))])
        return parcel

    def labels(self, parcel: Parcel) -> Parcel:
        self.does(request_label, parcel_id=parcel.id)
        with unit_of_work(self.tenant.id, system("labels")):
            for ask in claim_purchases():
                settle_purchase(ask=ask, answer=ask_carrier(self.tenant.id, ask))
        self.settle()
        return Parcel.objects.select_related("shipment").get(id=parcel.id)

    def carrier_scans(self, parcel: Parcel, code: str, *, hour: int) -> None:
        at = self.now - timedelta(hours=12 - hour)
        record_tracking(scans=[Scanned(parcel.shipment_id, f"{code}-{hour}", code, at)])
        self.settle()


@pytest.fixture
def floor(uow, catalog, drain, tenant) -> Floor:
    put_on_the_map()
    return Floor(catalog, drain, uow.now, tenant=tenant)


def order(order_id: UUID) -> Order:
    return Order.objects.get(id=order_id)


def test_an_order_goes_from_the_shelf_to_the_door(floor):
    hull = floor.sells(MUG_BLU=2, TEA=1)
    work = floor.releases()["Leeds"]
    assert order(hull).next_step == "Leeds to pick 3 units"

    floor.picks(work)
    assert order(hull).next_step == "Leeds to pack 3 units"
    parcel = floor.labels(floor.packs(work))
    assert parcel.shipment.tracking_number
    assert order(hull).fulfillment_state == "packed"

    floor.does(dispatch_parcel, parcel_id=parcel.id)
    assert (order(hull).fulfillment_state, order(hull).next_step) == ("shipped", "On its way")
    floor.carrier_scans(parcel, "delivered", hour=11)
    floor.carrier_scans(parcel, "in_transit", hour=2)
    assert (order(hull).fulfillment_state, order(hull).next_step) == ("delivered", "Delivered")
    assert shelf(floor.catalog.id("MUG-BLU"), floor.catalog.leeds.id) == (8, 0)
    entries = AuditEntry.objects.filter(subject_id=hull, verb__startswith="fulfillment.").order_by("id")
    assert list(entries.values_list("sentence", flat=True)) == [
        "3 units released to Leeds",
        "Olive Owner begins to pick F1001 at Leeds",
        "F1001 picked at Leeds",
        "F1001 packed into 1 parcel at Leeds",
        "1 parcel of F1001 handed over at Leeds",
    ]  # fmt: skip
    assert prove_stock().holds


def test_what_is_missing_in_leeds_is_sent_by_london(floor):
    hull = floor.sells(TEA=4)
    leeds = floor.releases()["Leeds"]
    floor.does(start_picking, fulfillment_order_id=leeds.id)
    scan(leeds, "TEA")
    short = floor.does(
        short_pick, fulfillment_order_id=leeds.id, fulfillment_line_id=lines(leeds)["TEA"].id, found=2,
        reason="none_there",
    )  # fmt: skip
    assert short.sentence == "London will ship these. Go on."
    floor.scans_all(leeds)
    london = floor.releases()["London"]
    first = floor.labels(floor.packs(leeds))
    floor.does(dispatch_parcel, parcel_id=first.id)
    assert (order(hull).fulfillment_state, order(hull).next_step) == ("part_shipped", "London to pick 2 units")

    floor.picks(london)
    second = floor.labels(floor.packs(london))
    floor.does(dispatch_parcel, parcel_id=second.id)
    assert order(hull).fulfillment_state == "shipped"
    assert counters(hull) == {"TEA": (0, 0, 4)}
    tea, place = floor.catalog.id("TEA"), floor.catalog.leeds.id
    assert (shelf(tea, place), shelf(tea, place, "quality_hold")) == ((6, 0), (2, 0))
    assert prove_stock().holds


def test_a_customer_changes_their_mind_at_every_moment(floor):
    early, late, too_late = (floor.sells(TEA=1) for _ in range(3))
    floor.releases()
    works = {each.order_id: each for each in FulfillmentOrder.objects.select_related("location")}

    floor.does(cancel_or_ask, order_id=early, reason="Too dear")
    assert order(early).state == "cancelled"

    floor.picks(works[late])
    floor.does(cancel_or_ask, order_id=late, reason="Too dear")
    assert order(late).state == "cancel_requested"
    floor.does(answer_cancel, fulfillment_order_id=works[late].id, accept=True)
    assert order(late).next_step == "Canceled: Too dear"

    floor.picks(works[too_late])
    parcel = floor.labels(floor.packs(works[too_late]))
    floor.does(cancel_or_ask, order_id=too_late, reason="Too dear")
    floor.carrier_scans(parcel, "picked_up", hour=3)
    assert (order(too_late).state, order(too_late).fulfillment_state) == ("closed", "shipped")
    assert shelf(floor.catalog.id("TEA"), floor.catalog.leeds.id) == (9, 0)
    assert prove_stock().holds


def test_a_hold_stops_the_parcel_at_the_door(floor):
    hull = floor.sells(TEA=2)
    work = floor.releases()["Leeds"]
    floor.picks(work)
    parcel = floor.labels(floor.packs(work))
    floor.does(hold_order, order_id=hull, kind="manual", reason="Ask about the colour")
    with pytest.raises(NotAllowed, match="is on hold"):
        dispatch_parcel(parcel_id=parcel.id)
    hold = Hold.objects.get(order_id=hull, lifted_at__isnull=True)
    floor.does(lift_hold, hold_id=hold.id, reason="Any colour")
    assert order(hull).next_step == "Leeds to hand over 1 parcel"
    floor.does(dispatch_parcel, parcel_id=parcel.id)
    assert order(hull).state == "closed"


def test_what_waits_is_sent_when_it_has_come(floor):
    hull = floor.sells(TEA=16)
    for work in floor.releases().values():
        floor.picks(work)
        floor.does(dispatch_parcel, parcel_id=floor.packs(work).id, without_label=True)
    assert (order(hull).state, order(hull).fulfillment_state) == ("open", "part_shipped")
    floor.does(receive, item_id=floor.catalog.id("TEA"), location_id=floor.catalog.leeds.id, quantity=3)
    rest = floor.releases()["Leeds"]
    assert fresh(rest).units == 1
    floor.picks(rest)
    floor.does(dispatch_parcel, parcel_id=floor.packs(rest).id, without_label=True)
    assert (order(hull).state, counters(hull)) == ("closed", {"TEA": (0, 0, 16)})
    assert all(each.dispatched_at for work in FulfillmentOrder.objects.all() for each in parcels(work))
    assert prove_stock().holds
