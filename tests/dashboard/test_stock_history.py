"""The ninety days of an item, worked out backwards: pure."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from oms.dashboard.inventory.history import chart_of, days_back_from

LAST = date(2026, 11, 24)


def test_each_day_ends_where_the_next_begins():
    changes = {LAST: (0, 4), LAST - timedelta(days=2): (10, 0)}
    days = days_back_from(6, changes, first=LAST - timedelta(days=3), last=LAST)
    assert [each.on_hand for each in days] == [0, 10, 10, 6]


def test_signs_stand_where_stock_came_in_or_ran_out():
    changes = {LAST: (0, 10), LAST - timedelta(days=1): (10, 0)}
    chart = chart_of(days_back_from(0, changes, first=LAST - timedelta(days=2), last=LAST))
    assert [each.day for each in chart.days] == [LAST, LAST - timedelta(days=1)]
    assert chart.highest == 10
    assert chart.svg.startswith("<svg")
    assert chart.svg.count("came in") == chart.svg.count("ran out") > 0
    assert "var(--series-1)" in chart.svg


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=90), st.integers(0, 5000))
def test_the_days_add_up(moves: list[tuple[int, int]], on_hand: int):
    first = LAST - timedelta(days=len(moves) - 1)
    days = days_back_from(
        on_hand, {first + timedelta(days=n): move for n, move in enumerate(moves)}, first=first, last=LAST
    )
    assert days[-1].on_hand == on_hand
    for before, after in pairwise(days):
        assert after.on_hand == before.on_hand + after.came - after.left
