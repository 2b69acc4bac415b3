"""What screening says of an order. No database."""

from dataclasses import replace
from decimal import Decimal

import pytest

from oms.core.addresses import Address
from oms.core.db.keys import uuid7
from orders.screening.fraud import THRESHOLD
from orders.screening.judging import Judgement, judge
from orders.screening.sheet import Sheet, SheetLine
from tests.orders.trade import BERLIN

MUG = SheetLine(uuid7(), 1, "goods", "MUG-BLU", 1, Decimal("12.50"), True)
GOOD = Sheet(
    uuid7(), Decimal("12.50"), "EUR", email="ada@example.com", ship_to=BERLIN, lines=(MUG,), high_value=Decimal(1000)
)


def judged(**changes: object) -> Judgement:
    return judge(replace(GOOD, **changes))


def holds(judgement: Judgement) -> list[str]:
    return [hold.kind for hold in judgement.holds]


def test_an_ordinary_order_is_cleared() -> None:
    judgement = judged()
    assert (judgement.cleared, judgement.points, judgement.sentence) == (True, 0, "Nothing stands in the way.")
    assert {verdict.check for verdict in judgement.verdicts} == {"address", "lines", "payment", "fraud"}


@pytest.mark.parametrize(
    ("address", "word"),
    [
        (Address(), "no address"),
        (replace(BERLIN, postcode="1011"), "1011"),
        (replace(BERLIN, line1=""), "street"),
        (replace(BERLIN, city=""), "city"),
        (replace(BERLIN, country="ZZ"), "ZZ"),
        (replace(BERLIN, country=""), "country"),
    ],
)
def test_an_address_the_post_would_not_accept_is_held(address: Address, word: str) -> None:
    judgement = judged(ship_to=address)
    assert holds(judgement) == ["address"]
    assert word in judgement.holds[0].reason


def test_a_source_without_addresses_is_not_held_for_them() -> None:
    judgement = judged(ship_to=Address(country="DE"), address_known=False)
    assert judgement.cleared
    assert "carries no addresses" in judgement.verdicts[0].sentence


def test_what_is_not_shipped_needs_no_address() -> None:
    assert judged(ship_to=Address(), lines=(replace(MUG, kind="voucher", has_item=False),)).cleared


def test_unknown_skus_hold_their_lines() -> None:
    unknown = replace(MUG, line_id=uuid7(), sku="NOPE", has_item=False)
    judgement = judged(lines=(MUG, unknown))
    assert [(hold.kind, hold.line_id) for hold in judgement.holds] == [("unknown_sku", unknown.line_id)]
    assert "“NOPE”" in judgement.sentence


def test_free_lines_are_noted_with_at_most_ten_points() -> None:
    judgement = judged(lines=(replace(MUG, unit_price=Decimal(0)),) * 7)
    assert (judgement.cleared, judgement.points) == (True, 10)


@pytest.mark.parametrize(
    ("state", "held"), [("unpaid", True), ("part_paid", True), ("paid", False), ("authorised", False)]
)
def test_payment_holds_only_where_it_is_required(state: str, held: bool) -> None:
    assert holds(judged(payment_state=state, payment_required=True)) == (["payment"] if held else [])
    assert judged(payment_state=state).cleared


RULES = [
    ("countries_differ", {"bill_to": Address(country="FR")}, 20),
    ("names_differ", {"bill_to": Address(name="Bob")}, 5),
    ("disposable_email", {"email": "x@mailinator.com"}, 30),
    ("email_of_digits", {"email": "a123456@example.com"}, 10),
    ("high_first_order", {"is_first_order": True, "total": Decimal(1000)}, 25),
    ("many_from_one_email", {"recent_same_email": 3}, 25),
    ("many_to_one_address", {"recent_to_address": 3}, 25),
    ("many_units", {"is_first_order": True, "lines": (replace(MUG, quantity=100),)}, 15),
    ("at_night", {"local_hour": 3}, 5),
]


@pytest.mark.parametrize(("check", "changes", "points"), RULES)
def test_each_signal_gives_its_points_and_no_signal_alone_holds(check: str, changes: dict, points: int) -> None:
    judgement = judged(**changes)
    (signal,) = [verdict for verdict in judgement.verdicts if verdict.points]
    assert (signal.check, signal.points) == (check, points)
    assert judgement.cleared


@pytest.mark.parametrize(
    "changes",
    [
        {"is_first_order": True, "total": Decimal("999.99")},
        {"is_first_order": False, "total": Decimal(5000)},
        {"is_first_order": True, "total": Decimal(5000), "high_value": None},
        {"recent_same_email": 2, "recent_to_address": 2},
        {"local_hour": 5},
        {"bill_to": replace(BERLIN, name="ADA BYRON")},
    ],
)
def test_what_is_no_signal(changes: dict) -> None:
    assert judged(**changes).points == 0


def test_signals_add_up_to_a_hold_that_says_them_in_words() -> None:
    judgement = judged(email="x@mailinator.com", bill_to=Address(country="FR"))
    assert judgement.points == THRESHOLD
    (hold,) = judgement.holds
    assert hold.kind == "risk"
    assert hold.reason == "Billed to FR, but delivered to DE. The e-mail address is a throw-away one (mailinator.com)."
    assert [signal["check"] for signal in hold.evidence["signals"]] == ["countries_differ", "disposable_email"]


def test_one_point_less_is_cleared() -> None:
    judgement = judged(bill_to=Address(country="FR", name="Bob"), is_first_order=True, total=Decimal(1000))
    assert (judgement.points, judgement.cleared) == (50, False)
    assert judged(bill_to=Address(country="FR"), recent_same_email=3).points == 45
    assert judged(bill_to=Address(country="FR"), recent_same_email=3).cleared
