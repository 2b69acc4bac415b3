"""JSON to draft: every wrong field by its path. No database."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.core.errors import Invalid
from oms.desk.api import shapes
from orders.placing import reading
from orders.placing.reading import read_order
from tests.desk.bodies import body

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def test_a_full_order_is_read() -> None:
    draft = read_order(
        body(
            {"sku": "A", "quantity": 2, "unit_price": 1.1, "tax": "0.21", "attributes": {"gift": True}},
            placed_at="2026-11-24T10:00:00+01:00", tags=["vip"], tax_included=True, on_shortage="refuse",
            customer={"name": "Ada", "external_id": "C-1"},
        )
    )  # fmt: skip
    assert (draft.channel, draft.customer_name, draft.customer_external_id) == ("web", "Ada", "C-1")
    assert (draft.lines[0].unit_price, draft.lines[0].tax) == (Decimal("1.1"), Decimal("0.21"))
    assert draft.placed_at == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert (draft.tags, draft.tax_included, draft.on_shortage) == (("vip",), True, "refuse")


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"currency": 5}, "currency", "wrong_type"),
        ({"curency": "EUR"}, "curency", "unknown_field"),
        ({"lines": "none"}, "lines", "wrong_type"),
        ({"lines": [None]}, "lines.0", "wrong_type"),
        ({"lines": ["x"]}, "lines.0", "wrong_type"),
        ({"lines": [{"sku": "A"}]}, "lines.0.quantity", "required"),
        ({"lines": [{"sku": "A", "quantity": "2"}]}, "lines.0.quantity", "wrong_type"),
        ({"lines": [{"sku": "A", "quantity": 1.5}]}, "lines.0.quantity", "wrong_type"),
        ({"lines": [{"sku": "A", "quantity": True}]}, "lines.0.quantity", "wrong_type"),
        ({"lines": [{"sku": ["A"], "quantity": 1}]}, "lines.0.sku", "wrong_type"),
        ({"lines": [{"quantity": 1, "unit_price": "12,50"}]}, "lines.0.unit_price", "not_a_number"),
        ({"lines": [{"quantity": 1, "price": "12"}]}, "lines.0.price", "unknown_field"),
        ({"lines": [{"quantity": 1, "attributes": []}]}, "lines.0.attributes", "wrong_type"),
        ({"customer": {"mail": "a@b.co"}}, "customer.mail", "unknown_field"),
        ({"customer": "Ada"}, "customer", "wrong_type"),
        ({"ship_to": {"country": 1}}, "ship_to.country", "wrong_type"),
        ({"ship_to": {"latitude": "north"}}, "ship_to.latitude", "wrong_type"),
        ({"shipping": {}}, "shipping", "not_a_number"),
        ({"tags": "vip"}, "tags", "wrong_type"),
        ({"tags": [1]}, "tags", "wrong_type"),
        ({"tax_included": "yes"}, "tax_included", "wrong_type"),
        ({"placed_at": "yesterday"}, "placed_at", "not_a_time"),
        ({"placed_at": "2026-11-24T10:00:00"}, "placed_at", "not_a_time"),
        ({"placed_at": 1732400000}, "placed_at", "not_a_time"),
    ],
)
def test_what_cannot_be_read_is_named(sent: dict, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_order({**body(), **sent})
    assert (field, code) in {(each.field, each.code) for each in refused.value.fields}


def test_a_slip_of_the_pen_gets_a_suggestion() -> None:
    with pytest.raises(Invalid, match="Did you mean quantity"):
        read_order(body({"sku": "A", "quantity": 1, "quantitty": 2}))


@given(st.dictionaries(st.sampled_from(reading.ORDER_FIELDS), JSON, max_size=6) | JSON)
def test_any_json_is_read_or_refused(data: object) -> None:
    """No JSON makes it stumble; what it refuses, it names."""
    try:
        outcome = read_order(data)
    except Invalid as refused:
        outcome = refused
    assert outcome.fields if isinstance(outcome, Invalid) else outcome.payment_state


@pytest.mark.parametrize(
    ("fields", "shape"),
    [
        (reading.ORDER_FIELDS, shapes.OrderDraftShape),
        (reading.LINE_FIELDS, shapes.LineDraftShape),
        (reading.CUSTOMER_FIELDS, shapes.CustomerDraftShape),
        (reading.ADDRESS_FIELDS, shapes.AddressShape),
    ],
)
def test_what_is_read_is_what_is_documented(fields: tuple[str, ...], shape) -> None:
    assert set(fields) == set(shape().fields)
