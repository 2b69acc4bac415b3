"""Kits by themselves: what they are made of, how many there are, what a channel is offered. No database."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.stock.kits import (
    Kit,
    Tight,
    arriving_kits,
    flatten,
    made_up,
    made_up_at,
    offer_kit,
    tightest,
    way_back,
    way_too_deep,
)
from inventory.stock.offering import AT_MOST, KEPT, PERCENT, Buffer, Offer, Rules, Share

A, B, C, D, MUG, TEA, JAR = (UUID(int=n) for n in range(1, 8))
LEEDS, LONDON, YORK = (UUID(int=n) for n in range(101, 104))
WEB, FAIR = UUID(int=201), UUID(int=202)


@pytest.mark.parametrize(
    ("bills", "leaves"),
    [
        ({A: {MUG: 1}}, {MUG: 1}),
        ({A: {MUG: 1, TEA: 2}}, {MUG: 1, TEA: 2}),
        ({A: {B: 3, TEA: 1}, B: {MUG: 2, TEA: 1}}, {MUG: 6, TEA: 4}),
        ({A: {B: 1, C: 1}, B: {MUG: 1}, C: {MUG: 2}}, {MUG: 3}),
    ],
)
def test_a_kit_is_its_leaves(bills, leaves):
    assert flatten(A, bills) == leaves


@pytest.mark.parametrize(
    ("bills", "way"),
    [
        ({A: {A: 1}}, (A, A)),
        ({A: {B: 1}, B: {A: 1}}, (A, B, A)),
        ({A: {TEA: 1, B: 1}, B: {C: 1}, C: {MUG: 1, A: 1}}, (A, B, C, A)),
        ({A: {B: 1, C: 1}, B: {MUG: 1}, C: {MUG: 1}}, ()),
        ({A: {B: 1}, B: {MUG: 1}, C: {A: 1}}, ()),
    ],
)
def test_a_cycle_is_named_by_its_way(bills, way):
    assert way_back(A, bills) == way


@pytest.mark.parametrize(
    ("bills", "kits", "way"),
    [
        ({A: {B: 1}, B: {MUG: 1}}, {A, B}, ()),
        ({A: {B: 1}, B: {C: 1}, C: {MUG: 1}}, {A, B, C}, (A, B, C)),
        # Goods that are assembled are stocked: what they are made of is no level.
        ({A: {B: 1}, B: {C: 1}, C: {MUG: 1}}, {A, B}, ()),
        ({A: {B: 1}, B: {C: 1}, C: {D: 1}, D: {MUG: 1}}, {A, C, D}, ()),
    ],
)
def test_two_levels_of_kits_and_no_third(bills, kits, way):
    assert way_too_deep(kits, bills) == way


BOX = Kit(A, {MUG: 1, TEA: 2})
PARTS = Kit(A, {MUG: 1, TEA: 2}, ships_in_parts=True)


@pytest.mark.parametrize(
    ("at", "by_location", "in_parts"),
    [
        ({}, {}, 0),
        ({MUG: {LEEDS: 5}}, {LEEDS: 0}, 0),
        ({MUG: {LEEDS: 5}, TEA: {LEEDS: 7}}, {LEEDS: 3}, 3),
        ({MUG: {LEEDS: 5}, TEA: {LONDON: 7}}, {LEEDS: 0, LONDON: 0}, 3),
        ({MUG: {LEEDS: 2, LONDON: 2}, TEA: {LEEDS: 3, LONDON: 3}}, {LEEDS: 1, LONDON: 1}, 3),
    ],
)
def test_at_each_location_then_summed_unless_in_parts(at, by_location, in_parts):
    assert made_up_at(BOX, at) == by_location
    assert made_up(BOX, at) == sum(by_location.values())
    assert made_up(PARTS, at) == in_parts


def test_the_tightest_component_is_named():
    at = {MUG: {LEEDS: 1, LONDON: 9}, TEA: {LEEDS: 9, LONDON: 3}}
    names = {MUG: "MUG", TEA: "TEA"}
    assert list(tightest(BOX, at, names)) == [Tight(MUG, LEEDS, 1), Tight(TEA, LONDON, 1)]
    assert list(tightest(PARTS, at, names)) == [Tight(TEA, None, 6)]


SHELVES = {MUG: [(LEEDS, 10), (LONDON, 5)], TEA: [(LEEDS, 10), (LONDON, 20)]}


@pytest.mark.parametrize(
    ("buffers", "shares", "whole", "in_parts"),
    [
        ([], [], Offer(10, 0, 0), Offer(15, 0, 0)),
        # Of a component, at a location: kits there are fewer.
        ([Buffer(TEA, LEEDS, None, 4)], [], Offer(10, 2, 0), Offer(15, 2, 0)),
        # Of every item, in all: off each component once, and not off the kit again.
        ([Buffer(None, None, None, 6)], [], Offer(10, 1, 0), Offer(15, 6, 0)),
        # Of the kit itself: kits are kept back.
        ([Buffer(A, None, None, 3)], [], Offer(10, 3, 0), Offer(15, 3, 0)),
        ([Buffer(A, LEEDS, None, 3)], [], Offer(10, 3, 0), Offer(15, 3, 0)),
        ([], [Share(WEB, MUG, AT_MOST, 4)], Offer(10, 0, 6), Offer(15, 0, 11)),
        ([], [Share(FAIR, MUG, KEPT, 12)], Offer(10, 0, 7), Offer(15, 0, 12)),
        ([], [Share(WEB, A, PERCENT, 50)], Offer(10, 0, 5), Offer(15, 0, 8)),
        ([], [Share(FAIR, A, KEPT, 4)], Offer(10, 0, 4), Offer(15, 0, 4)),
        # A share of every item is taken of the components, and not of the kit again.
        ([], [Share(WEB, None, PERCENT, 50)], Offer(10, 0, 3), Offer(15, 0, 8)),
    ],
)
def test_what_a_channel_is_offered_of_a_kit(buffers, shares, whole, in_parts):
    rules = Rules.of(WEB, buffers, shares)
    assert offer_kit(BOX, SHELVES, rules) == whole
    assert offer_kit(PARTS, SHELVES, rules) == in_parts


UNITS = st.dictionaries(st.sampled_from([LEEDS, LONDON, YORK]), st.integers(0, 12))
AT = st.fixed_dictionaries({MUG: UNITS, TEA: UNITS, JAR: UNITS})
KITS = st.builds(
    Kit,
    st.just(A),
    st.dictionaries(st.sampled_from([MUG, TEA, JAR]), st.integers(1, 4), min_size=1),
    st.booleans(),
)
RULES = st.builds(
    Rules.of,
    st.just(WEB),
    st.lists(
        st.builds(
            Buffer, st.sampled_from([None, A, MUG, TEA]), st.sampled_from([None, LEEDS]),
            st.sampled_from([None, WEB]), st.integers(0, 6),
        )
    ),
    st.lists(
        st.builds(
            Share, st.sampled_from([WEB, FAIR]), st.sampled_from([None, A, MUG]),
            st.sampled_from([PERCENT, AT_MOST, KEPT]), st.integers(0, 40),
        ),
        unique_by=lambda each: (each.channel_id, each.item_id),
    ),
)  # fmt: skip


@given(kit=KITS, at=AT, rules=RULES)
def test_never_more_is_offered_than_there_is(kit, at, rules):
    found = offer_kit(kit, {item: list(shelf.items()) for item, shelf in at.items()}, rules)
    assert 0 <= found.offered <= found.available == made_up(kit, at)
    assert found.kept_back >= 0
    assert found.elsewhere >= 0


COMING = st.lists(st.tuples(st.integers(1, 5), st.sampled_from([LEEDS, YORK]), st.integers(1, 9)))


@given(kit=KITS, at=AT, coming=COMING)
def test_what_arrives_makes_up_as_many_as_there_will_be(kit, at, coming):
    leaf = next(iter(kit.leaves))
    arriving = [(day, leaf, place, units) for day, place, units in sorted(coming)]
    later = {item: dict(shelf) for item, shelf in at.items()}
    for _, item, place, units in arriving:
        later[item][place] = later[item].get(place, 0) + units
    assert made_up(kit, at) + sum(more for _, more in arriving_kits(kit, at, arriving)) == made_up(kit, later)
