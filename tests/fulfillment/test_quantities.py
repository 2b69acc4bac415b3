"""The algebra that allocation is written in."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from fulfillment.sourcing.quantities import Quantities

ITEMS = [UUID(int=number) for number in range(4)]
bags = st.dictionaries(st.sampled_from(ITEMS), st.integers(0, 50)).map(Quantities)


def test_nought_is_left_out():
    assert not Quantities({ITEMS[0]: 0})
    assert list(Quantities({ITEMS[0]: 0, ITEMS[1]: 2})) == [ITEMS[1]]


def test_the_same_item_twice_is_summed():
    assert Quantities.summed([(ITEMS[0], 1), (ITEMS[0], 2)])[ITEMS[0]] == 3


@given(bags, bags)
def test_what_is_shared_and_what_is_left_make_the_whole(one, other):
    assert (one & other) + (one - other) == one


@given(bags, bags)
def test_shared_is_the_same_from_both_sides_and_covered_by_both(one, other):
    shared = one & other
    assert shared == other & one
    assert one.covers(shared)
    assert other.covers(shared)


@given(bags, bags)
def test_covering_is_leaving_nothing_uncovered(one, other):
    assert one.covers(other) == (not other - one)


@given(bags, bags)
def test_taking_back_what_was_added_changes_nothing(one, other):
    assert (one + other) - other == one
    assert (one + other).total() == one.total() + other.total()
