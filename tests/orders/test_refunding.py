"""What may go back: the parts of a line sum to the line, the lines to the order, and never beyond what was paid."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.core.money import exponent
from orders.refunding import (
    Agreed,
    LineBack,
    RefundPlan,
    Refusal,
    Sold,
    Tender,
    balance,
    fits_again,
    left_of,
    plan_refund,
    worth_of,
)

CARD, GIFT = UUID(int=901), UUID(int=902)


def sold(number: int, quantity: int, total: str, tax: str = "0", **back: object) -> Sold:
    return Sold(UUID(int=number), f"SKU-{number}", quantity, Decimal(total), Decimal(tax), **back)


def agreed(*lines: Sold, total: str, shipping: str = "0", paid: str | None = None, currency: str = "EUR") -> Agreed:
    tender = Tender(CARD, Decimal(paid if paid is not None else total))
    return Agreed(currency, Decimal(total), Decimal(shipping), lines, (tender,))


def test_a_line_is_worth_its_total_and_shipping_is_shared_by_worth():
    worth = worth_of(agreed(sold(1, 2, "25.00", "4.00"), sold(2, 1, "5.00"), total="36.00", shipping="6.00"))
    assert [(each.goods, each.tax, each.shipping) for each in worth.values()] == [
        (Decimal("21.00"), Decimal("4.00"), Decimal("5.00")),
        (Decimal("5.00"), Decimal("0"), Decimal("1.00")),
    ]


def test_a_discount_on_the_whole_order_is_the_lines_to_bear():
    worth = worth_of(agreed(sold(1, 1, "10.00"), sold(2, 1, "20.00"), total="20.00"))
    assert [each.goods for each in worth.values()] == [Decimal("6.67"), Decimal("13.33")]


def test_units_go_back_one_by_one_to_the_cent():
    line, back = sold(1, 3, "10.00", "1.60"), []
    for _unit in range(3):
        plan = plan_refund(agreed(line, total="10.00"), {line.line_id: 1})
        back.append(plan.amount)
        (one,) = plan.lines
        line = sold(
            1, 3, "10.00", "1.60",
            units_back=line.units_back + 1, goods_back=line.goods_back + one.goods, tax_back=line.tax_back + one.tax,
        )  # fmt: skip
    assert back == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]
    assert left_of(line, worth_of(agreed(line, total="10.00"))[line.line_id]).amount == 0


@pytest.mark.parametrize(
    ("shipping", "units", "amount"),
    [(None, 2, "26.00"), (None, 1, "10.00"), (True, 1, "13.00"), (False, 2, "20.00"), (True, 2, "26.00")],
)
def test_shipping_goes_back_with_the_last_units_or_when_asked(shipping, units, amount):
    plan = plan_refund(
        agreed(sold(1, 2, "20.00"), total="26.00", shipping="6.00"), {UUID(int=1): units}, shipping=shipping
    )
    assert plan.amount == Decimal(amount)


def test_every_reason_against_it_is_named():
    order = agreed(sold(1, 2, "20.00", units_back=1, goods_back=Decimal("10.00")), total="20.00")
    refusals = plan_refund(order, {UUID(int=1): 2, UUID(int=7): 1}, goodwill=Decimal("0.005"))
    assert [(each.code, each.left) for each in refusals] == [
        ("more_than_left", 1), ("unknown_line", 0), ("out_of_range", 0),
    ]  # fmt: skip
    (nothing,) = plan_refund(order, {})
    assert nothing.code == "nothing_left"
    (too_much,) = plan_refund(order, {}, goodwill=Decimal("20.01"))
    assert (too_much.code, too_much.left) == ("more_than_paid", Decimal("20.00"))


def test_each_tender_gets_back_what_it_gave():
    tenders = (Tender(GIFT, Decimal("5.00"), Decimal("2.00")), Tender(CARD, Decimal("15.00")))
    order = Agreed("EUR", Decimal("20.00"), Decimal(0), (sold(1, 2, "20.00"),), tenders)
    assert plan_refund(order, {UUID(int=1): 1}).tenders == {GIFT: Decimal("3.00"), CARD: Decimal("7.00")}


@pytest.mark.parametrize(
    ("asked", "paid", "back", "goodwill", "due"),
    [
        (24, 24, 0, 0, 0), (24, 10, 0, 0, 14), (20, 24, 0, 0, -4),
        (24, 24, 5, 5, 0),  # a present
        (20, 25, 3, 3, -2), (20, 25, 5, 5, 0), (20, 25, 9, 9, 0),  # first the debt, then a present
        (14, 24, 10, 0, 0),
    ],
)  # fmt: skip
def test_a_sum_without_units_settles_a_debt_and_makes_none(asked, paid, back, goodwill, due):
    assert balance(*map(Decimal, (asked, paid, back, goodwill))) == due


def test_an_order_without_lines_still_has_its_money():
    order = Agreed("EUR", Decimal("5.00"), Decimal("5.00"), (), (Tender(CARD, Decimal("5.00")),))
    assert worth_of(order) == {}
    assert plan_refund(order, {}, goodwill=Decimal("5.00")).tenders == {CARD: Decimal("5.00")}


@st.composite
def lives(draw):
    """An order of some lines, and the units of it that go back, step by step, until nothing is left."""
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    cent = Decimal(1).scaleb(-exponent(currency))
    quantities = draw(st.lists(st.integers(1, 7), min_size=1, max_size=4))
    totals = [draw(st.integers(0, 5_000)) * cent for _ in quantities]
    taxes = [min(total, draw(st.integers(0, 900)) * cent) for total in totals]
    shipping = draw(st.integers(0, 700)) * cent
    beside = draw(st.integers(-400, 400)) * cent if sum(totals) > 400 * cent else Decimal(0)
    steps = draw(st.permutations([line for line, units in enumerate(quantities) for _ in range(units)]))
    return currency, quantities, totals, taxes, shipping, sum(totals) + beside + shipping, steps


@given(life=lives(), with_shipping=st.sampled_from([None, True]))
def test_all_steps_together_give_back_exactly_what_was_paid(life, with_shipping):
    currency, quantities, totals, taxes, shipping, total, steps = life
    lines = [Sold(UUID(int=at), "x", *of) for at, of in enumerate(zip(quantities, totals, taxes, strict=True))]
    back, tender = Decimal(0), Tender(CARD, total)
    for line in steps:
        order = Agreed(currency, total, shipping, tuple(lines), (Tender(CARD, total, back),))
        plan = plan_refund(order, {UUID(int=line): 1}, shipping=with_shipping)
        if isinstance(plan, RefundPlan):
            (one,) = plan.lines
            assert sum(plan.tenders.values()) == plan.amount <= order.left
        else:
            # A unit that is worth nothing is counted by nobody; the next one of its line has its cents.
            assert all(isinstance(each, Refusal) and each.code == "nothing_left" for each in plan)
            continue
        back += plan.amount
        old = lines[line]
        lines[line] = Sold(
            old.line_id, "x", old.quantity, old.total, old.tax, old.units_back + 1, old.goods_back + one.goods,
            old.tax_back + one.tax, old.shipping_back + one.shipping,
        )  # fmt: skip
    assert back <= tender.captured
    if all(line.units_back == line.quantity for line in lines):
        assert back == total


@pytest.mark.parametrize(
    ("since", "paid", "fits"),
    [
        ({}, "20.00", True),
        ({}, "9.99", False),
        ({"units_back": 1}, "20.00", True),
        ({"units_back": 2}, "20.00", False),
        ({"goods_back": Decimal("10.01")}, "20.00", False),
    ],
)
def test_what_failed_fits_again_unless_something_took_its_place(since, paid, fits):
    asked = LineBack(UUID(int=1), 1, Decimal("10.00"), Decimal(0), Decimal(0))
    now = agreed(sold(1, 2, "20.00", **since), total="20.00", paid=paid)
    assert fits_again(now, [asked], {CARD: Decimal("10.00")}) is fits
    assert not fits_again(now, [asked], {GIFT: Decimal("0.01")})
