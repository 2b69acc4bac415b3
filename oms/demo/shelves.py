"""Counting in the demo: what a short pick called for, and once a week what is due. Mostly the book is right."""

from datetime import datetime, timedelta

from inventory import queries
from inventory.actions.counts.finishing import finish_count
from inventory.actions.counts.opening import open_count
from inventory.actions.counts.plan import plan_counts
from inventory.actions.counts.recording import CountEntry, record_counts
from inventory.models import SELLABLE, StockCount, StockCountLine
from oms.demo.life import Life
from oms.demo.trade import chance

# One line in so many is off by a unit; of what was set aside as missing, so much turns up again.
OFF_SHARE, TURNS_UP_SHARE = 0.04, 0.5
# A task waits for a day, so that there is always one to be seen.
TASKS_WAIT = timedelta(hours=20)


def count_what_is_called_for(life: Life, now: datetime) -> None:
    """The tasks of the days before."""
    with life.at(now):
        tasks = queries.counts.counts(view="tasks").filter(opened_at__lt=now - TASKS_WAIT)
        for task in tasks.order_by("number"):
            _count(life, task)


def count_what_is_due(life: Life, now: datetime) -> None:
    """Plan anew, and walk the shelves of each location that has something due."""
    with life.at(now):
        plan_counts()
        for location in queries.visible_locations().order_by("priority", "id"):
            if queries.counts.due_items(location_id=location.id).exists():
                _count(life, open_count(location_id=location.id, due=True))


def _count(life: Life, stock_count: StockCount) -> None:
    lines = list(queries.counts.lines_of(stock_count).order_by(*queries.counts.WALK))
    book = queries.counts.standing([(each.item_id, each.location_id, each.state) for each in lines])
    entries = []
    for line in lines:
        expected, _position = book[line.item_id, line.location_id, line.state]
        entries.append(CountEntry(line.item_id, _found(life, line, expected), state=line.state))
    record_counts(count_id=stock_count.id, entries=entries)
    finish_count(count_id=stock_count.id)


def _found(life: Life, line: StockCountLine, expected: int) -> int:
    """How many are there, the same whenever it is asked."""
    drawn = chance(life.seed, f"{line.stock_count.number}:{line.place}", "count")
    if line.state != SELLABLE:
        return expected if drawn < TURNS_UP_SHARE else 0
    return max(0, expected - 1) if drawn < OFF_SHARE else expected
