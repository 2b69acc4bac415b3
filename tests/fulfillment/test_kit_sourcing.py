"""Kits in the sourcing pipeline: planned whole, from one location unless they may ship in parts."""

from collections import defaultdict
from dataclasses import replace
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fulfillment.sourcing import InKit, LacksStock, LineNeed, plan_batch, plan_move
from tests.fulfillment.cases import key, order, site

LEEDS, LONDON, PARIS = SITES = (site("Leeds"), site("London", priority=2), site("Paris", priority=3))
BOX = {"MUG": 1, "TEA": 2}


def with_kits(name: str, kits: int, *, singles=None, in_parts: bool = False, minute: int = 0, sent=None):
    """An order of so many boxes, and other lines; ``sent`` are components that have left already."""
    need = order(name, singles or {}, minute=minute)
    kit = uuid5(need.order_id, "kit")
    lines = [
        LineNeed(uuid5(kit, sku), key(sku), sku, kits * units - (sent or {}).get(sku, 0), InKit(kit, units, in_parts))
        for sku, units in BOX.items()
    ]
    return replace(need, lines=(*need.lines, *(line for line in lines if line.quantity)))


def stock(**of_sku) -> dict[tuple[UUID, UUID], int]:
    """``MUG=(1, 2)``: units in Leeds, London, Paris."""
    return {(key(sku), each.id): units for sku, at in of_sku.items() for each, units in zip(SITES, at, strict=False)}


def sent_from(plan) -> dict[str, dict[str, int]]:
    names = {each.id: each.name for each in SITES}
    found = defaultdict(dict)
    for each in plan.placed:
        sku = next(sku for sku in ("MUG", "TEA", "JAR") if key(sku) == each.item_id)
        found[names[each.location_id]][sku] = found[names[each.location_id]].get(sku, 0) + each.quantity
    return dict(found)


CASES = {
    "all from the place that has whole kits": (
        with_kits("O", 1), stock(MUG=(1, 1), TEA=(0, 2)), {"London": {"MUG": 1, "TEA": 2}}, 0,
    ),
    "whole kits from two": (
        with_kits("O", 2), stock(MUG=(1, 5), TEA=(2, 3)),
        {"Leeds": {"MUG": 1, "TEA": 2}, "London": {"MUG": 1, "TEA": 2}}, 0,
    ),
    "no kit of two places": (with_kits("O", 1), stock(MUG=(1, 0), TEA=(0, 2)), {}, 3),
    "in parts it may": (
        with_kits("O", 1, in_parts=True), stock(MUG=(1, 0), TEA=(0, 2)), {"Leeds": {"MUG": 1}, "London": {"TEA": 2}}, 0,
    ),
    "the rest waits as whole kits": (
        with_kits("O", 3, in_parts=True), stock(MUG=(3,), TEA=(3,)), {"Leeds": {"MUG": 1, "TEA": 2}}, 6,
    ),
    "a mug alone takes what no kit can use": (
        with_kits("O", 1, singles={"MUG": 1}), stock(MUG=(1, 1), TEA=(0, 2)),
        {"London": {"MUG": 1, "TEA": 2}, "Leeds": {"MUG": 1}}, 0,
    ),
    "what is left of a kit that was begun goes from anywhere": (
        with_kits("O", 1, sent={"TEA": 1}), stock(MUG=(1, 0), TEA=(0, 1)),
        {"Leeds": {"MUG": 1}, "London": {"TEA": 1}}, 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("need", "available", "expected", "short"), CASES.values(), ids=CASES.keys())
def test_plans(need, available, expected, short):
    plan = plan_batch([need], SITES, available)[need.order_id]
    assert sent_from(plan) == expected
    assert plan.units_short == short


def test_an_earlier_order_takes_no_part_of_a_kit_that_is_held():
    kit, mug = with_kits("LATE", 1, minute=5), order("EARLY", {"MUG": 1}, minute=0)
    available = stock(MUG=(1, 1), TEA=(2, 0))
    held = {line.line_id: {LEEDS.id: line.quantity} for line in kit.lines}
    plans = plan_batch([kit, mug], SITES, available, held)
    assert sent_from(plans[kit.order_id]) == {"Leeds": {"MUG": 1, "TEA": 2}}
    assert sent_from(plans[mug.order_id]) == {"London": {"MUG": 1}}


def test_a_move_takes_whole_kits_or_is_refused():
    kit = with_kits("O", 1)
    held = {line.line_id: {LEEDS.id: line.quantity} for line in kit.lines}
    plan = plan_move(kit, LONDON.id, SITES, stock(MUG=(1, 1), TEA=(2, 2)), held, by="Ann", reason="near")
    assert sent_from(plan) == {"London": {"MUG": 1, "TEA": 2}}
    with pytest.raises(LacksStock):
        plan_move(kit, LONDON.id, SITES, stock(MUG=(1, 1), TEA=(2, 1)), held, by="Ann", reason="near")


AT = st.lists(st.integers(0, 5), min_size=3, max_size=3)
NEEDS = st.lists(
    st.tuples(st.integers(1, 3), st.dictionaries(st.sampled_from(["MUG", "JAR"]), st.integers(1, 3)), st.booleans()),
    min_size=1, max_size=3,
)  # fmt: skip


@given(given_needs=NEEDS, mug=AT, tea=AT, jar=AT)
def test_kits_are_whole_and_shelves_are_not_overdrawn(given_needs, mug, tea, jar):
    needs = [
        with_kits(f"O{n}", kits, singles=singles, in_parts=parts, minute=n)
        for n, (kits, singles, parts) in enumerate(given_needs)
    ]
    available = stock(MUG=mug, TEA=tea, JAR=jar)
    plans, used = plan_batch(needs, SITES, available), defaultdict(int)
    for need in needs:
        at: dict = defaultdict(lambda: defaultdict(int))
        lines = {line.line_id: line for line in need.lines}
        owed = {line.line_id: line.quantity for line in need.lines}
        for each in plans[need.order_id].placed:
            used[each.item_id, each.location_id] += each.quantity
            owed[each.line_id] -= each.quantity
            if lines[each.line_id].kit:
                at[each.location_id][lines[each.line_id].sku] += each.quantity
        short = {each.line_id: each.quantity for each in plans[need.order_id].short}
        assert short == {line_id: units for line_id, units in owed.items() if units}
        groups = [dict(each) for each in at.values()]
        if next(line.kit for line in need.lines if line.kit).in_parts:
            groups = [{sku: sum(each.get(sku, 0) for each in groups) for sku in BOX}]
        assert all(each.get("TEA", 0) == 2 * each.get("MUG", 0) for each in groups)
    assert all(units <= available[shelf] for shelf, units in used.items())
