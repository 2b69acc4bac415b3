"""Write down on orders what the floor is doing for them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.floor.queries import lines_of_work, parcels_of
from fulfillment.floor.telling import Share, Standing, next_step_of, state_of
from fulfillment.models import Backorder, FulfillmentLine, FulfillmentOrder
from inventory.book import open_of_demands
from inventory.models import Location
from inventory.stock.values import OpenReservation
from orders.actions.progress import Progress, record_progress
from orders.actions.work import lines_in_work
from orders.models import Order, OrderLine


def tell_orders(orders: Collection[Order]) -> None:
    """Bring state and next step of these locked orders in line with their work, in a fixed number of statements."""
    ids = [order.id for order in orders]
    if not ids:
        return
    lines = _by_order(lines_in_work(ids))
    works = _by_order(
        FulfillmentOrder.objects.filter(order_id__in=ids, state__in=lifecycle.OPEN)
        .select_related("location")
        .order_by("order_id", "number")
    )
    floor = _Floor(
        [work for each in works.values() for work in each], [line for each in lines.values() for line in each]
    )
    waiting = defaultdict(list)
    for row in Backorder.objects.filter(order_id__in=ids, waiting__gt=0).select_related("item").order_by("id"):
        waiting[row.order_id].append((row.item.sku, row.waiting))
    record_progress(
        [_progress(order, floor.standing(lines[order.id], works[order.id], waiting[order.id])) for order in orders]
    )


def unreleased(
    held: Sequence[OpenReservation], in_work: Sequence[FulfillmentLine]
) -> list[tuple[OpenReservation, int]]:
    """Reserved units that no open work has taken up yet, reservation by reservation."""
    taken: dict[UUID, int] = defaultdict(int)
    for line in in_work:
        taken[line.reservation_id] += line.quantity - line.short
    return [(each, each.open - taken[each.id]) for each in held if each.open > taken[each.id]]


class _Floor:
    """What is reserved, released and boxed for some orders, loaded once."""

    def __init__(self, works: Sequence[FulfillmentOrder], lines: Sequence[OrderLine]) -> None:
        self.lines = lines_of_work([work.id for work in works])
        self.parcels = parcels_of([work.id for work in works])
        self.held: dict[UUID, list[OpenReservation]] = defaultdict(list)
        for each in open_of_demands([line.id for line in lines]):
            self.held[each.demand_id].append(each)
        self.places = dict(Location.objects.values_list("id", "name"))

    def standing(
        self, lines: Sequence[OrderLine], works: Sequence[FulfillmentOrder], waiting: Sequence[tuple[str, int]]
    ) -> Standing:
        held = [each for line in lines for each in self.held[line.id]]
        return Standing(
            to_ship=sum(line.to_ship for line in lines),
            shipped=sum(line.shipped for line in lines),
            held=sum(each.open for each in held),
            shares=[*map(self._share, works), *self._not_released(held, works)],
            waiting=waiting,
        )

    def _share(self, work: FulfillmentOrder) -> Share:
        units = sum(line.quantity - line.short for line in self.lines[work.id])
        left = [parcel for parcel in self.parcels[work.id] if parcel.dispatched_at is None]
        return Share(work.location.name, work.state, units, len(left), work.cancel_requested_at is not None)

    def _not_released(self, held: Sequence[OpenReservation], works: Sequence[FulfillmentOrder]) -> list[Share]:
        by_place: dict[UUID, int] = defaultdict(int)
        for each, units in unreleased(held, [line for work in works for line in self.lines[work.id]]):
            by_place[each.location_id] += units
        return [Share(self.places[place], lifecycle.RELEASED, units) for place, units in by_place.items()]


def _progress(order: Order, standing: Standing) -> Progress:
    return Progress(
        order.id, state_of(standing), next_step_of(standing), order.locations,
        order.ship_by if standing.to_ship else None,
    )  # fmt: skip


def _by_order(rows) -> dict[UUID, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found
