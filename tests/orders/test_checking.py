"""What is refused at the door, field by field. No database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.placing.checking import LINES_MAX, QUANTITY_MAX, draft_problems
from orders.placing.drafts import OrderDraft
from orders.placing.texts import clean_draft
from tests.orders.trade import BERLIN, draft, line

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def problems(given: OrderDraft) -> set[tuple[str, str]]:
    return {(each.field, each.code) for each in draft_problems(clean_draft(given), now=NOW)}


def test_a_good_draft_has_no_problems() -> None:
    assert problems(draft()) == set()


@pytest.mark.parametrize(
    ("bad", "field", "code"),
    [
        (draft(currency=""), "currency", "required"),
        (draft(currency="XXQ"), "currency", "unknown_currency"),
        (draft(currency="EURO"), "currency", "unknown_currency"),
        (draft(email="ada"), "email", "malformed_email"),
        (draft(email="ada@example"), "email", "malformed_email"),
        (draft(email="a b@example.com"), "email", "malformed_email"),
        (draft(lines=()), "lines", "required"),
        (draft(*[line()] * (LINES_MAX + 1)), "lines", "too_many"),
        (draft(line(quantity=0)), "lines.0.quantity", "out_of_range"),
        (draft(line(quantity=-3)), "lines.0.quantity", "out_of_range"),
        (draft(line(), line(quantity=QUANTITY_MAX + 1)), "lines.1.quantity", "out_of_range"),
        (draft(line(quantity=10**30)), "lines.0.quantity", "out_of_range"),
        (draft(line(unit_price="-1")), "lines.0.unit_price", "negative"),
        (draft(line(unit_price="1e999999")), "lines.0.unit_price", "out_of_range"),
        (draft(line(unit_price="NaN")), "lines.0.unit_price", "not_a_number"),
        (draft(line(unit_price="Infinity")), "lines.0.unit_price", "not_a_number"),
        (draft(line(unit_price="0.00001")), "lines.0.unit_price", "too_precise"),
        (draft(line(unit_price="1000000000", quantity=QUANTITY_MAX)), "lines.0.unit_price", "out_of_range"),
        (draft(line(discount="13")), "lines.0.discount", "more_than_line"),
        (draft(line(discount="-1")), "lines.0.discount", "negative"),
        (draft(line(tax="-1")), "lines.0.tax", "negative"),
        (draft(line(sku=" ")), "lines.0.sku", "required"),
        (draft(line(kind="gift")), "lines.0.kind", "unknown_choice"),
        (draft(line(sku="x" * 101)), "lines.0.sku", "too_long"),
        (draft(line(title="a\x00b")), "lines.0.title", "control_characters"),
        (draft(line(attributes={"note": ["a\x00"]})), "lines.0.attributes", "control_characters"),
        (draft(customer_name="\ud800"), "customer_name", "control_characters"),
        (draft(customer_note="x" * 5_001), "customer_note", "too_long"),
        (draft(external_id="x" * 201), "external_id", "too_long"),
        (draft(attributes={"a": "x" * 10_001}), "attributes", "too_long"),
        (draft(ship_to=replace(BERLIN, line1="a\x07")), "ship_to.line1", "control_characters"),
        (draft(ship_to=replace(BERLIN, latitude=91.0)), "ship_to", "bad_coordinates"),
        (draft(ship_to=replace(BERLIN, longitude=float("nan"))), "ship_to", "bad_coordinates"),
        (draft(tags=("x" * 61,)), "tags.0", "too_long"),
        (draft(tags=tuple(f"t{n}" for n in range(51))), "tags", "too_many"),
        (draft(shipping=Decimal(-1)), "shipping", "negative"),
        (draft(discount=Decimal("NaN")), "discount", "not_a_number"),
        (draft(payment_state="maybe"), "payment_state", "unknown_choice"),
        (draft(on_shortage="explode"), "on_shortage", "unknown_choice"),
        (draft(on_unknown_sku="guess"), "on_unknown_sku", "unknown_choice"),
        (draft(placed_at=datetime(2026, 11, 24)), "placed_at", "no_time_zone"),
        (draft(placed_at=NOW + timedelta(days=2)), "placed_at", "out_of_range"),
        (draft(placed_at=datetime(1889, 1, 1, tzinfo=UTC)), "placed_at", "out_of_range"),
    ],
)
def test_each_bad_field_is_named(bad: OrderDraft, field: str, code: str) -> None:
    assert (field, code) in problems(bad)


def test_all_bad_fields_are_named_at_once() -> None:
    bad = draft(line(quantity=0, unit_price="-1"), line(sku=""), currency="", email="no")
    assert {field for field, _ in problems(bad)} == {
        "lines.0.quantity", "lines.0.unit_price", "lines.1.sku", "currency", "email",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["discount", "adjustment", "fee"])
def test_only_corrections_may_cost_less_than_nothing(kind: str) -> None:
    assert problems(draft(line(), line(sku="D", unit_price="-5", kind=kind))) == set()


def test_a_document_from_elsewhere_keeps_its_odd_amounts() -> None:
    odd = draft(line(discount="20", tax="-1.25"), imported_total=Decimal("-8.75"))
    assert problems(odd) == set()


def test_texts_are_trimmed_and_known_forms_made() -> None:
    cleaned = clean_draft(
        draft(line(sku=" mug "), email=" Ada@Example.COM ", currency=" eur ", tags=("VIP ", "vip", " a  b "))
    )
    assert (cleaned.email, cleaned.currency, cleaned.tags) == ("ada@example.com", "EUR", ("vip", "a b"))
    assert cleaned.lines[0].sku == "mug"


@given(st.text(max_size=300))
def test_any_text_is_stored_or_named(text: str) -> None:
    """What passes the check is what PostgreSQL can keep."""
    passed = not draft_problems(clean_draft(draft(customer_note=text)), now=NOW)
    stored = clean_draft(draft(customer_note=text)).customer_note
    unstorable = "\x00" in stored or any(0xD800 <= ord(letter) <= 0xDFFF for letter in stored)
    assert not (passed and unstorable)
