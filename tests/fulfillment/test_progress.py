"""Ship-by dates and next steps, as pure rules."""

from datetime import UTC, datetime, time

import pytest

from fulfillment.progress import Clock, due_at, location_codes, next_step_of, state_of
from fulfillment.shipby import ship_by
from fulfillment.sourcing import plan_batch
from tests.fulfillment.cases import key, order, site, stock


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "cutoff", "zone", "due"),
    [
        (utc(2026, 11, 24, 9), time(16, 30), "Europe/London", utc(2026, 11, 24, 16, 30)),
        (utc(2026, 11, 24, 17), time(16, 30), "Europe/London", utc(2026, 11, 25, 16, 30)),
        (utc(2026, 7, 24, 15, 40), time(16, 30), "Europe/London", utc(2026, 7, 25, 15, 30)),
        # It is already the 25th in Tokyo.
        (utc(2026, 11, 24, 20), time(9), "Asia/Tokyo", utc(2026, 11, 25, 0)),
        # New York is still on the 24th, before its cut-off.
        (utc(2026, 11, 25, 2), time(22), "America/New_York", utc(2026, 11, 25, 3)),
        # Exactly at the cut-off is too late.
        (utc(2026, 11, 24, 16, 30), time(16, 30), "UTC", utc(2026, 11, 25, 16, 30)),
        # 02:30 does not exist on 29 March in Berlin: an hour later does, as if the clock had not moved.
        (utc(2026, 3, 28, 23), time(2, 30), "Europe/Berlin", utc(2026, 3, 29, 1, 30)),
        # 02:30 comes twice on 25 October in Berlin: the first counts.
        (utc(2026, 10, 24, 23), time(2, 30), "Europe/Berlin", utc(2026, 10, 25, 0, 30)),
    ],
)
def test_the_next_cut_off_in_the_locations_own_time(now, cutoff, zone, due):
    assert ship_by(now, cutoff, zone) == due


def test_without_a_cut_off_nothing_is_promised():
    assert ship_by(utc(2026, 11, 24), None, "UTC") is None


LEEDS, LONDON = site("Leeds"), site("London", priority=200)


def planned(wants, shelf):
    return plan_batch([order("A", wants)], [LEEDS, LONDON], shelf)[key("A")]


@pytest.mark.parametrize(
    ("wants", "shelf", "state", "sentence", "codes"),
    [
        ({"MUG": 1}, stock(Leeds={"MUG": 1}), "allocated", "Leeds to pick 1 unit", ["LEEDS"]),
        (
            {"MUG": 5}, stock(Leeds={"MUG": 2}, London={"MUG": 3}),
            "allocated", "London to pick 3 units and Leeds to pick 2 units", ["LONDON", "LEEDS"],
        ),
        (
            {"MUG": 2, "CUP": 1}, stock(Leeds={"MUG": 2}),
            "part_allocated", "Leeds to pick 2 units; 1 × CUP waits for stock", ["LEEDS"],
        ),
        ({"MUG": 2, "CUP": 1}, {}, "backordered", "Waiting for stock: 2 × MUG and 1 × CUP", []),
        ({}, {}, "not_allocated", "Nothing to ship", []),
    ],
)  # fmt: skip
def test_what_a_plan_means_for_its_order(wants, shelf, state, sentence, codes):
    plan = planned(wants, shelf)
    assert (state_of(plan), next_step_of(plan), location_codes(plan)) == (state, sentence, codes)


def test_the_first_parcel_decides_when_the_order_is_due():
    plan = planned({"MUG": 5}, stock(Leeds={"MUG": 2}, London={"MUG": 3}))
    clocks = {LEEDS.id: Clock(time(17), "UTC"), LONDON.id: Clock(time(12), "UTC")}
    assert due_at(plan, clocks, utc(2026, 11, 24, 9)) == utc(2026, 11, 24, 12)
    assert due_at(plan, clocks, utc(2026, 11, 24, 13)) == utc(2026, 11, 24, 17)
    assert due_at(plan, {LEEDS.id: Clock(None, "UTC")}, utc(2026, 11, 24, 9)) is None
