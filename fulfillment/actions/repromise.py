"""Share scarce stock out anew: a preview that shows each order before and after, and an apply that is just that."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from fulfillment.actions.allocate import placements
from fulfillment.actions.loading import Network, Work, is_ready, load_network, load_work
from fulfillment.actions.recording import record_plans
from fulfillment.events import PromiseWorsened
from fulfillment.queries import orders_with_claims
from fulfillment.sourcing import Plan, plan_batch
from fulfillment.sourcing.repromising import Claim, OrderFacts, Policy, claims_of, share_out
from inventory.actions.reserve import rereserve_stock
from inventory.queries import skus_of
from inventory.stock.values import Need, Placement, StockView
from oms.core.actors import require
from oms.core.audit import Change, record
from oms.core.errors import Forbidden, Invalid, Stale
from oms.core.events import publish
from oms.core.tenancy import unit
from orders.locks import lock_orders
from orders.models import Order, OrderTag

VERB = "orders.allocate"
ITEMS_MAX, ORDERS_MAX = 50, 2_000


@dataclass(frozen=True)
class Effect:
    """What one order holds of one item, before and after; ``kind`` is the class that it fell into."""

    order_id: UUID
    number: int
    item_id: UUID
    sku: str
    kind: str
    wanted: int
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Repromise:
    """``seen`` names exactly this outcome: an apply that carries it happens as it was shown, or not at all."""

    effects: tuple[Effect, ...]
    seen: str
    applied: bool

    @property
    def changed(self) -> tuple[Effect, ...]:
        return tuple(each for each in self.effects if each.change)


def repromise(
    *, item_ids: Collection[UUID], policy: Policy, frozen_hours: int = 0, apply: bool = False, seen: str = ""
) -> Repromise:
    """Share these items out anew among the open orders that hold or want them.

    Left alone is what the floor has begun on, what is held, and what must leave within ``frozen_hours``. Without
    ``apply`` everything is carried out and taken back again, so preview and execution share one path. Raises
    `Invalid` (``item_ids``), `Forbidden` for who sees only some channels or locations, and `Stale` when ``seen`` is
    not what would happen now.
    """
    _check(item_ids)
    with transaction.atomic():
        effects = _carry_out(item_ids, policy, frozen_hours)
        found = Repromise(effects, _digest(effects), apply)
        if apply and seen and seen != found.seen:
            raise Stale("Orders or stock have changed since the preview. Nothing was changed: look at it again.")
        if not apply:
            transaction.set_rollback(True)
    return found


def _check(item_ids: Collection[UUID]) -> None:
    actor = unit().actor
    require(actor, VERB)
    if actor.channels is not None or actor.locations is not None:
        raise Forbidden("Scarce stock is shared out over all channels and locations, and you see only some of them.")
    if not 0 < len(item_ids) <= ITEMS_MAX:
        raise Invalid.field("item_ids", f"Name 1 to {ITEMS_MAX} items.", "out_of_range")
    unknown = set(item_ids) - skus_of(item_ids).keys()
    if unknown:
        raise Invalid.field("item_ids", "There is no such item.", "unknown_item")


def _carry_out(item_ids: Collection[UUID], policy: Policy, frozen_hours: int) -> tuple[Effect, ...]:
    ids = orders_with_claims(item_ids, ORDERS_MAX + 1)
    if len(ids) > ORDERS_MAX:
        message = f"More than {ORDERS_MAX:,} orders want these items. Name fewer items at a time."
        raise Invalid.field("item_ids", message, "too_many_orders")
    free = [order for order in lock_orders(ids) if is_ready(order) and not _is_frozen(order, frozen_hours)]
    work = load_work(free)
    network = load_network()
    sharer = _Sharer(work, network, frozenset(item_ids), policy, unit().now)
    if work:
        rereserve_stock(needs=[need for each in work for need in each.stock_needs()], choose=sharer)
        triggers = dict.fromkeys((each.order.id for each in work), "repromised")
        record_plans([(each, sharer.plans[each.order.id]) for each in work], triggers=triggers, network=network)
    effects = sharer.effects(skus_of(item_ids))
    _tell(item_ids, effects)
    return effects


def _is_frozen(order: Order, hours: int) -> bool:
    return hours > 0 and order.ship_by is not None and order.ship_by <= unit().now + timedelta(hours=hours)


class _Sharer:
    """What `rereserve_stock` asks under its locks; keeps the claims and the plans for those who tell of them."""

    def __init__(
        self, work: Sequence[Work], network: Network, item_ids: frozenset[UUID], policy: Policy, now: datetime
    ) -> None:
        self.work, self.network, self.item_ids, self.policy, self.now = work, network, item_ids, policy, now
        self.claims: list[Claim] = []
        self.plans: dict[UUID, Plan] = {}

    def __call__(self, needs: Sequence[Need], view: StockView) -> list[Placement]:
        wanted, held, units = defaultdict(int), defaultdict(int), defaultdict(int)
        for need in needs:
            if need.item_id in self.item_ids:
                wanted[need.group_id, need.item_id] += need.quantity
                held[need.group_id, need.item_id] += _spendable(need, view)
        for (item_id, _location), count in view.available.items():
            units[item_id] += count
        self.claims = claims_of(_facts(self.work), wanted, held, self.policy, self.now)
        most = share_out(self.claims, units)
        self.plans = plan_batch([each.need for each in self.work], self.network.sites, view.available, view.held, most)
        return placements(list(self.plans.values()))

    def effects(self, skus: Mapping[UUID, str]) -> tuple[Effect, ...]:
        """In the order in which they were served."""
        numbers = {each.order.id: each.order.number for each in self.work}
        after: dict[tuple[UUID, UUID], int] = defaultdict(int)
        for plan in self.plans.values():
            for each in plan.placed:
                after[plan.order_id, each.item_id] += each.quantity
        served = sorted(self.claims, key=lambda each: (skus[each.item_id], each.rank))
        return tuple(
            Effect(
                each.order_id, numbers[each.order_id], each.item_id, skus[each.item_id], each.kind, each.wanted,
                each.held, after[each.order_id, each.item_id],
            )
            for each in served
        )  # fmt: skip


def _spendable(need: Need, view: StockView) -> int:
    """What it holds where orders may still be sent from."""
    at = view.held.get(need.demand_id, {})
    return sum(units for location_id, units in at.items() if (need.item_id, location_id) in view.available)


def _facts(work: Sequence[Work]) -> list[OrderFacts]:
    tags: dict[UUID, set[str]] = defaultdict(set)
    orders = [each.order for each in work]
    for order_id, tag in OrderTag.objects.filter(order__in=[each.id for each in orders]).values_list("order_id", "tag"):
        tags[order_id].add(tag)
    return [
        OrderFacts(each.id, each.channel_id, frozenset(tags[each.id]), each.placed_at, each.ship_by) for each in orders
    ]


def _tell(item_ids: Collection[UUID], effects: Sequence[Effect]) -> None:
    worse: dict[UUID, int] = defaultdict(int)
    for each in effects:
        if each.change < 0:
            worse[each.order_id] -= each.change
    publish([PromiseWorsened(order_id, units) for order_id, units in worse.items()])
    changed = sum(1 for each in effects if each.change)
    if changed:
        skus = ", ".join(sorted({each.sku for each in effects}))
        sentence = f"Stock of {skus} shared out anew: {changed} promises changed, {len(worse)} of them for the worse"
        record([Change(VERB, sentence, tuple(("item", item_id) for item_id in item_ids))])


def _digest(effects: Sequence[Effect]) -> str:
    text = ";".join(f"{each.order_id}:{each.item_id}:{each.before}:{each.after}" for each in effects)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
