"""Orders ready to be sourced: what they owe and what was decided last, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from fulfillment.models import Decision
from fulfillment.progress import Clock
from fulfillment.queries import newest_decisions
from fulfillment.sourcing import InKit, LineNeed, OrderNeed, Site, locate
from inventory.models import Location
from inventory.stock.values import Need
from oms.core.addresses import Address
from orders.models import Order, OrderLine


@dataclass(frozen=True)
class Work:
    """One locked order: what it still owes, the lines that name no item yet, and the decision in force."""

    order: Order
    need: OrderNeed
    unmatched: tuple[OrderLine, ...]
    before: Decision | None
    part_shipped: bool = False

    def stock_needs(self) -> list[Need]:
        return [Need(self.order.id, line.line_id, line.item_id, line.quantity) for line in self.need.lines]


@dataclass(frozen=True)
class Network:
    """The merchant's locations, as routing and as ship-by dates see them."""

    sites: tuple[Site, ...]
    clocks: dict[UUID, Clock]


def is_ready(order: Order) -> bool:
    """Cleared by screening and not on hold. What the floor has begun on is only seen in its lines."""
    return order.state == "open" and order.open_holds == 0


def load_work(orders: Collection[Order]) -> list[Work]:
    """The locked ``orders`` without those that the floor has begun on, or that are shipped."""
    ids = [order.id for order in orders]
    lines, decisions = _goods_lines(ids), newest_decisions(ids)
    work = []
    for order in orders:
        owed = [line for line in lines[order.id] if line.to_ship > 0]
        begun = any(line.in_work for line in lines[order.id])
        if begun or (not owed and any(line.shipped for line in lines[order.id])):
            continue
        before = decisions.get(order.id)
        unmatched = tuple(line for line in owed if line.item_id is None)
        part_shipped = any(line.shipped for line in lines[order.id])
        work.append(Work(order, _need(order, owed, before), unmatched, before, part_shipped))
    return work


def load_network() -> Network:
    locations = list(Location.objects.order_by("priority", "code"))
    return Network(
        tuple(_site(each) for each in locations), {each.id: Clock(each.cutoff, each.timezone) for each in locations}
    )


def _goods_lines(order_ids: Sequence[UUID]) -> dict[UUID, list[OrderLine]]:
    lines = defaultdict(list)
    for line in OrderLine.objects.filter(order_id__in=order_ids, kind="goods").order_by("order_id", "position", "id"):
        lines[line.order_id].append(line)
    return lines


def _need(order: Order, owed: Sequence[OrderLine], before: Decision | None) -> OrderNeed:
    return OrderNeed(
        order_id=order.id,
        placed_at=order.placed_at,
        spot=locate(Address.from_json(order.ship_to)),
        lines=tuple(
            LineNeed(line.id, line.item_id, line.sku, line.to_ship, _in_kit(line))
            for line in owed
            if line.item_id is not None
        ),
        pinned=before.pinned_location_id if before else None,
    )


def _in_kit(line: OrderLine) -> InKit | None:
    return InKit(line.kit_line_id, line.per_kit, line.ships_in_parts) if line.kit_line_id else None


def _site(location: Location) -> Site:
    spot = locate(Address.from_json(location.address))
    return Site(location.id, location.name, location.code, location.priority, location.active, location.ships, spot)
