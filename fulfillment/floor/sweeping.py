"""The scans of work that goes as it should: every unit once, in walking order. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fulfillment.floor.judging import Judgement, Stop, judge


@dataclass(frozen=True, slots=True)
class Swept:
    """One scan of the sweep; ``left`` counts the units the stage still wants after it."""

    stop: Stop
    judged: Judgement
    left: int


def sweep(stops: Sequence[Stop]) -> Iterator[Swept]:
    """Scan whatever is still wanted, line by line, as one who walks the shelves would."""
    stops, left = list(stops), sum(stop.wanted - stop.done for stop in stops)
    for position, first in enumerate(stops):
        for done in range(first.done, first.wanted):
            judged = judge(stops, item_id=first.item_id, sku=first.sku, code=first.sku)
            stops[position] = replace(first, done=done + 1)
            left -= 1
            yield Swept(first, judged, left)
