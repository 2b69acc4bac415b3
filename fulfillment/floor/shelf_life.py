"""Until when goods must be good that leave for an order, and which of them were scanned for it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from fulfillment.models import PACK, PICK, Scan, ShelfLifeRule
from inventory.queries.tracing import lots_on_shelf, today
from inventory.stock.tracing import LotFacts, first_to_expire
from orders.models import Order


def shelf_life_rules() -> QuerySet[ShelfLifeRule]:
    """To page through by ``("-created_at", "-id")``."""
    return ShelfLifeRule.objects.select_related("channel", "customer")


def good_until(orders: Collection[Order]) -> dict[UUID, date]:
    """Order → the day until which what leaves for it must be good: today, or as its channel and customer want it."""
    if not orders:
        return {}
    day, rules = today(), list(ShelfLifeRule.objects.values_list("channel_id", "customer_id", "days"))
    return {order.id: day + timedelta(days=_strictest(order, rules)) for order in orders}


def _strictest(order: Order, rules: Sequence[tuple[UUID | None, UUID | None, int]]) -> int:
    ours = (
        days
        for channel_id, customer_id, days in rules
        if channel_id in (None, order.channel_id) and customer_id in (None, order.customer_id)
    )
    return max(ours, default=0)


Unit = tuple[UUID | None, UUID | None]


def units_of_lines(work_ids: Collection[UUID]) -> dict[UUID, list[Unit]]:
    """Line → lot and serial of each unit scanned by one: into the box, or where nobody did, off the shelf."""
    found: dict[str, dict[UUID, list[Unit]]] = defaultdict(lambda: defaultdict(list))
    if work_ids:
        scans = Scan.objects.filter(fulfillment_order_id__in=work_ids, counted=True)
        scans = scans.exclude(lot__isnull=True, serial__isnull=True).order_by("lot_id", "id")
        for scan in scans.only("kind", "fulfillment_line_id", "lot_id", "serial_id", "answer"):
            # The code of a pack stands for its units.
            found[scan.kind][scan.fulfillment_line_id] += [(scan.lot_id, scan.serial_id)] * scan.answer.get("units", 1)
    return defaultdict(list, {**found[PICK], **found[PACK]})


def lots_to_take(*, item_id: UUID, location_id: UUID, units: int, good_on: date) -> list[tuple[str, date | None, int]]:
    """Code, date and units of the lots to pick: those that may go, what expires first first."""
    there = {each.lot_id: each for each in lots_on_shelf([item_id], location_id)[item_id]}
    facts = {
        key: LotFacts(each.lot.code, each.lot.expires_on, each.lot.blocked_at is not None)
        for key, each in there.items()
    }
    fit = {key: each.on_hand for key, each in there.items() if not facts[key].why_not(good_on)}
    taken = first_to_expire(fit, min(units, sum(fit.values())), facts)
    return [(facts[key].code, facts[key].expires_on, count) for key, count in taken]
