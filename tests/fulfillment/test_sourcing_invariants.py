"""What holds for every plan, whatever the orders, shelves and promises."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from fulfillment.sourcing import plan_batch
from tests.fulfillment.cases import BRADFORD, LEEDS, LONDON, PARIS, key, order, site

SITES = (
    site("Leeds", spot=LEEDS),
    site("London", spot=LONDON, priority=2),
    site("Paris", spot=PARIS, priority=1),
    site("Lab", ships=False),
)
SKUS = ("MUG", "PLATE", "CUP")

wants = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 6), min_size=1)
spots = st.sampled_from([None, BRADFORD, LONDON, PARIS])
shelves = st.dictionaries(
    st.tuples(st.sampled_from(SKUS).map(key), st.sampled_from(SITES[:3]).map(lambda each: each.id)), st.integers(0, 8)
)


@st.composite
def batches(draw):
    """Orders with a shelf, and some units of the shelf already held by them."""
    found = draw(st.lists(st.tuples(wants, spots, st.integers(0, 3)), min_size=1, max_size=4))
    orders = [order(f"O{n}", want, spot=spot, minute=minute) for n, (want, spot, minute) in enumerate(found)]
    available = draw(shelves)
    left, held = dict(available), defaultdict(dict)
    for line in (line for each in orders for line in each.lines):
        shelf = draw(st.sampled_from(SITES[:3])).id
        most = min(line.quantity, left.get((line.item_id, shelf), 0))
        units = draw(st.integers(0, most))
        if units:
            held[line.line_id][shelf] = units
            left[line.item_id, shelf] -= units
    return orders, available, dict(held)


def spent(plans):
    used = defaultdict(int)
    for plan in plans.values():
        for each in plan.placed:
            used[each.item_id, each.location_id] += each.quantity
    return used


@given(batches())
def test_never_more_than_available(batch):
    orders, available, held = batch
    for shelf, units in spent(plan_batch(orders, SITES, available, held)).items():
        assert units <= available[shelf]


@given(batches())
def test_placed_and_short_are_exactly_what_each_line_needs(batch):
    orders, available, held = batch
    plans = plan_batch(orders, SITES, available, held)
    for each in orders:
        plan = plans[each.order_id]
        got = defaultdict(int)
        for row in (*plan.placed, *plan.short):
            assert row.quantity > 0
            got[row.line_id] += row.quantity
        assert got == {line.line_id: line.quantity for line in each.lines}


@given(wants, spots, shelves)
def test_no_split_when_one_location_has_everything(want, spot, available):
    need = order("A", want, spot=spot)
    whole = [
        each.id
        for each in SITES[:3]
        if all(available.get((line.item_id, each.id), 0) >= line.quantity for line in need.lines)
    ]
    plan = plan_batch([need], SITES, available)[need.order_id]
    if whole:
        assert len({each.location_id for each in plan.placed}) == 1
        assert plan.placed[0].location_id in whole
        assert not plan.short


@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(batch, random):
    orders, available, held = batch
    shuffled = orders[:]
    random.shuffle(shuffled)
    assert plan_batch(shuffled, SITES[::-1], available, held) == plan_batch(orders, SITES, available, held)


@given(batches())
def test_nobody_loses_what_it_was_promised(batch):
    orders, available, held = batch
    plans = plan_batch(orders, SITES, available, held)
    for each in orders:
        for item in {line.item_id for line in each.lines}:
            had = sum(sum(held.get(line.line_id, {}).values()) for line in each.lines if line.item_id == item)
            got = sum(row.quantity for row in plans[each.order_id].placed if row.item_id == item)
            assert got >= had


@settings(max_examples=60)
@given(batches())
def test_planning_again_changes_nothing(batch):
    """With the plan in force as what is held, the batch gets the same plan, and so does each order by itself."""
    orders, available, held = batch
    plans = plan_batch(orders, SITES, available, held)
    now_held = defaultdict(lambda: defaultdict(int))
    for plan in plans.values():
        for each in plan.placed:
            now_held[each.line_id][each.location_id] += each.quantity
    again = plan_batch(orders, SITES, available, now_held)
    assert {key: plan.placed for key, plan in again.items()} == {key: plan.placed for key, plan in plans.items()}
    used = spent(plans)
    for each in orders:
        own = spent({each.order_id: plans[each.order_id]})
        alone = {shelf: units - used[shelf] + own[shelf] for shelf, units in available.items()}
        assert plan_batch([each], SITES, alone, now_held)[each.order_id].placed == plans[each.order_id].placed
