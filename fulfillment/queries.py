"""Why an order is where it is, and who waits for stock."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from fulfillment import lifecycle
from fulfillment.models import Backorder, Decision, FulfillmentLine, SharingPolicy
from inventory.models import SELLABLE, Balance, Location, Reservation
from oms.core.errors import NotFound
from oms.core.paging import capped_count
from oms.core.tenancy import unit
from orders.models import OrderLine

# What leads to a decision, as the sentence under "Why here?" says it.
TRIGGERS = {
    "cleared": "when the order was cleared",
    "line_matched": "when a line was matched to an item",
    "reservation_lost": "when a location could no longer cover it",
    "stock_rose": "when stock arrived",
    "lines_cancelled": "when units were canceled",
    "asked": "when a person asked",
    "short_pick": "when units were not where the book had them",
    "floor_done": "when the floor had done its part",
    "repromised": "when scarce stock was shared out anew",
    "manual": "by hand",
}
STRATEGIES = {
    "routed": "Has everything, then nearest, then priority",
    "pinned": "Kept where a person put it",
    "manual": "Moved by a person",
}


@dataclass(frozen=True)
class WhyHere:
    """The decision in force, for people: one sentence, every candidate with its verdict, what waits."""

    decision_id: UUID
    sentence: str
    strategy: str
    trigger: str
    at: datetime
    candidates: list[dict]
    placements: list[dict]
    shortages: list[dict]


def why_here(order_id: UUID) -> WhyHere | None:
    """None until the order has been allocated for the first time."""
    decision = Decision.objects.filter(order_id=order_id).order_by("-id").first()
    return _in_words(decision) if decision else None


def decisions_of(order_id: UUID) -> list[WhyHere]:
    """All there ever were, newest first."""
    return [_in_words(each) for each in Decision.objects.filter(order_id=order_id).order_by("-id")]


def newest_decisions(order_ids: Collection[UUID]) -> dict[UUID, Decision]:
    """Order → the decision in force."""
    newest = Decision.objects.filter(order_id__in=order_ids).order_by("order_id", "-id").distinct("order_id")
    return {each.order_id: each for each in newest}


def orders_of_demands(line_ids: Iterable[UUID]) -> set[UUID]:
    """The orders whose lines these are: a reservation knows its demand by id alone."""
    ids = set(line_ids)
    return set(OrderLine.objects.filter(id__in=ids).values_list("order_id", flat=True)) if ids else set()


def items_waiting_at(location_ids: Collection[UUID]) -> set[UUID]:
    """Items that somebody waits for and one of these locations has, if they are open and ship."""
    here = Location.objects.filter(id__in=location_ids, active=True, ships=True)
    stock = Balance.objects.filter(location__in=here, state=SELLABLE, on_hand__gt=F("reserved"))
    waiting = Backorder.objects.filter(waiting__gt=0).values("item_id")
    return set(stock.filter(item_id__in=waiting).values_list("item_id", flat=True)) if location_ids else set()


def work_begun(order_id: UUID) -> tuple[tuple[str, ...], dict[UUID, int]]:
    """The locations at work on an order, who must agree to stop, and the units of each line they work on."""
    rows = FulfillmentLine.objects.filter(
        fulfillment_order__order_id=order_id, fulfillment_order__state__in=lifecycle.STARTED
    ).values_list("fulfillment_order__location__name", "order_line_id", F("quantity") - F("short"))
    units: dict[UUID, int] = defaultdict(int)
    for _place, line_id, count in rows:
        units[line_id] += count
    return tuple(sorted({place for place, _, _ in rows})), units


def orders_with_claims(item_ids: Collection[UUID], most: int) -> list[UUID]:
    """Up to ``most`` orders that hold units of these items, or wait for them."""
    held = Reservation.objects.filter(item_id__in=item_ids, demand_kind="order_line", open__gt=0)
    lines = OrderLine.objects.filter(id__in=held.values("demand_id")).values_list("order_id")
    waiting = Backorder.objects.filter(item_id__in=item_ids, waiting__gt=0).values_list("order_id")
    return [order_id for (order_id,) in lines.union(waiting)[:most]]


def backorders() -> QuerySet[Backorder]:
    """What waits for stock among the orders the actor may see; page it by ``("placed_at", "id")``."""
    channels = unit().actor.channels
    waiting = Backorder.objects.filter(waiting__gt=0).select_related("order", "line", "item")
    return waiting if channels is None else waiting.filter(order__channel_id__in=channels)


def backorders_of(order_id: UUID) -> dict[UUID, int]:
    """Line → units that wait."""
    return dict(Backorder.objects.filter(order_id=order_id, waiting__gt=0).values_list("line_id", "waiting"))


def count_waiting_lines() -> int:
    """Capped: "1,001" means "1,000+"."""
    return capped_count(backorders().select_related(None))


def _in_words(decision: Decision) -> WhyHere:
    return WhyHere(
        decision_id=decision.id,
        sentence=decision.sentence,
        strategy=STRATEGIES[decision.strategy],
        trigger=TRIGGERS.get(decision.trigger, decision.trigger),
        at=decision.at,
        candidates=decision.candidates,
        placements=decision.placements,
        shortages=decision.shortages,
    )


def sharing_policies() -> QuerySet[SharingPolicy]:
    """To page through by ``("name", "id")``."""
    return SharingPolicy.objects.all()


def sharing_policy_by_id(policy_id: UUID) -> SharingPolicy:
    """Raises `NotFound`."""
    found = SharingPolicy.objects.filter(id=policy_id).first()
    if found is None:
        raise NotFound("There is no such policy.")
    return found
