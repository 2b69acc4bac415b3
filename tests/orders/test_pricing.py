"""Money adds up, whatever is ordered. No database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.core.money import exponent
from orders.placing.drafts import LineDraft, OrderDraft
from orders.placing.pricing import price_line, price_order
from tests.orders.trade import draft, line


def totals(given: OrderDraft):
    priced = [
        price_line(each, each.unit_price, currency=given.currency, tax_included=given.tax_included)
        for each in given.lines
    ]
    return priced, price_order(given, priced)


@pytest.mark.parametrize(
    ("given", "total"),
    [
        (draft(line(quantity=2)), "25.00"),
        (draft(line(quantity=3, unit_price="0.333")), "1.00"),
        (draft(line(quantity=3, unit_price="0.335")), "1.01"),
        (draft(line(discount="2.50")), "10.00"),
        (draft(line(tax="2.38")), "14.88"),
        (draft(line(tax="2.38"), tax_included=True), "12.50"),
        (draft(line(), shipping=Decimal("4.90"), discount=Decimal("1.40")), "16.00"),
        (draft(line(), line(sku="POST", kind="shipping", unit_price="3.90")), "16.40"),
        (draft(line(), line(sku="D", kind="discount", unit_price="-2.50")), "10.00"),
        (draft(line(unit_price="1250"), currency="JPY"), "1250"),
        (draft(line(unit_price="1250.5"), currency="JPY"), "1251"),
        (draft(line(unit_price="1.2345"), currency="KWD"), "1.235"),
        (draft(line(), imported_total=Decimal("12.49")), "12.49"),
    ],
)
def test_totals(given: OrderDraft, total: str) -> None:
    assert totals(given)[1].total == Decimal(total)


def test_amounts_go_where_they_belong() -> None:
    _, sums = totals(
        draft(
            line(quantity=2, discount="5"),
            line(sku="POST", kind="shipping", unit_price="3.90"),
            line(sku="D", kind="discount", unit_price="-1"),
            line(sku="FEE", kind="fee", unit_price="-0.50"),
            shipping=Decimal("1.10"),
            discount=Decimal("2"),
        )
    )
    assert (sums.goods, sums.shipping, sums.discount, sums.total) == (
        Decimal("24.50"), Decimal("5.00"), Decimal("8.00"), Decimal("21.50"),
    )  # fmt: skip


PRICES = st.decimals(0, 9_999, places=4)
CENTS = st.decimals(0, 50, places=2)
KINDS = st.sampled_from(["goods", "goods", "shipping", "discount", "fee", "voucher"])
LINES = st.builds(
    LineDraft,
    sku=st.just("X"),
    quantity=st.integers(1, 1_000),
    unit_price=PRICES,
    discount=CENTS,
    tax=CENTS,
    kind=KINDS,
)


@given(st.lists(LINES, min_size=1, max_size=20), CENTS, CENTS, st.booleans(), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_the_whole_is_the_sum_of_its_parts(lines, shipping, discount, tax_included, currency) -> None:
    given_draft = OrderDraft(
        currency=currency, lines=tuple(lines), shipping=shipping, discount=discount, tax_included=tax_included
    )
    priced, sums = totals(given_draft)
    cent = Decimal(1).scaleb(-exponent(currency))
    for amount in (sums.goods, sums.shipping, sums.discount, sums.tax, sums.total, *(each.total for each in priced)):
        assert amount == amount.quantize(cent)
    added_tax = Decimal(0) if tax_included else sums.tax
    assert sums.total == sums.goods + sums.shipping - sums.discount + added_tax
    on_the_order = shipping.quantize(cent, "ROUND_HALF_UP") - discount.quantize(cent, "ROUND_HALF_UP")
    assert sums.total == sum(each.total for each in priced) + on_the_order
