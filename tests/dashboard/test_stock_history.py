"""The ninety days of an item, worked out backwards: pure."""

import re
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from oms.dashboard.inventory.history import Day, days_back_from, step_chart

LAST = date(2026, 11, 24)


def test_each_day_ends_where_the_next_begins():
    changes = {LAST: (0, 4), LAST - timedelta(days=2): (10, 0)}
    days = days_back_from(6, changes, first=LAST - timedelta(days=3), last=LAST)
    assert [each.on_hand for each in days] == [0, 10, 10, 6]


def test_marks_stand_where_stock_came_in_or_ran_out():
    changes = {LAST: (0, 10), LAST - timedelta(days=1): (10, 0)}
    chart = step_chart(days_back_from(0, changes, first=LAST - timedelta(days=2), last=LAST))
    assert [mark.kind for mark in chart.marks] == ["in", "out"]
    assert [each.day for each in chart.days] == [LAST, LAST - timedelta(days=1)]
    assert chart.highest == 10


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=90), st.integers(0, 5000))
def test_the_days_add_up_and_the_line_stays_inside(moves: list[tuple[int, int]], on_hand: int):
    first = LAST - timedelta(days=len(moves) - 1)
    days = days_back_from(
        on_hand, {first + timedelta(days=n): move for n, move in enumerate(moves)}, first=first, last=LAST
    )
    assert days[-1].on_hand == on_hand
    for before, after in pairwise(days):
        assert after.on_hand == before.on_hand + after.came - after.left


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=90))
def test_the_line_stays_inside_its_frame(levels: list[int]):
    days = tuple(Day(LAST - timedelta(days=n), 0, 0, level) for n, level in enumerate(levels))
    chart = step_chart(days)
    heights = [float(number) for number in re.findall(r"[V ]([\d.]+)", chart.path)]
    assert all(0 <= height <= chart.height for height in heights)
    assert chart.path.endswith(f"H{float(chart.width)}")
