"""Goods of several lots go back to their supplier, and, canceled, come back as the lots they were."""

from decimal import Decimal

from inventory.actions.supplier_returns.send import SentBack, cancel_supplier_return, send_back
from oms.core.db.keys import uuid7
from tests.inventory.stock import assert_book_adds_up
from tests.inventory.tracing.lots import lots, receive
from tests.inventory.value import a_supplier, follow, worth


def test_lots_go_back_and_come_back_as_they_were(tenant, milk, catalog):
    here = catalog.leeds.id
    receive(milk.id, here, 3, "L1", 5)
    receive(milk.id, here, 4, "L2", 9)
    sent = send_back(
        return_id=uuid7(), supplier_id=a_supplier().id, location_id=here, lines=[SentBack(milk.id, 5)], note="Sour"
    )
    assert {lot: units for lot, units in lots(milk.id, here).items() if units} == {"L2": 2}
    assert_book_adds_up()
    cancel_supplier_return(return_id=sent.id, note="It was not")
    assert lots(milk.id, here) == {"L1": 3, "L2": 4}
    follow(tenant)
    assert worth(milk.id) == (7, Decimal(0))
    assert_book_adds_up()
