"""Random lives of orders: paid, split, short-picked, shipped in part, canceled, sent back, refunded, in any order.

Every command may be refused; whatever was done, after each one stock, lines and money still add up.
"""

import random
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum

from fulfillment.actions.allocate import allocate_orders
from fulfillment.actions.canceling import cancel_or_ask
from fulfillment.actions.dispatch import dispatch_parcel
from fulfillment.actions.pack import ParcelDraft, pack
from fulfillment.actions.picking import start_picking
from fulfillment.actions.release import release_orders
from fulfillment.actions.short import short_pick
from fulfillment.actions.stopping import answer_cancel
from fulfillment.floor.queries import lines_of_work
from fulfillment.models import FulfillmentOrder, Parcel
from inventory.models import Movement
from inventory.proof import prove_stock
from oms.core.db.keys import uuid7
from oms.core.errors import OmsError
from orders.actions.pay import capture_payment
from orders.actions.refund import RefundDraft, refund_orders
from orders.actions.refund_parts import claim_parts, settle_parts
from orders.gateways.port import Declined
from orders.models import Order, OrderLine, Payment, RefundLine, RefundPart
from orders.placing.drafts import PaymentDraft
from orders.queries.money import agreed_of, money_of
from orders.refunding import worth_of
from orders.tasks import ask_gateway
from returns.actions.inspect import InspectionDraft, finish_return, inspect_return
from returns.actions.receive import ReceiptDraft, receive_return
from returns.actions.request import ReturnLineDraft, approve_return, cancel_return, request_return
from returns.models import DISPOSITIONS, GRADES, REASONS, Return, ReturnLine
from tests.fulfillment.trade import place, receive

LIVES, STEPS = 3, 150
SKUS = ("MUG-BLU", "MUG-RED", "TEA")


class Life:
    """One random life of a few orders: each method is one command, and draws its own victims."""

    def __init__(self, seed: int, catalog) -> None:
        self.rng, self.catalog = random.Random(seed), catalog

    def step(self) -> None:
        # What moves an order on is drawn more often, so that a short life gets somewhere.
        often = [self.allocate, self.release, self.pick, self.pack, self.hand_over]
        later = [self.pay, self.ask_back, self.decide, self.receive, self.inspect, self.settle]
        rare = [self.order, self.short, self.cancel, self.answer, self.refund, self.restock, self.finish]
        command: Callable[[], object] = self.rng.choice([*often * 4, *later * 3, *rare])
        try:
            with transaction.atomic():
                command()
        except (OmsError, LookupError):
            """Refused, or there was nobody to do it to: nothing has happened."""

    def one(self, rows):
        return self.rng.choice(list(rows))

    def order(self) -> None:
        place({sku: self.rng.randint(1, 3) for sku in self.rng.sample(SKUS, self.rng.randint(1, 3))})

    def pay(self) -> None:
        order = self.one(Order.objects.exclude(payment_state="paid"))
        half = order.total if self.rng.random() < 0.6 else order.total / 2
        amount = half.quantize(Decimal("0.01"))
        capture_payment(order_id=order.id, draft=PaymentDraft(amount, self.rng.choice(["card", "gift_card"])))

    def allocate(self) -> None:
        allocate_orders(order_ids=list(Order.objects.values_list("id", flat=True)), trigger="cleared")

    def release(self) -> None:
        release_orders(order_ids=list(Order.objects.values_list("id", flat=True)))

    def pick(self) -> None:
        work = start_picking(fulfillment_order_id=self.one(self._work("released", "picking")).id, take_over=True)
        from fulfillment.actions.scan import record_scan

        for line in lines_of_work([work.id])[work.id]:
            for _unit in range(line.to_pick):
                record_scan(fulfillment_order_id=work.id, scan_id=uuid7(), code=line.item.sku)

    def short(self) -> None:
        work = self.one(self._work("picking"))
        line = self.one(each for each in lines_of_work([work.id])[work.id] if each.to_pick)
        short_pick(fulfillment_order_id=work.id, fulfillment_line_id=line.id, found=line.picked, reason="cannot_find")

    def pack(self) -> None:
        pack(fulfillment_order_id=self.one(self._work("picked", "packing")).id, parcels=[ParcelDraft(900)],
             confirm_weight=True)  # fmt: skip

    def hand_over(self) -> None:
        dispatch_parcel(parcel_id=self.one(Parcel.objects.filter(dispatched_at=None)).id, without_label=True)

    def cancel(self) -> None:
        order = self.one(Order.objects.all())
        lines = {self.one(order.lines.all()).id: 1} if self.rng.random() < 0.6 else None
        cancel_or_ask(order_id=order.id, reason="Changed their mind", lines=lines)

    def answer(self) -> None:
        work = self.one(FulfillmentOrder.objects.filter(cancel_requested_at__isnull=False))
        answer_cancel(fulfillment_order_id=work.id, accept=self.rng.random() < 0.5, reason="It has left")

    def refund(self) -> None:
        order = self.one(Order.objects.all())
        lines = {self.one(order.lines.all()).id: self.rng.randint(1, 2)} if self.rng.random() < 0.7 else {}
        goodwill = Decimal(self.rng.randint(0, 300)) / 100
        (answer,) = refund_orders(drafts=[RefundDraft(order.id, lines, goodwill=goodwill)])
        if isinstance(answer, OmsError):
            raise answer

    def settle(self) -> None:
        declined = Declined("The card was closed.")
        settle_parts(
            answers=[(ask, declined if self.rng.random() < 0.2 else ask_gateway(ask)) for ask in claim_parts()]
        )

    def restock(self) -> None:
        receive(self.catalog.id(self.rng.choice(SKUS)), self.catalog.leeds.id, self.rng.randint(1, 3))

    def ask_back(self) -> None:
        line = self.one(OrderLine.objects.filter(shipped__gt=0))
        request_return(
            order_id=line.order_id,
            lines=[ReturnLineDraft(line.id, self.rng.randint(1, 2), self.rng.choice(REASONS))],
            outcome=self.rng.choice(["refund", "refund", "none"]),
        )

    def decide(self) -> None:
        found = self.one(Return.objects.filter(state="requested"))
        (approve_return if self.rng.random() < 0.9 else cancel_return)(return_id=found.id)

    def receive(self) -> None:
        line = self.one(ReturnLine.objects.filter(return_request__state__in=["approved", "received", "inspected"]))
        drafts = [ReceiptDraft(uuid7(), line.id, self.rng.randint(1, 2))]
        receive_return(return_id=line.return_request_id, receipts=drafts)

    def inspect(self) -> None:
        line = self.one(ReturnLine.objects.filter(received__gt=0))
        seen = (self.rng.choice(GRADES), self.rng.choice(DISPOSITIONS))
        inspect_return(return_id=line.return_request_id, inspections=[InspectionDraft(uuid7(), line.id, 1, *seen)])

    def finish(self) -> None:
        finish_return(return_id=self.one(Return.objects.filter(state="received")).id)

    def _work(self, *states: str):
        return FulfillmentOrder.objects.filter(state__in=states)


