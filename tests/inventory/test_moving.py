"""Placing afresh over what is held: the view, and the difference."""

from uuid import UUID

import pytest

from inventory.stock.correcting import Correction, correct
from inventory.stock.giving_back import from_demands, from_shelf
from inventory.stock.moving import difference, view_of
from inventory.stock.values import Need, OpenReservation, Placement

A, B = UUID(int=1), UUID(int=2)
MUG = UUID(int=11)
ORDER, LINE, OTHER = UUID(int=101), UUID(int=201), UUID(int=202)


def held(number: int, location: UUID, units: int, demand: UUID = LINE) -> OpenReservation:
    return OpenReservation(UUID(int=300 + number), demand, MUG, location, units)


def test_the_view_adds_what_the_needs_hold_and_leaves_out_where_nothing_ships():
    view = view_of({(MUG, A): 3, (MUG, B): 5}, [held(1, A, 2), held(2, B, 1)], {A})
    assert view.available == {(MUG, A): 5}
    assert view.held == {LINE: {A: 2, B: 1}}


def test_only_the_difference_is_applied():
    reservations = [held(1, A, 3)]
    view = view_of({(MUG, A): 0, (MUG, B): 5}, reservations, {A, B})
    change = difference(
        [Need(ORDER, LINE, MUG, 3)], reservations, view, [Placement(LINE, MUG, A, 1), Placement(LINE, MUG, B, 2)]
    )
    assert change.given_back == {reservations[0].id: 2}
    assert change.taken == [Placement(LINE, MUG, B, 2)]
    assert change.by_shelf == {(MUG, A): -2, (MUG, B): 2}
    assert change.risen == {}, "a move between locations is no new stock"


def test_a_need_that_shrinks_makes_stock_rise():
    reservations = [held(1, A, 3)]
    view = view_of({(MUG, A): 0}, reservations, {A})
    change = difference([Need(ORDER, LINE, MUG, 1)], reservations, view, [Placement(LINE, MUG, A, 1)])
    assert change.risen == {(MUG, A): 2}


def test_a_location_that_stopped_shipping_may_keep_what_it_holds_but_get_no_more():
    reservations = [held(1, B, 2)]
    view = view_of({(MUG, B): 9}, reservations, {A})
    needs = [Need(ORDER, LINE, MUG, 3)]
    assert difference(needs, reservations, view, [Placement(LINE, MUG, B, 2)]).by_shelf == {}
    with pytest.raises(ValueError, match="which has 2"):
        difference(needs, reservations, view, [Placement(LINE, MUG, B, 3)])


@pytest.mark.parametrize(
    ("placement", "complaint"),
    [
        (Placement(LINE, MUG, A, 4), "needs 3"),
        (Placement(LINE, MUG, B, 2), "which has 1"),
        (Placement(OTHER, MUG, A, 1), "needs 0"),
        (Placement(LINE, MUG, A, 0), "not a quantity"),
    ],
)
def test_a_chooser_that_overdoes_it_is_stopped(placement, complaint):
    view = view_of({(MUG, A): 9, (MUG, B): 1}, [], {A, B})
    with pytest.raises(ValueError, match=complaint):
        difference([Need(ORDER, LINE, MUG, 3)], [], view, [placement])


def test_giving_back_takes_the_newest_first_and_no_more_than_there_is():
    newest_first = [held(3, A, 1), held(2, B, 4, OTHER), held(1, B, 3)]
    assert from_demands(newest_first, {LINE: 2}) == {newest_first[0].id: 1, newest_first[2].id: 1}
    assert from_demands(newest_first, {LINE: None, OTHER: 9}) == {each.id: each.open for each in newest_first}
    assert from_demands(newest_first, {OTHER: 0}) == {}


def test_a_shelf_that_shrinks_takes_from_the_newest():
    newest_first = [held(3, A, 1), held(2, A, 4, OTHER), held(1, A, 3)]
    assert from_shelf(newest_first, 3) == {newest_first[0].id: 1, newest_first[1].id: 2}


@pytest.mark.parametrize(
    ("on_hand", "reserved", "change", "after"),
    [
        (10, 4, -3, Correction(-3, 7, 0, 0)),
        (10, 8, -3, Correction(-3, 7, 0, 1)),
        (3, 3, -5, Correction(-5, 0, 2, 3)),
        (0, 0, 4, Correction(4, 4, 0, 0)),
        (5, 5, 0, Correction(0, 5, 0, 0)),
    ],
)
def test_a_correction(on_hand, reserved, change, after):
    assert correct(on_hand=on_hand, reserved=reserved, change=change) == after
