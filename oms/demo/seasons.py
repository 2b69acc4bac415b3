"""How much is sold on which day: weekends, the weeks before Christmas, summer, and lately more than before. Pure."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

DAYS = 365
# January to December.
MONTHS = (0.85, 0.8, 0.9, 0.95, 1.0, 0.9, 0.8, 0.8, 1.0, 1.1, 1.6, 1.9)
# Monday to Sunday.
WEEKDAYS = (1.1, 1.0, 0.95, 0.95, 0.9, 0.9, 1.2)
LATELY, LATELY_FACTOR = 42, 2.0
LAST, LAST_FACTOR = 7, 2.0


@dataclass(frozen=True)
class Year:
    """``orders`` spread over the days up to ``ends_on``."""

    ends_on: date
    orders: int
    days: int = DAYS

    def __iter__(self) -> Iterator[tuple[date, range]]:
        """Each day with the numbers (from 1) of its orders."""
        marks = self._marks()
        for index in range(self.days):
            yield self.day(index), range(marks[index] + 1, marks[index + 1] + 1)

    def numbers_of(self, day: date) -> range:
        marks, index = self._marks(), (day - self.day(0)).days
        return range(marks[index] + 1, marks[index + 1] + 1) if 0 <= index < self.days else range(0)

    def day(self, index: int) -> date:
        return self.ends_on - timedelta(days=self.days - 1 - index)

    def day_of(self, number: int) -> date:
        return self.day(bisect_right(self._marks(), number - 1) - 1)

    def weight(self, day: date) -> float:
        left = (self.ends_on - day).days
        lately = (LATELY_FACTOR if left < LATELY else 1) * (LAST_FACTOR if left < LAST else 1)
        return MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] * lately

    def _marks(self) -> list[int]:
        """How many orders there are before each day, rounded so that none is lost."""
        sums = [0.0, *accumulate(self.weight(self.day(index)) for index in range(self.days))]
        return [round(self.orders * each / sums[-1]) for each in sums]
