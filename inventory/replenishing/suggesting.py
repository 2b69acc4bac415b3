"""When to order and how much: the arithmetic behind a suggestion. Pure."""

from dataclasses import dataclass
from functools import cache
from math import ceil, sqrt
from statistics import NormalDist

from inventory.replenishing.buying import orderable
from inventory.replenishing.lateness import MeasuredDays


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
    """How it is bought; ``measured`` is how long it really took, where enough deliveries tell."""

    lead_time: int
    minimum: int = 1
    pack_size: int = 1
    measured: MeasuredDays | None = None

    @property
    def days(self) -> int:
        return ceil(self.measured.mean) if self.deliveries else self.lead_time

    @property
    def sigma(self) -> float:
        """How many days a delivery differs from that."""
        return self.measured.sigma if self.deliveries else 0.0

    @property
    def deliveries(self) -> int:
        """As many as the measured days stand on; 0 where they are too few to tell."""
        return self.measured.deliveries if self.measured is not None and self.measured.tells else 0


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Every number a suggestion is made of. ``quantity`` is 0 while there is enough.

    ``lead_time`` was measured over ``deliveries``, if those are any. ``position`` is what is free and what is
    coming; it is compared with ``reorder_point``, and filled up to ``target``.
    """

    demand: DailyDemand
    lead_time: int
    z: float
    spread: float
    safety_stock: int
    reorder_point: int
    target: int
    position: int
    quantity: int
    by_hand: bool
    lead_time_sigma: float = 0.0
    deliveries: int = 0

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
    """Reorder point = mean × lead time + safety stock; safety stock = z × √(lead time × σ² + mean² × σ_lead²).

    The second σ is that of the lead time itself, 0 until it is measured (the usual formula where demand and lead
    time vary independently, as in Silver, Pyke and Peterson, Inventory Management, §7.10).

    A span set by hand takes the place of both the reorder point and the target.
    """
    z = z_of(service_percent)
    spread = sqrt(terms.days * demand.sigma**2 + demand.mean**2 * terms.sigma**2)
    safety = ceil(z * spread)
    reorder_point = ceil(demand.mean * terms.days) + safety
    target = reorder_point + ceil(demand.mean * cover_days)
    if span is not None:
        reorder_point, target = span.minimum, span.maximum
    missing = target - position
    quantity = 0
    if position <= reorder_point and missing > 0:
        quantity = orderable(missing, minimum=terms.minimum, pack_size=terms.pack_size)
    return Arithmetic(
        demand, terms.days, z, spread, safety, reorder_point, target, position, quantity, by_hand=span is not None,
        lead_time_sigma=terms.sigma, deliveries=terms.deliveries,
    )  # fmt: skip
