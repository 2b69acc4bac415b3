"""One day in the life of a merchant: goods come in, the floor works, vans drive, customers order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from fulfillment import lifecycle
from fulfillment.actions.short import short_pick
from fulfillment.models import FulfillmentLine, FulfillmentOrder
from inventory.actions.receive import receive_stock
from inventory.models import SELLABLE, Balance, Item, Location
from inventory.stock.values import Receipt
from oms.demo import aftercare, shelves
from oms.demo.catalogue import LOCATIONS, Article, articles
from oms.demo.life import Life
from oms.demo.seasons import Year
from oms.demo.trade import chance, draw_order
from orders.actions.place import place_orders

SUNDAY, MONDAY = 6, 0
PLACED_AT_ONCE = 500
# In so many pieces of work something is not where the book has it.
SHORT_SHARE, LATE_START_SHARE = 1 / 120, 0.06
# For how many weeks of average trade the shelves are filled, and at what share of that they are filled up.
WEEKS_OF_STOCK, REFILL_AT = 4, 0.5
UNITS_PER_ORDER = 3.6
# Fewer orders a day than this are little; lately there is work every day all the same.
QUIET, BUSY_DAYS = 8, 21


@dataclass(frozen=True)
class Trade:
    """What is sold, how much of it and to whom; ``ends_at`` is now."""

    life: Life
    year: Year
    channels: Sequence[UUID]
    ends_at: datetime

    @property
    def people(self) -> int:
        return max(self.year.orders * 3 // 5, 1)

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), UTC)


def live_day(trade: Trade, day: date) -> int:
    """All that happens on ``day`` as far as it is over; returns how many orders were placed."""
    span = span_of(trade, day)
    steps = [
        *(weekly_steps(trade, day) if day.weekday() == MONDAY else ()),
        *(worked_steps(trade, day, span) if span else ()),
    ]
    for moment, step in steps:
        if moment < trade.ends_at:
            step(moment)
    placed = place(trade, day)
    if span:
        trade.life.settle(min(trade.moment(day, 23, 59), trade.ends_at))
    return placed


def span_of(trade: Trade, day: date) -> int:
    """How many days the work of this one stands for: where little is sold, two days a week do; none is free."""
    quiet = trade.year.orders < trade.year.days * QUIET and (trade.year.ends_on - day).days > BUSY_DAYS
    if quiet:
        return {1: 4, 4: 3}.get(day.weekday(), 0)
    return 1


def weekly_steps(trade: Trade, day: date) -> list:
    return [
        (trade.moment(day, 6), lambda now: shelves.count_what_is_due(trade.life, now)),
        (trade.moment(day, 6, 30), lambda now: refill(trade, now)),
    ]


def worked_steps(trade: Trade, day: date, span: int) -> list:
    life = trade.life
    return [
        (trade.moment(day, 7, 45), lambda now: aftercare.look_after_orders(life, now, span)),
        *(floor_steps(trade, day) if day.weekday() != SUNDAY else ()),
        (trade.moment(day, 17), lambda now: shelves.count_what_is_called_for(life, now)),
        (trade.moment(day, 20, 30), lambda now: life.carry(now)),
        (trade.moment(day, 21), lambda now: aftercare.look_after_returns(life, now, span)),
        (trade.moment(day, 21, 30), life.pay_back),
    ]


def floor_steps(trade: Trade, day: date) -> list:
    life = trade.life

    def in_time(work: FulfillmentOrder) -> bool:
        """A few are left for the next day."""
        late = chance(life.seed, work.number, "late") < LATE_START_SHARE
        return not late or work.released_at.date() < day

    return [
        (trade.moment(day, 8), life.release),
        (trade.moment(day, 9, 30), lambda now: life.start(now, in_time)),
        (trade.moment(day, 10), lambda now: find_short(trade, now)),
        (trade.moment(day, 11, 15), life.pick),
        (trade.moment(day, 13, 40), life.pack),
        (trade.moment(day, 16, 15), life.dispatch),
    ]


def place(trade: Trade, day: date) -> int:
    """The day's orders, all placed before now; they are looked at on the next day of work."""
    life, numbers = trade.life, trade.year.numbers_of(day)
    now = min(trade.moment(day, 23, 59), trade.ends_at)
    assortment = articles()
    for start in range(0, len(numbers), PLACED_AT_ONCE):
        drafts = [
            draw_order(
                life.seed, number, day, articles=assortment, channels=trade.channels, people=trade.people, before=now
            )
            for number in numbers[start : start + PLACED_AT_ONCE]
        ]
        with life.quietly(now):
            place_orders(drafts=drafts)
    return len(numbers)


def refill(trade: Trade, now: datetime) -> None:
    """Fill up the shelves that are half empty."""
    life, wanted = trade.life, targets(trade.year.orders / (trade.year.days / 7))
    with life.at(now):
        free = defaultdict(int)
        for item_id, place_id, on_hand, reserved in Balance.objects.filter(state=SELLABLE).values_list(
            "item_id", "location_id", "on_hand", "reserved"
        ):
            free[item_id, place_id] += on_hand - reserved
        items, places = (
            dict(model.objects.values_list(key, "id")) for model, key in ((Item, "sku"), (Location, "code"))
        )
        receipts = [
            Receipt(items[sku], places[code], target - max(free[items[sku], places[code]], 0))
            for (sku, code), target in wanted.items()
            if sku in items and free[items[sku], places[code]] < target * REFILL_AT
        ]
        if receipts:
            receive_stock(receipts=receipts, reason="Weekly delivery", happened_at=now)


def targets(orders_a_week: float) -> dict[tuple[str, str], int]:
    """(SKU, location) → units that should lie there. The least wanted are kept short, so that some orders wait."""
    assortment: list[Article] = articles()
    total = sum(each.popularity for each in assortment)
    return {
        (each.sku, place["code"]): 2
        + int(orders_a_week * UNITS_PER_ORDER * WEEKS_OF_STOCK * place["share"] * each.popularity / total)
        for each in assortment
        for place in LOCATIONS
    }


def find_short(trade: Trade, now: datetime) -> None:
    """Here and there a unit is not where it should be."""
    life = trade.life
    with life.at(now):
        begun = FulfillmentOrder.objects.filter(state=lifecycle.PICKING, cancel_requested_at__isnull=True)
        numbers = dict(begun.filter(order__open_holds=0).values_list("number", "id"))
        chosen = [key for number, key in numbers.items() if chance(life.seed, number, "short") < SHORT_SHARE]
        for work_id in chosen:
            line = FulfillmentLine.objects.filter(fulfillment_order_id=work_id, short=0).order_by("id").first()
            if line is not None:
                short_pick(
                    fulfillment_order_id=work_id, fulfillment_line_id=line.id, found=line.quantity - 1,
                    reason="cannot_find",
                )  # fmt: skip
