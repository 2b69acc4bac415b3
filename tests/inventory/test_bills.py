"""Suppliers' bills: entered once, matched three ways, approved or disputed, and what they do to value."""

import threading
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from inventory.actions.billing.drafts import BillDraft, ChargeLine, GoodsLine
from inventory.actions.billing.enter import DuplicateBill, enter_bill
from inventory.actions.billing.matching import match_again
from inventory.actions.billing.settings import set_billing_tolerances
from inventory.actions.billing.settle import approve_bill, dispute_bill, withdraw_bill
from inventory.actions.purchasing.suppliers import create_supplier
from inventory.actions.valuing.rebuild import start_rebuild
from inventory.models import Item, ReceivedNotBilled, SupplierBill
from inventory.queries.billing import lines_of_bill, not_billed
from oms.accounts.actions.approvals import decide
from oms.accounts.models import Approval
from oms.accounts.queries import actor_of_membership
from oms.core.db.keys import uuid7
from oms.core.errors import Forbidden, Invalid, NotAllowed, NotFound
from oms.core.jobs.running import run_due_jobs
from oms.core.tenancy import unit, unit_of_work
from tests.inventory.test_valuing import sell
from tests.inventory.value import (
    a_supplier,
    balances,
    delivered,
    everything,
    follow,
    inside,
    mugs_bought,
    ordered,
    posted,
    worth,
)

D = Decimal


@pytest.fixture
def bought(tenant, catalog):
    return mugs_bought(tenant, catalog)


def draft(order, *goods, charges=(), **more) -> BillDraft:
    lines = [GoodsLine(item, units, D(price), order.id) for item, units, price in goods]
    given = {"number": "INV-17", "billed_on": unit().now.date(), "currency": "EUR", "charges": charges, **more}
    return BillDraft(supplier_id=order.supplier_id, goods=lines, **given)


def entered(tenant, order, *goods, **more) -> SupplierBill:
    with inside(tenant):
        return enter_bill(draft=draft(order, *goods, **more))


def verdicts(bill) -> list[list[str]]:
    return [each.verdicts for each in lines_of_bill(bill.id)]


def test_a_bill_that_matches_is_owed_at_once(tenant, catalog, bought):
    goods = (catalog.id("MUG-BLU"), 10, "6"), (catalog.id("MUG-RED"), 3, "4")
    bill = entered(tenant, bought, *goods, tax=D("14.40"), total=D("86.40"))
    assert (bill.state, bill.total) == ("posted", D("86.40"))
    follow(tenant)
    with inside(tenant):
        found = balances()
        assert (found["received_not_billed"], found["payable"]) == (0, D("-72.00"))
        assert not_billed() == []
        assert sum(found.values()) == 0


def test_a_price_difference_goes_to_what_is_left_and_to_what_was_sold(tenant, catalog, bought):
    """10 came at 6.00, after the 15 of the opening stock; 20 are sold, so that 5 are left: half of each."""
    blue = catalog.id("MUG-BLU")
    with inside(tenant):
        sell(catalog, "MUG-BLU", 20)
    bill = entered(tenant, bought, (blue, 10, "7"))
    assert bill.state == "waits"
    with inside(tenant):
        assert verdicts(bill) == [["price_differs"]]
        assert approve_bill(bill_id=bill.id).state == "posted"
    follow(tenant)
    with inside(tenant):
        assert worth(blue) == (5, D("35.00"))
        assert posted(blue)[-3:] == [
            ("received_not_billed", "payable", D("60.00")), ("stock", "payable", D("5.00")),
            ("cost_of_sales", "payable", D("5.00")),
        ]  # fmt: skip
        before = everything()
        start_rebuild()
    run_due_jobs(tenant.id)
    with inside(tenant):
        assert everything() == before


def test_what_came_and_is_not_billed_yet(tenant, catalog, bought):
    entered(tenant, bought, (catalog.id("MUG-BLU"), 4, "6"))
    follow(tenant)
    with inside(tenant, now=unit_now(tenant) + timedelta(days=9)):
        (supplier,) = not_billed()
        (order,) = supplier.orders
        assert (supplier.value, order.units, order.value, order.days) == (D("48.00"), 9, D("48.00"), 9)
        assert supplier.value == -balances()["received_not_billed"]