def check() -> None:
    """Everything adds up."""
    assert prove_stock().breaks == []
    for line in OrderLine.objects.all():
        assert line.cancelled + line.in_work + line.shipped <= line.quantity
        assert 0 <= line.returned <= line.shipped
    with_customers = Movement.objects.filter(to_state="customer").aggregate(n=Sum("quantity"))["n"] or 0
    came_back = Movement.objects.filter(from_state="customer").aggregate(n=Sum("quantity"))["n"] or 0
    sums = OrderLine.objects.aggregate(shipped=Sum("shipped"), returned=Sum("returned"))
    assert with_customers - came_back == (sums["shipped"] or 0) - (sums["returned"] or 0)
    for order in Order.objects.all():
        _check_money(order)


def _check_money(order: Order) -> None:
    agreed = agreed_of([order])[order.id]
    worth = worth_of(agreed)
    assert sum(each.goods + each.tax + each.shipping for each in worth.values()) == order.total
    for line in agreed.lines:
        assert line.units_back <= line.quantity
        assert line.goods_back <= worth[line.line_id].goods
    for payment in Payment.objects.filter(order_id=order.id):
        back = RefundPart.objects.filter(payment=payment).exclude(state="failed").aggregate(n=Sum("amount"))["n"] or 0
        assert back <= payment.amount
    for refund in order.refunds.all():
        lines = RefundLine.objects.filter(refund=refund)
        parts = sum((each.amount for each in refund.parts.all()), Decimal(0))
        assert parts == refund.amount == refund.goodwill + sum(each.goods + each.tax + each.shipping for each in lines)
    money = money_of(order.id)
    assert min(money.owed_by_customer, money.owed_to_customer) == 0
    assert money.left == money.paid - money.refunded - money.refunding


@pytest.mark.parametrize("seed", range(LIVES))
def test_whatever_happens_everything_adds_up(uow, catalog, seed):
    life = Life(seed, catalog)
    for _order in range(3):
        life.order()
    for _step in range(STEPS):
        life.step()
        check()
    # The life got somewhere: something left, and somebody asked to send it back.
    assert OrderLine.objects.filter(shipped__gt=0).exists()
    assert Return.objects.exists()
