"""The way of an order so far, told as a merchant would tell it: captured, checked, allocated, and minds changed.

Nothing here calls allocation: placing publishes a fact, and what follows follows from it.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from fulfillment.actions.move import move_order
from fulfillment.queries import backorders_of, decisions_of, why_here
from inventory.proof import prove_stock
from orders.actions.cancel import cancel_order
from orders.actions.hold import hold_order
from orders.actions.lift import lift_hold
from orders.actions.match import match_line
from orders.actions.place import place_order
from orders.models import Hold, Order, OrderLine
from orders.placing.drafts import LineDraft, OrderDraft
from tests.fulfillment.trade import CROYDON, HULL, held, put_on_the_map, receive


@dataclass
class Merchant:
    """Acme, for whom every verb is followed by whatever its facts cause."""

    catalog: object
    settle: object
    now: object
    taken: int = 0

    def sells(self, *, ship_to=HULL, hold_unknown=False, **wants: int) -> UUID:
        """``sells(TEA=2)``: an order arrives, a minute after the last one; an SKU's dash is written ``_``."""
        self.taken += 1
        placed = place_order(
            draft=OrderDraft(
                channel="web",
                currency="EUR",
                external_id=f"W-{self.taken}",
                placed_at=self.now - timedelta(hours=2) + timedelta(minutes=self.taken),
                email=f"customer{self.taken}@shop.example",
                customer_name=ship_to.name,
                ship_to=ship_to,
                bill_to=ship_to,
                payment_state="paid",
                lines=tuple(
                    LineDraft(sku=sku.replace("_", "-"), title=sku, quantity=units, unit_price=Decimal("9.80"))
                    for sku, units in wants.items()
                ),
                on_unknown_sku="hold" if hold_unknown else "refuse",
            )
        )
        self.settle()
        return placed.order_id

    def does(self, action, **arguments):
        answer = action(**arguments)
        self.settle()
        return answer


@pytest.fixture
def merchant(uow, catalog, drain) -> Merchant:
    put_on_the_map()
    return Merchant(catalog, drain, uow.now)


def order(order_id: UUID) -> Order:
    return Order.objects.get(id=order_id)


def test_an_order_goes_from_the_shop_to_the_nearest_shelf_and_says_why(merchant):
    croydon = merchant.sells(ship_to=CROYDON, MUG_BLU=2, TEA=1)

    assert order(croydon).state == "open"
    assert order(croydon).fulfillment_state == "allocated"
    assert held(croydon) == {"London": 3}
    assert order(croydon).next_step == "London to pick 3 units"
    assert why_here(croydon).sentence == (
        "London has all 3 units and is nearest (17 km). Leeds also had all, 286 km away."
    )
    assert not prove_stock().breaks


def test_who_ordered_first_is_served_first_when_stock_comes(merchant):
    merchant.sells(TEA=15)
    first, second, third = (merchant.sells(TEA=2) for _ in range(3))
    assert [order(each).fulfillment_state for each in (first, second, third)] == ["backordered"] * 3

    tea, leeds = merchant.catalog.id("TEA"), merchant.catalog.leeds.id
    merchant.does(receive, item_id=tea, location_id=leeds, quantity=3)

    assert [held(each) for each in (first, second, third)] == [{"Leeds": 2}, {"Leeds": 1}, {}]
    assert order(first).next_step == "Leeds to pick 2 units"
    assert order(second).next_step == "Leeds to pick 1 unit; 1 × TEA waits for stock"
    assert why_here(first).trigger == "when stock arrived"
    assert not prove_stock().breaks


def test_minds_are_changed_and_others_gain_by_it(merchant):
    everything = merchant.sells(TEA=15)
    waiting = merchant.sells(TEA=4)
    (line,) = OrderLine.objects.filter(order_id=everything)

    merchant.does(cancel_order, order_id=everything, reason="Fewer guests", lines={line.id: 3})
    assert sum(held(everything).values()) == 12
    assert sum(held(waiting).values()) == 3
    assert sum(backorders_of(waiting).values()) == 1

    merchant.does(cancel_order, order_id=everything, reason="No guests")
    assert order(everything).state == "cancelled"
    assert order(everything).next_step == "Canceled: No guests"
    assert held(everything) == {}
    assert held(waiting) == {"Leeds": 4}
    assert order(waiting).fulfillment_state == "allocated"
    assert not prove_stock().breaks


def test_a_hold_keeps_the_stock_and_stops_the_routing(merchant):
    mugs = merchant.sells(MUG_RED=2)
    merchant.does(hold_order, order_id=mugs, kind="manual", reason="Ask about the colour")
    before = len(decisions_of(mugs))
    assert held(mugs) == {"Leeds": 2}
    assert order(mugs).next_step.startswith("On hold")

    hold = Hold.objects.get(order_id=mugs, lifted_at__isnull=True)
    merchant.does(lift_hold, hold_id=hold.id, reason="Red it is")
    assert order(mugs).next_step == "Leeds to pick 2 units"
    assert len(decisions_of(mugs)) == before


def test_an_unknown_sku_waits_for_a_person_and_then_goes_on(merchant):
    odd = merchant.sells(hold_unknown=True, MUG_BLU=1, MYSTERY=1)
    assert order(odd).state == "checking"
    assert why_here(odd) is None

    line = OrderLine.objects.get(order_id=odd, sku="MYSTERY")
    merchant.does(match_line, order_id=odd, line_id=line.id, item_id=merchant.catalog.id("TEA"))
    assert order(odd).state == "open"
    assert held(odd) == {"Leeds": 2}
    assert order(odd).fulfillment_state == "allocated"


def test_a_person_knows_better_and_is_heard(merchant, uow):
    hull = merchant.sells(MUG_BLU=2)
    assert held(hull) == {"Leeds": 2}

    merchant.does(move_order, order_id=hull, location_id=merchant.catalog.london.id, reason="The customer collects it")
    assert held(hull) == {"London": 2}
    told = [each.sentence for each in decisions_of(hull)]
    assert told == [
        f"{uow.actor.label} moved this order to London: The customer collects it. London has all 2 units.",
        "Leeds has all 2 units and is nearest (80 km). London also had all, 247 km away.",
    ]
    assert not prove_stock().breaks
