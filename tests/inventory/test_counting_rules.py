"""The pure rules of counting: states, thresholds, and what a count sums up to."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.stock import count_lifecycle as lifecycle
from inventory.stock.counting import CountingPolicy, policy_problems, tally
from oms.core.errors import NotAllowed


@pytest.mark.parametrize(
    ("state", "verbs"),
    [
        ("draft", {"record", "cancel"}),
        ("open", {"record", "complete", "recount", "ask", "finish", "cancel"}),
        ("counted", {"record", "recount", "ask", "finish", "cancel"}),
        ("waiting", {"approve", "decline"}),
        ("finished", set()),
        ("cancelled", set()),
    ],
)  # fmt: skip
def test_what_is_allowed_in_each_state(state, verbs):
    every = {"record", "complete", "recount", "ask", "finish", "cancel", "approve", "decline"}
    assert {verb for verb in every if lifecycle.is_allowed(state, verb)} == verbs


def test_a_refusal_names_state_and_verb():
    with pytest.raises(NotAllowed, match="finished, so you cannot enter anything") as refusal:
        lifecycle.next_state("finished", "record")
    assert refusal.value.data == {"state": "finished", "verb": "record"}


@pytest.mark.parametrize(
    ("expected", "variance", "again"),
    [(10, 0, False), (10, -5, False), (10, -6, True), (100, 10, False), (100, 11, True), (0, 6, True), (0, 5, False)],
)
def test_a_recount_is_wanted_when_units_and_percent_are_both_over(expected, variance, again):
    rule = CountingPolicy(recount_units=5, recount_percent=10)
    assert rule.wants_recount(expected=expected, variance=variance) is again


def test_the_merchants_own_settings_come_before_the_usual():
    own = CountingPolicy.of({"counting": {"a_days": 7, "unknown": 1}})
    assert (own.a_days, own.b_days) == (7, 90)
    assert CountingPolicy.of({}) == CountingPolicy()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"a_days": 0, "recount_units": -1}, ["a_days", "recount_units"]),
        ({"a_percent": 95, "b_percent": 95}, ["b_percent"]),
        ({"abc_days": 10_000}, ["abc_days"]),
        ({}, []),
    ],
)  # fmt: skip
def test_bad_settings_are_named(changes, named):
    assert [each.field for each in policy_problems(CountingPolicy(**changes))] == named


units = st.integers(0, 50)


@given(st.lists(st.tuples(st.none() | units, units)))
def test_a_tally_never_finds_more_off_than_there_are(pairs):
    lines = [SimpleNamespace(counted=counted, expected=expected) for counted, expected in pairs]
    found = tally(lines)
    assert 0 <= found.off <= found.units
    assert 0 <= found.exact <= found.lines == sum(each.counted is not None for each in lines)
    assert (found.off == 0) == (found.exact == found.lines)
