"""Matching three ways and sharing charges out, by tables and to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.billing.matching import Billed, Ordered, Tolerances, match_charge, match_line
from inventory.billing.sharing import SHARED_BY, Received, share_out
from inventory.valuing.billed import Open, bill_goods
from inventory.valuing.pool import Layer, Pool
from inventory.valuing.rules import stock_value

D = Decimal
USUAL = Tolerances(D(2), D("0.01"), 0)


@pytest.mark.parametrize(
    ("units", "price", "ordered", "told"),
    [
        (10, "5.00", ("5.00", "EUR", 10, 0), []),
        (10, "5.10", ("5.00", "EUR", 10, 0), []),
        (10, "5.11", ("5.00", "EUR", 10, 0), ["price_differs"]),
        (10, "4.89", ("5.00", "EUR", 10, 0), ["price_differs"]),
        (10, "0.02", ("0.01", "EUR", 10, 0), []),
        (11, "5.00", ("5.00", "EUR", 10, 0), ["more_than_received"]),
        (6, "5.00", ("5.00", "EUR", 10, 5), ["more_than_received"]),
        (5, "5.00", ("5.00", "EUR", 10, 5), []),
        (11, "9.00", ("5.00", "EUR", 10, 0), ["price_differs", "more_than_received"]),
        (10, "5.00", ("5.00", "JPY", 10, 0), ["other_currency"]),
        (10, "5.00", None, ["not_ordered"]),
    ],
)
def test_a_line_against_its_order_and_what_came(units, price, ordered, told):
    against = ordered and Ordered(D(ordered[0]), *ordered[1:])
    assert match_line(Billed(units, D(price), "EUR"), against, USUAL) == told


def test_units_have_a_tolerance_of_their_own():
    against = Ordered(D(5), "EUR", 10, 0)
    assert match_line(Billed(12, D(5), "EUR"), against, Tolerances(units=2)) == []
    assert match_line(Billed(13, D(5), "EUR"), against, Tolerances(units=2)) == ["more_than_received"]


def test_a_charge_waits_for_goods():
    assert match_charge([0, 0]) == match_charge([]) == ["nothing_received"]
    assert match_charge([0, 3]) == []


@pytest.mark.parametrize(
    ("by", "parts"),
    [("value", ["2.50", "7.50"]), ("weight", ["9.09", "0.91"]), ("quantity", ["5.00", "5.00"])],
)
def test_a_charge_is_shared_out(by, parts):
    goods = [Received(4, D(10), 1000), Received(4, D(30), 100)]
    assert share_out(D(10), goods, by=by, currency="EUR") == list(map(D, parts))


@given(
    st.decimals(min_value=0, max_value=10_000, places=2),
    st.lists(st.builds(Received, st.integers(1, 99), st.decimals(0, 999, places=2), st.integers(0, 999)), min_size=1),
    st.sampled_from(SHARED_BY),
)
def test_the_parts_are_the_whole(amount, goods, by):
    assert sum(share_out(amount, goods, by=by, currency="EUR")) == amount


def billed(came: tuple[int, int, str], waiting: tuple[int, str], units: int, amount: str):
    layer = Layer(1, came[0], came[1], D(came[2]))
    pool = Pool("EUR", "fifo", layer.units_left, layer.value_left, [layer])
    postings = bill_goods(pool, [layer], Open(waiting[0], D(waiting[1])), units=units, amount=D(amount))
    return pool, [(each.debit, each.credit, str(each.amount)) for each in postings], postings


@pytest.mark.parametrize(
    ("came", "waiting", "units", "amount", "told"),
    [
        ((10, 10, "50"), (10, "50"), 10, "50", [("received_not_billed", "payable", "50")]),
        ((10, 4, "20"), (10, "50"), 10, "60", [("received_not_billed", "payable", "50"), ("stock", "payable", "4.00"),
                                               ("cost_of_sales", "payable", "6.00")]),
        ((10, 4, "20"), (10, "50"), 10, "40", [("received_not_billed", "payable", "50"), ("payable", "stock", "4.00"),
                                               ("payable", "cost_of_sales", "6.00")]),
        ((10, 10, "50"), (10, "50"), 4, "20", [("received_not_billed", "payable", "20.00")]),
        ((10, 10, "50"), (3, "15"), 5, "25", [("received_not_billed", "payable", "15"),
                                              ("price_difference", "payable", "10.00")]),
        ((10, 10, "50"), (0, "0"), 5, "25", [("price_difference", "payable", "25")]),
    ],
)  # fmt: skip
def test_what_a_bill_does_to_value(came, waiting, units, amount, told):
    pool, found, postings = billed(came, waiting, units, amount)
    assert found == told
    assert pool.value == D(came[2]) + stock_value(postings)
    owed = sum(((each.credit == "payable") - (each.debit == "payable")) * each.amount for each in postings)
    assert owed == D(amount)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.decimals(0, 20, places=4), st.integers(0, 30))
def test_billed_in_parts_nothing_waits_in_the_end(parts, price, sold):
    """Whatever was received at, and however it is billed: all of it is cleared, to the cent."""
    units = sum(parts)
    value = (price * units).quantize(D("0.01"))
    left = max(0, units - sold)
    layer = Layer(1, units, left, (value * left / units).quantize(D("0.01")))
    pool, waiting = Pool("EUR", "fifo", left, layer.value_left, [layer]), Open(units, value)
    for part in parts:
        first, *_ = bill_goods(pool, [layer], waiting, units=part, amount=D(part) * 3)
        waiting = Open(waiting.units - first.units, waiting.value - first.amount)
    assert waiting == Open(0, D(0))
