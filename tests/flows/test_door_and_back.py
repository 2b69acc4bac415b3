"""From the order to the door and back, told by a customer, a picker and a merchant; only the clock is helped along."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client

from analytics.models import DailySales, OrderJourney
from fulfillment.actions.dispatch import dispatch_parcel
from fulfillment.actions.label import request_label
from fulfillment.actions.pack import ParcelDraft, pack
from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from fulfillment.actions.scan import record_scan
from fulfillment.floor.queries import lines_of_work
from fulfillment.models import FulfillmentOrder, Parcel
from inventory.models import Balance
from inventory.proof import prove_stock
from oms.accounts.models import SalesChannel
from oms.core.actors import system
from oms.core.db.keys import uuid7
from oms.core.events.delivery import drain
from oms.core.tenancy import unit_of_work
from oms.notifications.models import CustomerMessage
from orders.actions.place import place_order
from orders.models import Order, OrderLine
from orders.queries.money import money_of
from orders.tasks import send_due_refunds
from returns.actions.inspect import InspectionDraft, inspect_return
from returns.actions.receive import ReceiptDraft, line_of_code, receive_return
from returns.actions.request import approve_return
from returns.models import Return
from shipping.actions.track import Scanned, record_tracking
from shipping.models import Shipment
from shipping.tasks import buy_due_labels
from tests.orders.trade import draft, line

SHOP = "/p/acme/"


class Story:
    """The people of it, and what they do."""

    def __init__(self, tenant, catalog) -> None:
        self.tenant, self.catalog, self.phone = tenant, catalog, Client()

    def inside(self):
        return unit_of_work(self.tenant.id, system("tests"))

    def everything_follows(self) -> None:
        """What the relay and the workers would do by themselves."""
        for _round in range(3):
            drain(self.tenant.id)
            buy_due_labels(tenant_id=self.tenant.id)
            send_due_refunds(tenant_id=self.tenant.id)
        drain(self.tenant.id)

    def shop_sells_two_teas_and_a_mug(self) -> Order:
        with self.inside():
            SalesChannel.objects.update(told_by="us")
            order_id = place_order(
                draft=draft(line("TEA", 2, "10.00"), line("MUG-BLU", 1, "12.50"), payment_state="paid")
            ).order_id
        self.everything_follows()
        with self.inside():
            return Order.objects.get(id=order_id)

    def customer_looks_it_up_and_proves_to_be_one(self, order: Order) -> None:
        self.phone.post(SHOP, {"number": order.number, "contact": "ada@example.com"})
        self.phone.post(f"{SHOP}verify/")
        with self.inside():
            code = CustomerMessage.objects.get(kind="portal_code").subject[:6]
        assert self.phone.post(f"{SHOP}verify/", {"code": code}).status_code == 302

    def customer_cancels_the_mug(self, order: Order) -> None:
        with self.inside():
            mug = OrderLine.objects.get(order_id=order.id, sku="MUG-BLU")
        answer = self.phone.post(f"{SHOP}cancel/check/?what=some&units_{mug.id}=1")
        assert answer.status_code == 302
        self.everything_follows()

    def leeds_picks_packs_and_hands_over(self, order: Order) -> Shipment:
        with self.inside():
            release_orders(order_ids=[order.id])
            work = start_picking(fulfillment_order_id=FulfillmentOrder.objects.get(order_id=order.id).id)
            for _stage in ("pick", "pack"):
                for each in lines_of_work([work.id])[work.id]:
                    for _unit in range(each.quantity):
                        record_scan(fulfillment_order_id=work.id, scan_id=uuid7(), code=each.item.sku)
            pack(fulfillment_order_id=work.id, parcels=[ParcelDraft(300)])
            parcel = Parcel.objects.get()
            request_label(parcel_id=parcel.id)
        self.everything_follows()
        with self.inside():
            dispatch_parcel(parcel_id=parcel.id)
        self.everything_follows()
        with self.inside():
            return Shipment.objects.get()

    def driver_says(self, shipment: Shipment, code: str) -> None:
        with self.inside() as opened:
            record_tracking(scans=[Scanned(shipment.id, f"scan-{code}", code, opened.now, "Berlin")])
        self.everything_follows()

    def customer_reads(self) -> str:
        return self.phone.get(f"{SHOP}order/").text

    def customer_sends_one_tea_back(self, order: Order) -> None:
        with self.inside():
            tea = OrderLine.objects.get(order_id=order.id, sku="TEA")
        self.phone.post(f"{SHOP}return/", {f"units_{tea.id}": "1"})
        self.phone.post(f"{SHOP}return/why/", {f"reason_{tea.id}": "damaged"})
        self.phone.post(f"{SHOP}return/how/", {"outcome": "refund"})
        assert self.phone.post(f"{SHOP}return/check/").status_code == 302
        self.everything_follows()

    def merchant_takes_it_back(self) -> None:
        with self.inside():
            found = approve_return(return_id=Return.objects.get().id)
            row = line_of_code(found, "TEA")
            receive_return(return_id=found.id, receipts=[ReceiptDraft(uuid7(), row.id)])
            inspect_return(
                return_id=found.id, inspections=[InspectionDraft(uuid7(), row.id, 1, "damaged", "damaged", "Lid")]
            )
        self.everything_follows()

    def told(self) -> list[str]:
        with self.inside():
            return sorted(CustomerMessage.objects.values_list("kind", flat=True))


@pytest.fixture
def story(tenant, catalog) -> Story:
    cache.clear()
    return Story(tenant, catalog)


def test_an_order_goes_to_the_door_and_part_of_it_comes_back(story):
    order = story.shop_sells_two_teas_and_a_mug()
    story.customer_looks_it_up_and_proves_to_be_one(order)
    assert "Getting ready" in story.customer_reads()
    story.customer_cancels_the_mug(order)
    shipment = story.leeds_picks_packs_and_hands_over(order)
    assert "On its way" in story.customer_reads()
    story.driver_says(shipment, "out_for_delivery")
    assert "It comes today." in story.customer_reads()
    story.driver_says(shipment, "delivered")
    assert "Delivered" in story.customer_reads()
    assert story.phone.post(f"{SHOP}rate/", {"score": "3"}).status_code == 302
    story.customer_sends_one_tea_back(order)
    story.merchant_takes_it_back()
    assert "went back to where you paid from" in story.customer_reads()
    assert story.told() == [
        "delivered", "out_for_delivery", "placed", "portal_code", "refunded", "refunded", "return_approved",
        "return_received", "satisfaction", "shipped",
    ]  # fmt: skip
    with story.inside():
        money = money_of(order.id)
        assert (money.paid, money.refunded, money.left) == (Decimal("32.50"), Decimal("22.50"), Decimal("10.00"))
        assert (money.owed_by_customer, money.owed_to_customer) == (0, 0)
        tea = OrderLine.objects.get(order_id=order.id, sku="TEA")
        assert (tea.shipped, tea.returned) == (2, 1)
        stock = dict(Balance.objects.filter(item__sku="TEA", location__code="LEEDS").values_list("state", "on_hand"))
        assert stock == {"sellable": 8, "quality_hold": 0, "damaged": 1}
        assert prove_stock().breaks == []
        journey = OrderJourney.objects.get(order_id=order.id)
        assert (journey.returned_units, journey.score, journey.refunded) == (1, 3, Decimal("22.50"))
        assert journey.claims == 1
        assert DailySales.objects.get().refunds == Decimal("22.50")