def unit_now(tenant):
    with inside(tenant):
        return unit().now


def test_the_same_number_twice_points_to_the_first(tenant, catalog, bought):
    blue = catalog.id("MUG-BLU")
    first = entered(tenant, bought, (blue, 1, "6"))
    with inside(tenant), pytest.raises(DuplicateBill) as refused:
        enter_bill(draft=draft(bought, (blue, 1, "6"), number=" inv 17"))
    assert refused.value.data["bill_id"] == str(first.id)
    with inside(tenant):
        other = create_supplier(code="OTHER", name="Other", currency="EUR")
        second = enter_bill(draft=BillDraft(other.id, "INV-17", unit().now.date(), "EUR", [GoodsLine(blue, 1, D(6))]))
        assert (second.state, verdicts(second)) == ("waits", [["not_ordered"]])
        withdraw_bill(bill_id=second.id, note="Not ours")
        enter_bill(draft=BillDraft(other.id, "INV-17", unit().now.date(), "EUR", [GoodsLine(blue, 1, D(6))]))


def test_a_bill_before_its_goods_waits_for_them(tenant, catalog, bought, drain):
    """5 red mugs are billed and 3 have come: when the others do, it matches by itself."""
    red = catalog.id("MUG-RED")
    bill = entered(tenant, bought, (red, 5, "4"))
    with inside(tenant):
        assert verdicts(bill) == [["more_than_received"]]
        assert match_again(bill_id=bill.id).state == "waits"
        delivered(bought, (red, 2))
    drain()
    with inside(tenant):
        assert SupplierBill.objects.get(id=bill.id).state == "posted"
        with pytest.raises(NotAllowed, match="posted"):
            match_again(bill_id=bill.id)
    follow(tenant)
    with inside(tenant):
        assert [each.open_units for each in ReceivedNotBilled.objects.filter(item_id=red)] == [0]


def test_two_bills_do_not_ask_for_the_same_units(tenant, catalog, bought):
    blue = catalog.id("MUG-BLU")
    assert entered(tenant, bought, (blue, 6, "6")).state == "posted"
    second = entered(tenant, bought, (blue, 6, "6"), number="INV-18")
    with inside(tenant):
        assert verdicts(second) == [["more_than_received"]]
        approve_bill(bill_id=second.id, note="They are on the lorry")
    follow(tenant)
    with inside(tenant):
        assert balances()["price_difference"] == D("12.00")


@contextmanager
def entering(tenant, order, *goods, **more):
    """Somebody enters a bill, and does not commit for a while."""
    typed, go_on = threading.Event(), threading.Event()

    def enter() -> None:
        with inside(tenant):
            enter_bill(draft=draft(order, *goods, **more))
            typed.set()
            assert go_on.wait(20)
        connection.close()

    clerk = threading.Thread(target=enter)
    clerk.start()
    try:
        assert typed.wait(20)
        yield go_on
    finally:
        go_on.set()
        clerk.join(20)


def two_at_once(tenant, catalog) -> list[str]:
    """Two bills ask for the same 10 mugs, the second before the first is committed."""
    order, blue = mugs_bought(tenant, catalog), catalog.id("MUG-BLU")
    with entering(tenant, order, (blue, 10, "6")) as go_on:
        threading.Timer(0.5, go_on.set).start()
        entered(tenant, order, (blue, 10, "6"), number="INV-18")
    with inside(tenant):
        return sorted(SupplierBill.objects.values_list("state", flat=True))


def test_two_bills_at_once_do_not_ask_for_the_same_units(committed_db, tenant, catalog):
    assert two_at_once(tenant, catalog) == ["posted", "waits"]


def test_control_without_the_orders_lock_both_are_owed(committed_db, tenant, catalog, monkeypatch):
    monkeypatch.setattr("inventory.actions.billing.matching.lock_purchase_orders", lambda orders: [])
    assert two_at_once(tenant, catalog) == ["posted", "posted"]


