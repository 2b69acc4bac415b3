"""What a plan means for its order: the state, the next step in words, where, and by when. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from fulfillment.shipby import ship_by
from fulfillment.sourcing import Plan
from fulfillment.sourcing.explanation import joined, short_words, units

NOT_ALLOCATED, PART_ALLOCATED, ALLOCATED, BACKORDERED = "not_allocated", "part_allocated", "allocated", "backordered"
PICKING, PACKED, PART_SHIPPED, SHIPPED, DELIVERED = "picking", "packed", "part_shipped", "shipped", "delivered"


@dataclass(frozen=True)
class Clock:
    """A location's cut-off and the zone it is told in."""

    cutoff: time | None
    zone: str


def state_of(plan: Plan, unmatched: int = 0) -> str:
    """``unmatched`` units are of lines that name no item of ours yet."""
    if not plan.placed:
        return BACKORDERED if plan.short else NOT_ALLOCATED
    return PART_ALLOCATED if plan.short or unmatched else ALLOCATED


def next_step_of(plan: Plan, unmatched_skus: Sequence[str] = ()) -> str:
    """Who does what next, and what the rest waits for."""
    steps = []
    if plan.packages:
        work = [f"{each.candidate.site.name} to pick {units(each.contents.total())}" for each in plan.packages]
        steps.append(joined(work))
    if plan.short:
        waits = f"{short_words(plan.short)} {'waits' if plan.units_short == 1 else 'wait'} for stock"
        steps.append(waits if steps else f"Waiting for stock: {short_words(plan.short)}")
    if unmatched_skus:
        steps.append(f"{joined(list(unmatched_skus))} to be matched to an item")
    return "; ".join(steps) or "Nothing to ship"


def location_codes(plan: Plan) -> list[str]:
    """Who works on the order, the one that sends most first."""
    by_size = sorted(plan.packages, key=lambda each: -each.contents.total())
    return [each.candidate.site.code for each in by_size]


def due_at(plan: Plan, clocks: Mapping[UUID, Clock], now: datetime) -> datetime | None:
    """When its first parcel must leave."""
    each_due = [
        due
        for package in plan.packages
        if (clock := clocks.get(package.candidate.site.id)) and (due := ship_by(now, clock.cutoff, clock.zone))
    ]
    return min(each_due, default=None)
