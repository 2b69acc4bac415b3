"""Where the components of kits are reserved: whole kits, from one location unless they may ship in parts. Pure."""

from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.stock.kits import Kit, made_up
from inventory.stock.placing import place
from inventory.stock.values import Demand, KitOf, Shortage

A, B, C = (UUID(int=n) for n in (1, 2, 3))
MUG, TEA, JAR, BOX = (UUID(int=n) for n in (11, 12, 13, 14))
ORDER, KIT_LINE, OF_MUG, OF_TEA, ALONE = (UUID(int=100 + n) for n in range(5))
_ids = count(1_000)


def kit(kits: int, *, in_parts: bool = False, refuse: bool = False) -> list[Demand]:
    """So many boxes of one mug and two teas."""
    return [
        Demand(ORDER, OF_MUG, MUG, kits, refuse, kit=KitOf(KIT_LINE, BOX, 1, in_parts)),
        Demand(ORDER, OF_TEA, TEA, 2 * kits, refuse, kit=KitOf(KIT_LINE, BOX, 2, in_parts)),
    ]


CASES = {
    "one location has all": (
        kit(2), {MUG: {A: 9, B: 9}, TEA: {A: 3, B: 4}}, {OF_MUG: {B: 2}, OF_TEA: {B: 4}}, {},
    ),
    "whole kits from each of two": (
        kit(2), {MUG: {A: 1, B: 1}, TEA: {A: 3, B: 2}}, {OF_MUG: {A: 1, B: 1}, OF_TEA: {A: 2, B: 2}}, {},
    ),
    "no kit from two locations": (
        kit(1), {MUG: {A: 1}, TEA: {B: 2}}, {}, {OF_MUG: 1, OF_TEA: 2},
    ),
    "but in parts it may be": (
        kit(1, in_parts=True), {MUG: {A: 1}, TEA: {B: 1, C: 5}}, {OF_MUG: {A: 1}, OF_TEA: {B: 1, C: 1}}, {},
    ),
    "what waits waits as whole kits": (
        kit(3), {MUG: {A: 3}, TEA: {A: 3}}, {OF_MUG: {A: 1}, OF_TEA: {A: 2}}, {OF_MUG: 2, OF_TEA: 4},
    ),
    "in parts too": (
        kit(3, in_parts=True), {MUG: {A: 1, B: 1}, TEA: {A: 3}}, {OF_MUG: {A: 1}, OF_TEA: {A: 2}},
        {OF_MUG: 2, OF_TEA: 4},
    ),
    "a kit chooses before what stands alone": (
        [Demand(ORDER, ALONE, MUG, 1), *kit(1)], {MUG: {A: 1, B: 1}, TEA: {A: 2}},
        {OF_MUG: {A: 1}, OF_TEA: {A: 2}, ALONE: {B: 1}}, {},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("demands", "shelves", "placed", "short"), CASES.values(), ids=CASES.keys())
def test_places(demands, shelves, placed, short):
    reserved = place(demands, shelves, [A, B, C])
    assert reserved.placed == placed
    assert reserved.short == short


def test_a_refusal_speaks_of_the_kit():
    shelves = {MUG: {A: 5, B: 2}, TEA: {A: 1, B: 3}}
    reserved = place(kit(2, refuse=True), shelves, [A, B])
    assert reserved.refused == {ORDER: [Shortage(KIT_LINE, BOX, 2, 1)]}
    assert (reserved.placed, reserved.short) == ({}, {})


UNITS = st.dictionaries(st.sampled_from([A, B, C]), st.integers(0, 6))
SHELVES = st.fixed_dictionaries({MUG: UNITS, TEA: UNITS, JAR: UNITS})
KITS = st.builds(
    Kit, st.just(BOX), st.dictionaries(st.sampled_from([MUG, TEA, JAR]), st.integers(1, 3), min_size=1), st.booleans()
)


def order_of(one: Kit, kits: int, *, refuse: bool) -> list[Demand]:
    order, line = UUID(int=next(_ids)), UUID(int=next(_ids))
    return [
        Demand(
            order, UUID(int=next(_ids)), leaf, kits * units, refuse,
            kit=KitOf(line, one.id, units, one.ships_in_parts),
        )
        for leaf, units in one.leaves.items()
    ]  # fmt: skip


@given(one=KITS, shelves=SHELVES)
def test_so_many_orders_of_one_can_be_placed_as_there_are_said_to_be(one, shelves):
    orders = [order_of(one, 1, refuse=True) for _ in range(made_up(one, shelves) + 1)]
    reserved = place([demand for order in orders for demand in order], shelves, [A, B, C])
    assert list(reserved.refused) == [orders[-1][0].group_id]


@given(one=KITS, kits=st.integers(1, 5), alone=st.integers(0, 4), shelves=SHELVES)
def test_nothing_is_held_but_whole_kits(one, kits, alone, shelves):
    demands = order_of(one, kits, refuse=False)
    singles = [Demand(demands[0].group_id, ALONE, MUG, alone)] if alone else []
    reserved = place([*singles, *demands], shelves, [A, B, C])
    whole = {sum(reserved.placed.get(each.demand_id, {}).values()) / each.kit.per_kit for each in demands}
    assert len(whole) == 1
    if not one.ships_in_parts:
        at = [{place: units / each.kit.per_kit for place, units in reserved.placed.get(each.demand_id, {}).items()}
              for each in demands]  # fmt: skip
        assert all(each == at[0] for each in at)
    for item, shelf in shelves.items():
        for place_id, units in shelf.items():
            taken = sum(
                reserved.placed.get(each.demand_id, {}).get(place_id, 0)
                for each in (*singles, *demands) if each.item_id == item
            )  # fmt: skip
            assert taken <= units
