"""Dividing units over lots: rules without a database."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.stock.tracing import LotFacts, LotShort, Shelves, expiry_of, first_to_expire, lot_problems, take_in_turn
from inventory.stock.values import LotDraft

DAY = date(2026, 11, 24)
A, B, C, D = (UUID(int=number) for number in range(1, 5))
SHELF, WAY = (A, B, "sellable"), (A, C, "in_transit")
FACTS = {
    A: LotFacts("A", DAY + timedelta(days=90)), B: LotFacts("B", DAY + timedelta(days=10)), C: LotFacts("C"),
    D: LotFacts("D", DAY + timedelta(days=5), blocked=True),
}  # fmt: skip


@pytest.mark.parametrize(
    ("held", "units", "good_on", "taken"),
    [
        ({A: 5, B: 5}, 3, None, [(B, 3)]),
        ({A: 5, B: 5}, 7, None, [(B, 5), (A, 2)]),
        ({C: 5, None: 5, A: 1}, 8, None, [(A, 1), (C, 5), (None, 2)]),
        ({A: 5, B: 5, D: 2}, 3, DAY, [(B, 3)]),
        ({A: 5, B: 5}, 3, DAY + timedelta(days=30), [(A, 3)]),
        ({A: 5, B: 5}, 7, DAY + timedelta(days=30), [(A, 5), (B, 2)]),
        ({C: 5, B: 5}, 3, DAY + timedelta(days=30), [(C, 3)]),
        ({D: 2, B: 1}, 3, DAY, [(B, 1), (D, 2)]),
    ],
)
def test_what_expires_first_goes_first(held, units, good_on, taken):
    assert first_to_expire(held, units, FACTS, good_on=good_on) == taken


def test_of_lots_with_the_same_date_the_oldest_goes_first():
    same = {lot: LotFacts("", DAY) for lot in (A, B)}
    assert first_to_expire({B: 2, A: 2}, 3, same) == [(A, 2), (B, 1)]


def test_more_than_the_lots_have_is_a_broken_book():
    with pytest.raises(ValueError, match="2 units fewer"):
        first_to_expire({A: 1}, 3, FACTS)


def test_a_lot_that_is_named_must_have_them():
    shelves = Shelves({SHELF: {A: 2, B: 5}}, FACTS)
    with pytest.raises(LotShort) as refused:
        shelves.move(SHELF, None, 3, lot_id=A)
    assert refused.value.fields[0].field == "quantity"
    assert "Only 2 of lot A" in refused.value.message


def test_what_has_happened_to_a_lot_mends_the_book():
    """First those nobody knew the lot of, then the first to expire, turn out to be of the lot."""
    shelves = Shelves({SHELF: {A: 2, B: 5, None: 1}}, FACTS)
    taken = shelves.move(SHELF, WAY, 5, lot_id=A, exact=True)
    assert taken.parts == ((A, 5),)
    assert taken.renamed == ((None, 1), (B, 2))
    assert shelves.held == {SHELF: {A: 0, B: 3, None: 0}, WAY: {A: 5}}


accounts = st.sampled_from([None, SHELF, WAY, (A, B, "damaged")])
some_lot = st.sampled_from([None, A, B, C, D])
moves = st.lists(st.tuples(accounts, accounts, st.integers(1, 9), some_lot, st.booleans(), st.booleans()), max_size=25)


@given(moves)
def test_no_lot_goes_below_nothing_and_balances_follow_the_entries(moves):
    """Whatever is moved: parts add up, lots never go negative, and each account has what went in less what left."""
    shelves, balance = Shelves({}, FACTS), {}
    for source, target, units, lot, exact, fussy in moves:
        if source == target or (source and balance.get(source, 0) < units):
            continue
        good_on = DAY + timedelta(days=30) if fussy else None
        try:
            taken = shelves.move(source, target, units, lot_id=lot, exact=exact, good_on=good_on)
        except LotShort:
            assert lot is not None
            assert not exact
            continue
        assert sum(count for _, count in taken.parts) == units
        assert len(taken.parts) == 1 or (lot is None and not exact)
        for account, sign in ((source, -1), (target, 1)):
            if account:
                balance[account] = balance.get(account, 0) + sign * units
    for account, units in balance.items():
        held = shelves.held.get(account, {})
        assert sum(held.values()) == units
        assert all(count >= 0 for count in held.values())
        changed = {lot: count for (where, lot), count in shelves.changes.items() if where == account and count}
        assert changed == {lot: count for lot, count in held.items() if count}


def test_what_was_brought_is_taken_on_lot_after_lot():
    held = {A: 2, B: 2}
    assert take_in_turn(held, 3) == [(A, 2), (B, 1)]
    assert take_in_turn(held, 3) == [(B, 1), (None, 2)]
    assert take_in_turn({}, 0) == []


@pytest.mark.parametrize(
    ("draft", "days", "expires_on"),
    [
        (LotDraft("A", expires_on=DAY), 10, DAY),
        (LotDraft("A"), 10, DAY + timedelta(days=10)),
        (LotDraft("A", made_on=DAY - timedelta(days=4)), 10, DAY + timedelta(days=6)),
        (LotDraft("A", made_on=DAY), None, None),
    ],
)
def test_a_lot_expires_so_long_after_it_was_made(draft, days, expires_on):
    assert expiry_of(draft, shelf_life_days=days, today=DAY) == expires_on


@pytest.mark.parametrize(
    ("draft", "problems"),
    [
        (LotDraft("A", DAY, DAY), []),
        (LotDraft(" "), [("lot", "invalid")]),
        (LotDraft("A\x07B"), [("lot", "invalid")]),
        (LotDraft("A" * 61), [("lot", "invalid")]),
        (LotDraft("A", DAY + timedelta(days=1)), [("made_on", "in_the_future")]),
        (LotDraft("A", DAY, DAY - timedelta(days=1)), [("expires_on", "before_it_was_made")]),
    ],
)
def test_what_is_wrong_with_a_lot(draft, problems):
    assert [each[:2] for each in lot_problems(draft, today=DAY)] == problems
