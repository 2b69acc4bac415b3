"""A shipment's states: the table, and where scans take it in whatever order they come. No database."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.core.errors import NotAllowed
from shipping.lifecycle import CODES, ENDED, LABELLED, STATES, VOIDED, Standing, after_scan, next_state
from tests.shipping.parcels import MONDAY

VERBS = ("request_label", "label", "void", "hand_over")
ALLOWED = {
    ("draft", "request_label"): "draft", ("draft", "label"): "labelled", ("draft", "void"): "voided",
    ("labelled", "void"): "voided", ("labelled", "hand_over"): "handed_over",
    **{
        (state, "hand_over"): state
        for state in (
            "handed_over", "in_transit", "out_for_delivery", "delivered", "exception", "returning", "returned",
        )
    },
}  # fmt: skip
scans = st.lists(st.tuples(st.sampled_from(sorted(CODES)), st.integers(0, 6)), max_size=6)


@pytest.mark.parametrize(("state", "verb"), list(itertools.product(STATES, VERBS)))
def test_the_table_and_nothing_else(state, verb):
    if (state, verb) in ALLOWED:
        assert next_state(state, verb) == ALLOWED[state, verb]
        return
    with pytest.raises(NotAllowed) as refused:
        next_state(state, verb)
    assert (refused.value.data["state"], refused.value.data["verb"]) == (state, verb)
    assert refused.value.message.startswith("This shipment ")


def told(rows: list[tuple[str, int]]) -> list[Standing]:
    """Where it stands at first, and after each scan."""
    standings = [Standing(LABELLED)]
    for code, hour in rows:
        standings.append(after_scan(standings[-1], code, MONDAY + timedelta(hours=hour)))
    return standings


@given(scans, st.randoms())
def test_the_order_in_which_scans_arrive_changes_nothing(rows, random):
    shuffled = [*rows, *rows]
    random.shuffle(shuffled)
    assert told(shuffled)[-1] == told(rows)[-1]


@given(scans)
def test_the_end_of_the_journey_is_not_left_for_a_place_on_the_way(rows):
    ended = [each.state in ENDED for each in told(rows)]
    assert ended == sorted(ended)


@given(scans)
def test_it_never_goes_back_in_time(rows):
    moments = [each.at for each in told(rows) if each.at is not None and each.state not in ENDED]
    assert moments == sorted(moments)


@pytest.mark.parametrize("code", CODES)
def test_a_void_shipment_is_not_moved(code):
    assert after_scan(Standing(VOIDED), code, MONDAY) == Standing(VOIDED)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([("out_for_delivery", 12), ("in_transit", 9)], "out_for_delivery"),
        ([("out_for_delivery", 12), ("at_depot", 18)], "in_transit"),
        ([("delivered", 12), ("out_for_delivery", 13)], "delivered"),
        ([("exception", 9), ("in_transit", 10)], "in_transit"),
        ([("attempted", 9)], "exception"),
        ([("returning", 9), ("returned", 12), ("delivered", 10)], "returned"),
        ([("in_transit", 9), ("out_for_delivery", 9)], "out_for_delivery"),
    ],
)
def test_where_it_stands(rows, state):
    assert told(rows)[-1].state == state
