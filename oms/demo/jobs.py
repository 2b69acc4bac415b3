"""A year of trade as a job: a chunk is a day of work, so it can be watched, cancelled, and go on where it stopped."""

from datetime import datetime
from uuid import UUID

from oms.core.actors import Actor
from oms.core.jobs import Step, job_kind
from oms.core.models import Job
from oms.core.tenancy import unit
from oms.demo.days import Trade, live_day, span_of
from oms.demo.life import Life
from oms.demo.merchant import KIND
from oms.demo.seasons import Year
from oms.demo.today import leave_open


@job_kind(KIND)
def live(job: Job) -> Step:
    """The next day of work with the quiet ones before it; with the last one also what is left open today.

    Nothing is left to be heard of between two chunks: the relay would let it happen now.
    """
    trade, index, placed = trade_of(job.params), (job.cursor or {}).get("day", 0), 0
    while True:
        day = trade.year.day(index)
        placed, index = placed + live_day(trade, day), index + 1
        last = index == trade.year.days
        if last or span_of(trade, day):
            break
    if last:
        leave_open(trade)
    return Step(cursor={"day": index}, done=placed, finished=last)


def trade_of(params: dict) -> Trade:
    ends_at = datetime.fromisoformat(params["ends_at"])
    life = Life(unit().tenant_id, floor=Actor.from_json(params["floor"]), seed=params["seed"])
    year = Year(ends_at.date(), params["orders"], params["days"])
    return Trade(life, year, [UUID(each) for each in params["channels"]], ends_at)
