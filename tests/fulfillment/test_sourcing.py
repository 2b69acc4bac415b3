"""Which location sends what, case by case, and why in words."""

import pytest

from fulfillment.sourcing import LacksStock, plan_batch, plan_move
from fulfillment.sourcing.values import MANUAL, PINNED, ROUTED
from fulfillment.sourcing.verdicts import KEPT, candidate_rows
from tests.fulfillment.cases import BRADFORD, LEEDS, LONDON, PARIS, key, order, short, site, stock, where

NEAR, FAR, ABROAD = site("Leeds", spot=LEEDS), site("London", spot=LONDON), site("Paris", spot=PARIS)
SITES = (NEAR, FAR, ABROAD)

CASES = [
    (
        "the nearest of those that have everything",
        {"MUG": 3}, stock(Leeds={"MUG": 3}, London={"MUG": 9}),
        {"Leeds": {"MUG": 3}}, {},
        "Leeds has all 3 units and is nearest (14 km). London also had all, 277 km away.",
    ),
    (
        "having everything counts more than being near",
        {"MUG": 2, "PLATE": 1}, stock(Leeds={"MUG": 2}, London={"MUG": 2, "PLATE": 1}),
        {"London": {"MUG": 2, "PLATE": 1}}, {},
        "London (277 km) has all 3 units; no other location does. Leeds is nearer (14 km) but had only 2.",
    ),
    (
        "the only one that has anything",
        {"MUG": 1}, stock(London={"MUG": 1}),
        {"London": {"MUG": 1}}, {},
        "London (277 km) is the only location that has the unit.",
    ),
    (
        "several rivals are named together",
        {"MUG": 1}, stock(Leeds={"MUG": 1}, London={"MUG": 1}, Paris={"MUG": 1}),
        {"Leeds": {"MUG": 1}}, {},
        "Leeds has the unit and is nearest (14 km). London (277 km) and Paris (619 km) also had all.",
    ),
    (
        "split when it must, in few parcels",
        {"MUG": 5}, stock(Leeds={"MUG": 2}, London={"MUG": 4}, Paris={"MUG": 1}),
        {"London": {"MUG": 4}, "Leeds": {"MUG": 1}}, {},
        "No location has all 5 units: London (277 km) sends 4 and Leeds (14 km) sends 1.",
    ),
    (
        "split, and still not enough",
        {"MUG": 5}, stock(Leeds={"MUG": 2}, London={"MUG": 2}),
        {"Leeds": {"MUG": 2}, "London": {"MUG": 2}}, {"MUG": 1},
        "No location has all 5 units: Leeds (14 km) sends 2 and London (277 km) sends 2. "
        "1 unit waits for stock: 1 × MUG.",
    ),
    (
        "what nobody has waits, and is not a reason to split",
        {"MUG": 2, "PLATE": 2}, stock(Leeds={"MUG": 1}, London={"MUG": 2}),
        {"London": {"MUG": 2}}, {"PLATE": 2},
        "London (277 km) has 2 of 4 units; more than any other location. Leeds is nearer (14 km) but had only 1. "
        "2 units wait for stock: 2 × PLATE.",
    ),
    (
        "nobody has any",
        {"MUG": 1}, stock(Leeds={"PLATE": 7}),
        {}, {"MUG": 1},
        "No location has the unit. 1 unit waits for stock: 1 × MUG.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wants", "shelf", "placed", "waiting", "sentence"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_case(wants, shelf, placed, waiting, sentence):
    plan = plan_batch([order("A", wants, spot=BRADFORD)], SITES, shelf)[key("A")]
    assert where(plan, *SITES) == placed
    assert short(plan) == waiting
    assert plan.sentence == sentence
    assert plan.strategy == ROUTED


def test_equally_near_goes_by_priority():
    first, second = site("Hull", priority=1), site("Derby", priority=2)
    plan = plan_batch([order("A", {"MUG": 1})], [second, first], stock(Hull={"MUG": 1}, Derby={"MUG": 1}))[key("A")]
    assert where(plan, first, second) == {"Hull": {"MUG": 1}}
    assert plan.sentence == "Hull has the unit and comes first in your order of locations. Derby also had all."


@pytest.mark.parametrize(
    ("closed", "reason"),
    [(site("Leeds", active=False), "is closed"), (site("Leeds", ships=False), "does not ship orders")],
)
def test_a_location_out_of_the_question_is_listed_with_its_reason(closed, reason):
    plan = plan_batch([order("A", {"MUG": 1})], [closed, FAR], stock(Leeds={"MUG": 5}, London={"MUG": 1}))[key("A")]
    assert where(plan, closed, FAR) == {"London": {"MUG": 1}}
    assert [(each.site.name, each.dropped) for each in plan.candidates] == [("London", ""), ("Leeds", reason)]


def test_the_older_order_is_served_first_from_the_same_shelf():
    older, newer = order("A", {"MUG": 2}, minute=1), order("B", {"MUG": 2}, minute=2)
    plans = plan_batch([newer, older], SITES, stock(Leeds={"MUG": 3}))
    assert (where(plans[key("A")], *SITES), short(plans[key("A")])) == ({"Leeds": {"MUG": 2}}, {})
    assert (where(plans[key("B")], *SITES), short(plans[key("B")])) == ({"Leeds": {"MUG": 1}}, {"MUG": 1})


def test_an_older_order_never_takes_what_a_newer_one_was_promised():
    older, newer = order("A", {"MUG": 2}, minute=1), order("B", {"MUG": 2}, minute=2)
    held = {key("B/MUG"): {key("Leeds"): 2}}
    plans = plan_batch([older, newer], SITES, stock(Leeds={"MUG": 2}, London={"MUG": 1}), held)
    assert short(plans[key("B")]) == {}
    assert short(plans[key("A")]) == {"MUG": 1}


def test_orders_may_swap_places_when_both_stay_whole():
    """B was reserved at Leeds before A came; A lives beside Leeds and has nothing to lose elsewhere."""
    near_leeds = order("A", {"MUG": 1}, spot=BRADFORD, minute=1)
    in_london = order("B", {"MUG": 1}, spot=LONDON, minute=2)
    held = {key("A/MUG"): {key("London"): 1}, key("B/MUG"): {key("Leeds"): 1}}
    plans = plan_batch([near_leeds, in_london], SITES, stock(Leeds={"MUG": 1}, London={"MUG": 1}), held)
    assert where(plans[key("A")], *SITES) == {"Leeds": {"MUG": 1}}
    assert where(plans[key("B")], *SITES) == {"London": {"MUG": 1}}


def test_two_lines_of_one_item_share_what_a_location_has():
    need = order("A", {"MUG": 2})
    second = type(need.lines[0])(key("A/again"), key("MUG"), "MUG", 2)
    need = type(need)(need.order_id, need.placed_at, need.spot, (*need.lines, second))
    plan = plan_batch([need], SITES, stock(Leeds={"MUG": 3}))[key("A")]
    assert [(each.line_id, each.quantity) for each in plan.placed] == [(key("A/MUG"), 2), (key("A/again"), 1)]
    assert [(each.line_id, each.quantity) for each in plan.short] == [(key("A/again"), 1)]


def test_a_pinned_order_stays_where_a_person_put_it():
    plan = plan_batch(
        [order("A", {"MUG": 3}, spot=BRADFORD, pinned="London")], SITES, stock(Leeds={"MUG": 3}, London={"MUG": 3})
    )[key("A")]
    assert plan.strategy == PINNED
    assert plan.sentence == "Kept at London, where a person put it; London has all 3 units."


def test_a_pin_to_an_empty_shelf_does_not_keep_the_order_waiting():
    plan = plan_batch([order("A", {"MUG": 1}, pinned="London")], SITES, stock(Leeds={"MUG": 1}))[key("A")]
    assert where(plan, *SITES) == {"Leeds": {"MUG": 1}}
    assert plan.strategy == ROUTED


def test_a_move_by_hand_takes_everything_there_and_says_who_and_why():
    need, held = order("A", {"MUG": 3}, spot=BRADFORD), {key("A/MUG"): {key("Leeds"): 3}}
    shelf = stock(Leeds={"MUG": 3}, London={"MUG": 9})
    plan = plan_move(need, key("London"), SITES, shelf, held, by="Ada", reason="customer collects there.")
    assert where(plan, *SITES) == {"London": {"MUG": 3}}
    assert plan.strategy == MANUAL
    assert plan.pinned == key("London")
    assert plan.sentence == "Ada moved this order to London: customer collects there. London has all 3 units."


def test_a_move_may_not_lose_units():
    need, held = order("A", {"MUG": 3}), {key("A/MUG"): {key("Leeds"): 3}}
    with pytest.raises(LacksStock) as refusal:
        plan_move(need, key("London"), SITES, stock(Leeds={"MUG": 3}, London={"MUG": 2}), held, by="Ada", reason="x")
    assert refusal.value.lacking == [("MUG", 3, 2)]


def test_a_move_of_a_waiting_order_keeps_what_it_has_and_goes_on_waiting():
    need, held = order("A", {"MUG": 3}), {key("A/MUG"): {key("Leeds"): 1}}
    plan = plan_move(need, key("London"), SITES, stock(Leeds={"MUG": 1}, London={"MUG": 2}), held, by="Ada", reason="x")
    assert (where(plan, *SITES), short(plan)) == ({"London": {"MUG": 2}}, {"MUG": 1})


def test_every_candidate_has_a_verdict_that_says_why_not():
    closed = site("Lab", active=False)
    need = order("A", {"MUG": 2, "PLATE": 1}, spot=BRADFORD)
    shelf = stock(Leeds={"MUG": 2}, London={"MUG": 2, "PLATE": 1}, Paris={"MUG": 2, "PLATE": 1})
    rows = candidate_rows(plan_batch([need], [*SITES, closed], shelf)[key("A")])
    assert [(row["name"], row["covers"], row["verdict"]) for row in rows] == [
        ("London", "3 of 3", "Chosen: sends 3"),
        ("Paris", "3 of 3", "Had as many, but is farther away"),
        ("Leeds", "2 of 3", "Had only 2 of 3"),
        ("Lab", "0 of 3", "Is closed"),
    ]


def test_a_split_says_who_would_only_have_added_a_parcel():
    need = order("A", {"MUG": 5}, spot=BRADFORD)
    shelf = stock(Leeds={"MUG": 4}, London={"MUG": 1}, Paris={"MUG": 1})
    rows = candidate_rows(plan_batch([need], SITES, shelf)[key("A")])
    assert {row["name"]: row["verdict"] for row in rows} == {
        "Leeds": "Chosen: sends 4", "London": "Chosen: sends 1", "Paris": "Would add a parcel",
    }  # fmt: skip


def test_a_chain_of_shops_keeps_the_best_candidates_and_the_pinned_one():
    shops = [site(f"Shop {n:02}") for n in range(40)] + [site("Zoo", ships=False)]
    shelf = {(key("MUG"), each.id): 1 for each in shops}
    rows = candidate_rows(plan_batch([order("A", {"MUG": 1}, pinned="Zoo")], shops, shelf)[key("A")])
    assert len(rows) == KEPT + 1
    assert [row["name"] for row in rows if row["pinned"]] == ["Zoo"]