def test_tolerances_are_the_merchants_own(tenant, catalog, bought):
    blue = catalog.id("MUG-BLU")
    with inside(tenant):
        set_billing_tolerances(price_percent=D(10), price_absolute=D(0), units=2)
    assert entered(tenant, bought, (blue, 12, "6.60")).state == "posted"
    with inside(tenant), pytest.raises(Invalid) as refused:
        set_billing_tolerances(price_percent=D(101), price_absolute=D(-1), units=-1)
    assert len(refused.value.fields) == 3


def test_above_ones_limit_a_second_person_approves(tenant, catalog, bought, membership):
    manager = actor_of_membership(membership(role="manager", limits={"billing.approve": "50"}))
    second = actor_of_membership(membership(role="owner"))
    bill = entered(tenant, bought, (catalog.id("MUG-BLU"), 10, "7"))
    with unit_of_work(tenant.id, manager):
        waits = approve_bill(bill_id=bill.id, note="Dearer since June")
        assert isinstance(waits, Approval)
        assert SupplierBill.objects.get(id=bill.id).state == "waits"
    with unit_of_work(tenant.id, second):
        decide(approval_id=waits.id, approve=True)
        assert SupplierBill.objects.get(id=bill.id).state == "posted"
    with unit_of_work(tenant.id, actor_of_membership(membership(role="warehouse"))), pytest.raises(Forbidden):
        approve_bill(bill_id=bill.id)


def test_a_dispute_says_why_and_can_end(tenant, catalog, bought):
    bill = entered(tenant, bought, (catalog.id("MUG-BLU"), 10, "9"))
    with inside(tenant):
        with pytest.raises(Invalid):
            dispute_bill(bill_id=bill.id, note=" ")
        assert dispute_bill(bill_id=bill.id, note="The catalogue says 6.00").state == "disputed"
        with pytest.raises(NotAllowed):
            dispute_bill(bill_id=bill.id, note="Again")
        assert withdraw_bill(bill_id=bill.id, note="They sent a new one").state == "withdrawn"
        with pytest.raises(NotAllowed):
            approve_bill(bill_id=bill.id)


@pytest.mark.parametrize(("by", "parts"), [("value", ["8.33", "1.67"]), ("quantity", ["7.69", "2.31"])])
def test_freight_that_comes_late_is_landed_cost(tenant, catalog, bought, by, parts):
    """10.00 for 10 blue mugs (60.00) and 3 red ones (12.00); 20 of the 25 blue ones are sold."""
    blue, red = catalog.id("MUG-BLU"), catalog.id("MUG-RED")
    with inside(tenant):
        sell(catalog, "MUG-BLU", 20)
        carrier = create_supplier(code="SHIP", name="Shipping line", currency="EUR")
        bill = enter_bill(draft=BillDraft(carrier.id, "F1", unit().now.date(), "EUR",
                                          charges=[ChargeLine("freight", D(10), (bought.id,), by)]))  # fmt: skip
        assert bill.state == "posted"
    follow(tenant)
    with inside(tenant):
        stays = (D(parts[0]) / 2).quantize(D("0.01"), rounding="ROUND_HALF_UP")
        assert worth(blue) == (5, D("30.00") + stays)
        assert worth(red) == (18, D("73.50") + D(parts[1]))
        assert balances()["payable"] == D("-10.00")


def test_by_weight_and_what_weighs_nothing_known(tenant, catalog, bought):
    with inside(tenant):
        Item.objects.filter(id=catalog.id("MUG-BLU")).update(weight_g=None)
    charge = ChargeLine("duty", D(10), (bought.id,), "weight")
    entered(tenant, bought, charges=[charge])
    with inside(tenant):
        Item.objects.all().update(weight_g=1)
    follow(tenant)
    with inside(tenant):
        assert worth(catalog.id("MUG-RED")) == (18, D("83.50"))
        again = everything()
        start_rebuild()
    run_due_jobs(tenant.id)
    with inside(tenant):
        assert everything() == again


