"""Where a new demand is reserved: the pure rule."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.stock.placing import place
from inventory.stock.values import Demand, Shortage

A, B, C = (UUID(int=n) for n in (1, 2, 3))
MUG, TEA = UUID(int=11), UUID(int=12)
FIRST, SECOND = UUID(int=101), UUID(int=102)
LINE = [UUID(int=1000 + n) for n in range(20)]


def demand(line: int, item: UUID, quantity: int, *, group: UUID = FIRST, **more) -> Demand:
    return Demand(group, LINE[line], item, quantity, **more)


CASES = {
    "the preferred location that has everything": (
        [demand(0, MUG, 2), demand(1, TEA, 1)],
        {MUG: {A: 2, B: 9}, TEA: {A: 1, B: 9}},
        {LINE[0]: {A: 2}, LINE[1]: {A: 1}},
        {},
    ),
    "a later location that has everything beats a split": (
        [demand(0, MUG, 2), demand(1, TEA, 1)],
        {MUG: {A: 2, B: 2}, TEA: {B: 1}},
        {LINE[0]: {B: 2}, LINE[1]: {B: 1}},
        {},
    ),
    "spread by priority when nobody has everything": (
        [demand(0, MUG, 5)],
        {MUG: {A: 2, B: 2, C: 2}},
        {LINE[0]: {A: 2, B: 2, C: 1}},
        {},
    ),
    "two lines of one item are added up before a location counts as having everything": (
        [demand(0, MUG, 2), demand(1, MUG, 2)],
        {MUG: {A: 3, B: 4}},
        {LINE[0]: {B: 2}, LINE[1]: {B: 2}},
        {},
    ),
    "what nobody has is short": ([demand(0, MUG, 5)], {MUG: {A: 3}}, {LINE[0]: {A: 3}}, {LINE[0]: 2}),
    "an item without any stock": ([demand(0, MUG, 1)], {}, {}, {LINE[0]: 1}),
    "orders are served in their order": (
        [demand(0, MUG, 3), demand(1, MUG, 3, group=SECOND)],
        {MUG: {A: 4}},
        {LINE[0]: {A: 3}, LINE[1]: {A: 1}},
        {LINE[1]: 2},
    ),
    "a pin is kept although another place has more": (
        [demand(0, MUG, 3, location_id=B)],
        {MUG: {A: 9, B: 2}},
        {LINE[0]: {B: 2}},
        {LINE[0]: 1},
    ),
    "pins to two places make two places": (
        [demand(0, MUG, 1, location_id=B), demand(1, MUG, 1, location_id=A)],
        {MUG: {A: 9, B: 9}},
        {LINE[0]: {B: 1}, LINE[1]: {A: 1}},
        {},
    ),
    "one pinned line takes the others along": (
        [demand(0, MUG, 1, location_id=B), demand(1, TEA, 1)],
        {MUG: {A: 9, B: 9}, TEA: {A: 9, B: 9}},
        {LINE[0]: {B: 1}, LINE[1]: {B: 1}},
        {},
    ),
}


@pytest.mark.parametrize(("demands", "shelves", "placed", "short"), CASES.values(), ids=CASES.keys())
def test_places(demands, shelves, placed, short):
    reserved = place(demands, shelves, [A, B, C])
    assert reserved.placed == placed
    assert reserved.short == short
    assert reserved.refused == {}


def test_a_refused_group_takes_nothing_and_leaves_all_to_the_next():
    demands = [
        demand(0, MUG, 2, refuse=True),
        demand(1, TEA, 3, refuse=True),
        demand(2, MUG, 2, group=SECOND, refuse=True),
    ]
    reserved = place(demands, {MUG: {A: 2}, TEA: {A: 1, B: 1}}, [A, B])
    assert reserved.placed == {LINE[2]: {A: 2}}
    assert reserved.short == {}
    assert reserved.refused == {FIRST: [Shortage(LINE[1], TEA, wanted=3, available=2)]}


def test_a_shortage_counts_what_earlier_lines_of_the_same_order_take():
    demands = [demand(0, MUG, 3, refuse=True), demand(1, MUG, 3, refuse=True)]
    reserved = place(demands, {MUG: {A: 4}}, [A])
    assert reserved.refused == {FIRST: [Shortage(LINE[1], MUG, wanted=3, available=1)]}


def test_locations_that_are_not_ranked_are_not_used_even_by_a_pin():
    reserved = place([demand(0, MUG, 1, location_id=C)], {MUG: {C: 5}}, [A, B])
    assert reserved.short == {LINE[0]: 1}


demand_lists = st.lists(
    st.tuples(
        st.sampled_from([FIRST, SECOND, UUID(int=103)]),
        st.sampled_from([MUG, TEA]),
        st.integers(1, 6),
        st.sampled_from([None, None, A, B, C]),
    ),
    max_size=10,
)
shelf_numbers = st.dictionaries(
    st.sampled_from([MUG, TEA]), st.dictionaries(st.sampled_from([A, B, C]), st.integers(0, 8)), max_size=2
)


@given(demand_lists, shelf_numbers, st.sets(st.sampled_from([FIRST, SECOND])), st.permutations([A, B, C]))
def test_never_more_than_there_is_and_all_or_nothing(wanted, shelves, refusing, ranked):
    demands = [
        Demand(group, LINE[n], item, quantity, refuse=group in refusing, location_id=pin)
        for n, (group, item, quantity, pin) in enumerate(wanted)
    ]
    before = {item: dict(at) for item, at in shelves.items()}
    reserved = place(demands, shelves, ranked)

    assert shelves == before, "the shelves that were given are not touched"
    taken: dict = {}
    for each in demands:
        here = reserved.placed.get(each.demand_id, {})
        assert all(units > 0 for units in here.values())
        assert each.location_id is None or set(here) <= {each.location_id}
        for location, units in here.items():
            taken[each.item_id, location] = taken.get((each.item_id, location), 0) + units
        if each.group_id in reserved.refused:
            assert not here
            assert each.demand_id not in reserved.short
        else:
            assert sum(here.values()) + reserved.short.get(each.demand_id, 0) == each.quantity
            assert not (each.group_id in refusing and each.demand_id in reserved.short)
    for (item, location), units in taken.items():
        assert units <= shelves[item][location]
    for shortages in reserved.refused.values():
        assert shortages
        assert all(each.available < each.wanted for each in shortages)
