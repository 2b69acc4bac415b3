"""What only a count can explain calls for one, and never for two."""

import pytest

from inventory.actions.adjust import adjust_stock
from inventory.actions.commit import Commit, commit_stock
from inventory.actions.reserve import reserve_stock
from inventory.actions.set_aside import set_aside
from inventory.models import Reservation, StockCount
from inventory.queries import counts as questions
from oms.core.db.keys import uuid7
from tests.inventory.counts import OPEN_TASKS, counting, entered, state_of
from tests.inventory.stock import assert_book_adds_up, facts, wants

pytestmark = pytest.mark.django_db
MUG, TEA = "MUG-BLU", "TEA"


def tasks() -> list[tuple[str, str]]:
    return list(StockCount.objects.filter(**OPEN_TASKS).order_by("number").values_list("title", "why"))


def ship_more_than_the_book_has(catalog, units: int) -> None:
    """Promised elsewhere meanwhile: the shelf has 10, of which none is held for what leaves."""
    commits = [Commit(uuid7(), catalog.id(MUG), catalog.leeds.id, units, uuid7())]
    commit_stock(commits=commits, cause_kind="parcel")


def test_units_that_nothing_explains_call_for_one_count(uow, catalog, drain):
    where = {"item_id": catalog.id(MUG), "location_id": catalog.leeds.id}
    ship_more_than_the_book_has(catalog, 12)
    assert [each["units"] for each in facts("stock.count_wanted")] == [2]
    adjust_stock(**where, change=-4, reason="loss")
    drain()
    assert tasks() == [(MUG, "unexplained")]
    ship_more_than_the_book_has(catalog, 3)
    drain()
    assert tasks() == [(MUG, "unexplained")]
    adjust_stock(**where, counted=5, reason="count")
    drain()
    ended = StockCount.objects.get(number=1001)
    assert (tasks(), ended.state, ended.note) == ([], "cancelled", "Counted and corrected without this task.")
    ship_more_than_the_book_has(catalog, 6)
    drain()
    assert StockCount.objects.get(**OPEN_TASKS).number == 1002
    assert_book_adds_up()


def test_a_short_pick_calls_for_a_count_of_both_shelves(uow, catalog, drain):
    item, leeds = catalog.id(MUG), catalog.leeds.id
    demand = wants(item, 4, location_id=leeds)
    reserve_stock(demands=[demand])
    held = Reservation.objects.get(demand_id=demand.demand_id)
    set_aside(reservation_id=held.id, item_id=item, location_id=leeds, quantity=3, reason="none there")
    drain()
    (task,) = StockCount.objects.filter(**OPEN_TASKS)
    assert task.why == "short_pick"
    assert list(questions.lines_of(task).order_by("place").values_list("state", flat=True)) == [
        "sellable", "quality_hold",
    ]  # fmt: skip
    assert questions.counts_of_item(item) == [task]
    entered(task, {item: 7})
    assert state_of(task) == "open"


def test_a_wider_count_does_the_task_by_the_way(uow, catalog, drain):
    ship_more_than_the_book_has(catalog, 12)
    drain()
    task = StockCount.objects.get(**OPEN_TASKS)
    wider = counting(catalog, MUG, TEA)
    task.refresh_from_db()
    assert (task.state, task.note) == ("cancelled", f"Counted as part of count {wider.number}.")
    ship_more_than_the_book_has(catalog, 1)
    drain()
    assert tasks() == []