def test_a_charge_before_its_goods_waits(tenant, catalog):
    with inside(tenant):
        order = ordered(a_supplier(), catalog.leeds, (catalog.id("TEA"), 10, "1"))
        bill = enter_bill(draft=draft(order, charges=[ChargeLine("freight", D(5), (order.id,))]))
        assert (bill.state, verdicts(bill)) == ("waits", [["nothing_received"]])
        approve_bill(bill_id=bill.id)
    follow(tenant)
    with inside(tenant):
        assert balances()["price_difference"] == D("5.00")


def test_a_bill_in_another_currency_needs_a_rate_and_prices_the_goods(tenant, catalog):
    """2 came from Japan at the item's 4.10; billed at 700 yen each, at 0.0062 that is 4.34."""
    blue = catalog.id("MUG-BLU")
    with inside(tenant):
        order = ordered(a_supplier(currency="JPY"), catalog.leeds, (blue, 2, "700"))
        delivered(order, (blue, 2))
        with pytest.raises(Invalid) as refused:
            enter_bill(draft=draft(order, (blue, 2, "700"), currency="JPY"))
        assert [each.field for each in refused.value.fields] == ["rate"]
        bill = enter_bill(draft=draft(order, (blue, 2, "700"), currency="JPY", rate=D("0.0062")))
        assert (bill.state, bill.rate) == ("posted", D("0.0062"))
    follow(tenant)
    with inside(tenant):
        assert posted(blue)[-2:] == [("received_not_billed", "payable", D("8.20")), ("stock", "payable", D("0.48"))]
        euros = enter_bill(draft=draft(order, (blue, 1, "4"), number="2"))
        assert verdicts(euros) == [["other_currency", "more_than_received"]]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"number": " - "}, ["number"]),
        ({"number": "x" * 61}, ["number"]),
        ({"billed_on": date(2999, 1, 1)}, ["billed_on"]),
        ({"currency": "EURO"}, ["currency"]),
        ({"tax": D(-1)}, ["tax"]),
        ({"total": D(1)}, ["total"]),
        ({"note": "x" * 501}, ["note"]),
        ({"supplier_id": uuid7()}, ["supplier_id", "lines.0.purchase_order"]),
        ({"goods": []}, ["lines"]),
        ({"units": 0}, ["lines.0.quantity"]),
        ({"price": "NaN"}, ["lines.0.unit_price"]),
        ({"order": uuid7()}, ["lines.0.purchase_order"]),
        ({"item": uuid7()}, ["lines.0.item_id"]),
        ({"charges": [ChargeLine("bribe", D(0), (), "luck")]},
         ["charges.0.charge", "charges.0.shared_by", "charges.0.amount", "charges.0.purchase_orders"]),
    ],
)  # fmt: skip
def test_a_bill_that_cannot_be(tenant, catalog, bought, changed, fields):
    line = GoodsLine(changed.pop("item", catalog.id("MUG-BLU")), changed.pop("units", 1),
                     D(changed.pop("price", "6")), changed.pop("order", bought.id))  # fmt: skip
    with inside(tenant):
        given = {"supplier_id": bought.supplier_id, "number": "1", "billed_on": unit().now.date(), "currency": "EUR",
                 "goods": [line], **changed}  # fmt: skip
        with pytest.raises(Invalid) as refused:
            enter_bill(draft=BillDraft(**given))
    assert [each.field for each in refused.value.fields] == fields
    with inside(tenant):
        assert not SupplierBill.objects.exists()


def test_who_sees_some_locations_sees_no_bills(tenant, catalog, bought, membership):
    bill = entered(tenant, bought, (catalog.id("MUG-BLU"), 1, "6"))
    follow(tenant)
    limited = actor_of_membership(membership(role="manager", locations=[catalog.london.id]))
    with unit_of_work(tenant.id, limited):
        assert not_billed() == []
        with pytest.raises(Forbidden):
            enter_bill(draft=draft(bought, (catalog.id("MUG-BLU"), 1, "6"), number="9"))
        with pytest.raises(NotFound):
            match_again(bill_id=bill.id)
