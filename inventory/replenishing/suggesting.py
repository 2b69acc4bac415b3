"""When to order and how much: the arithmetic behind a suggestion. Pure."""

from dataclasses import dataclass
from functools import cache
from math import ceil, sqrt
from statistics import NormalDist

from inventory.replenishing.buying import orderable


@dataclass(frozen=True, slots=True)
class DailyDemand:
    """What left for customers over so many days: the sum of the days' units, and of their squares."""

    units: int
    squares: int
    days: int

    @property
    def mean(self) -> float:
        return self.units / self.days

    @property
    def sigma(self) -> float:
        """How much a day differs from the mean; days without a sale are days, too."""
        if self.days < 2:
            return 0.0
        return sqrt(max(0.0, self.squares - self.units**2 / self.days) / (self.days - 1))


@dataclass(frozen=True, slots=True)
class Span:
    """Set by hand: order at ``minimum`` or fewer, up to ``maximum``."""

    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Terms:
    """How it is bought."""

    lead_time: int
    minimum: int = 1
    pack_size: int = 1


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Every number a suggestion is made of. ``quantity`` is 0 while there is enough.

    ``position`` is what is free and what is coming; it is compared with ``reorder_point``, and filled up to
    ``target``.
    """

    demand: DailyDemand
    lead_time: int
    z: float
    safety_stock: int
    reorder_point: int
    target: int
    position: int
    quantity: int
    by_hand: bool

    @property
    def days_left(self) -> float | None:
        """For how long what is free and coming lasts; None when nothing sells."""
        return max(0, self.position) / self.demand.mean if self.demand.units else None


@cache
def z_of(service_percent: int) -> float:
    """How many σ above the mean demand stock must reach to last in so many percent of cases."""
    return NormalDist().inv_cdf(service_percent / 100)


def suggest(
    *, demand: DailyDemand, position: int, terms: Terms, service_percent: int, cover_days: int, span: Span | None = None
) -> Arithmetic:
    """Reorder point = mean × lead time + safety stock; safety stock = z × σ × √lead time.

    A span set by hand takes the place of both the reorder point and the target.
    """
    z = z_of(service_percent)
    safety = ceil(z * demand.sigma * sqrt(terms.lead_time))
    reorder_point = ceil(demand.mean * terms.lead_time) + safety
    target = reorder_point + ceil(demand.mean * cover_days)
    if span is not None:
        reorder_point, target = span.minimum, span.maximum
    missing = target - position
    quantity = 0
    if position <= reorder_point and missing > 0:
        quantity = orderable(missing, minimum=terms.minimum, pack_size=terms.pack_size)
    return Arithmetic(
        demand, terms.lead_time, z, safety, reorder_point, target, position, quantity, by_hand=span is not None
    )
