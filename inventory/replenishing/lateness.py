"""How long suppliers really take, and how late they are. Pure."""

from dataclasses import dataclass
from math import sqrt

# Fewer deliveries than these say nothing yet.
DELIVERIES_MIN = 3
# A delivery is relied on from the day that so many percent of a supplier's deliveries were here by.
RELIED_ON_PERCENT = 80


@dataclass(frozen=True, slots=True)
class MeasuredDays:
    """Days from order to arrival over some deliveries: their sum, and that of their squares."""

    deliveries: int
    days: int
    squares: int

    @property
    def mean(self) -> float:
        return self.days / self.deliveries

    @property
    def sigma(self) -> float:
        """Of a sample; one delivery does not differ from itself."""
        if self.deliveries < 2:
            return 0.0
        return sqrt(max(0.0, self.squares - self.days**2 / self.deliveries) / (self.deliveries - 1))

    @property
    def tells(self) -> bool:
        return self.deliveries >= DELIVERIES_MIN


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Of a supplier's last deliveries: ``on_time`` came by their day, ``late_days`` is by how many days late
    most (`RELIED_ON_PERCENT`) were here; never early."""

    deliveries: int
    on_time: int
    late_days: int

    @property
    def tells(self) -> bool:
        return self.deliveries >= DELIVERIES_MIN

    @property
    def percent(self) -> int:
        return round(100 * self.on_time / self.deliveries) if self.deliveries else 0

    @property
    def days_to_add(self) -> int:
        """To the day a delivery is expected, before anybody is promised anything of it."""
        return max(0, self.late_days) if self.tells else 0
