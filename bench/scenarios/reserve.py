"""Reservations alone: 10,000 items at 20 locations, uniform and with hot items, at four sizes of batch."""

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

import psycopg

from bench.floor import LOCK, TAKE
from bench.ground import Ground
from bench.report import Result

ITEMS, LOCATIONS, LINES = 10_000, 20, 3
BATCHES = (1, 10, 100, 500)
AIM = 0.5
Order = list[UUID]

STOCK = """
INSERT INTO inventory_balance (tenant_id, item_id, location_id, state, on_hand, reserved)
SELECT %s, i.id, l.id, 'sellable', 1000000, 0 FROM inventory_item i, inventory_location l
WHERE i.id = ANY(%s) AND l.id = ANY(%s) AND i.tenant_id = %s AND l.tenant_id = %s
"""
LEDGER = """
INSERT INTO inventory_movement (tenant_id, item_id, quantity, from_state, to_location_id, to_state, cause_kind, reason,
                                actor_label, happened_at, recorded_at)
SELECT %s, i.id, 1000000, 'opening', l.id, 'sellable', 'opening', '', 'bench', now(), now()
FROM inventory_item i, inventory_location l
WHERE i.id = ANY(%s) AND l.id = ANY(%s) AND i.tenant_id = %s AND l.tenant_id = %s
"""
HOLD = """
INSERT INTO inventory_reservation (id, tenant_id, demand_kind, demand_id, item_id, location_id, quantity, open,
                                   committed, given_back, expired, created_at)
SELECT gen_random_uuid(), %s, 'order_line', gen_random_uuid(), d.item_id, d.location_id, 1, 1, 0, 0, 0, now()
FROM unnest(%s::uuid[], %s::uuid[]) AS d(item_id, location_id)
"""


def measure(ground: Ground, *, small: bool) -> list[Result]:
    items = _fill(ground)
    batches = 6 if small else 30
    shapes = {"uniform": _uniform(items), "zipf": _zipf(items)}
    return [_compare(ground, name, draw, size, batches) for name, draw in shapes.items() for size in BATCHES]


def _compare(ground: Ground, name: str, draw: Callable[[], Order], size: int, batches: int) -> Result:
    """Ours and the floor take turns, so that whatever else the machine does falls on both alike."""
    turns = batches * (10 if size == 1 else 1)
    ours, floor = [], []
    with ground.admin() as admin:
        admin.autocommit, admin.prepare_threshold = True, 0
        for turn in range(turns + 1):
            orders = [draw() for _ in range(size)]
            spent = _ours(ground, orders), _floor(admin, ground.tenant_id, orders)
            if turn:  # the first only warms up
                ours.append(spent[0])
                floor.append(spent[1])
    rate, possible = size / statistics.median(ours), size / statistics.median(floor)
    return Result(
        name=f"reserve {LINES} lines an order, {name}, {size} orders at a time",
        ours=f"{rate:,.0f} orders/s",
        floor=f"{possible:,.0f} orders/s",
        ratio=rate / possible,
        aim=f"≥ {AIM}",
        met=rate / possible >= AIM,
        figures={"ms": round(statistics.median(ours) * 1000, 2), "floor_ms": round(statistics.median(floor) * 1000, 2)},
    )


def _ours(ground: Ground, orders: Sequence[Order]) -> float:
    from inventory.actions.reserve import reserve_stock
    from inventory.stock.values import Demand
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    demands = [Demand(key, uuid4(), item, 1) for order in orders for key in [uuid4()] for item in order]
    started = time.perf_counter()
    with unit_of_work(ground.tenant_id, system("bench")):
        reserve_stock(demands=demands)
    return time.perf_counter() - started


def _floor(admin: psycopg.Connection, tenant_id: int, orders: Sequence[Order]) -> float:
    """Lock in order, see who has it, update once, insert once: the same three steps with nothing around them."""
    wanted = [item for order in orders for item in order]
    started = time.perf_counter()
    with admin.transaction():
        rows = admin.execute(
            LOCK.replace("SELECT id,", "SELECT item_id, location_id,"), [tenant_id, list(set(wanted))]
        ).fetchall()
        first = {}
        for item, location, on_hand, reserved in rows:
            if on_hand > reserved:
                first.setdefault(item, location)
        counts = Counter(wanted)
        places = [first[item] for item in counts]
        admin.execute(TAKE, [list(counts), places, list(counts.values()), tenant_id])
        admin.execute(HOLD, [tenant_id, wanted, [first[item] for item in wanted]])
    return time.perf_counter() - started


def _uniform(items: Sequence[UUID]) -> Callable[[], Order]:
    rng = random.Random(3)
    return lambda: rng.sample(items, LINES)


def _zipf(items: Sequence[UUID]) -> Callable[[], Order]:
    """A few items are in most orders."""
    rng = random.Random(4)
    weights = [1 / (rank + 1) for rank in range(len(items))]

    def draw() -> Order:
        found: Order = []
        while len(found) < LINES:
            found = list(dict.fromkeys([*found, *rng.choices(items, weights, k=LINES)]))
        return found[:LINES]

    return draw


def _fill(ground: Ground) -> list[UUID]:
    from inventory.actions.items import ItemDraft, create_items
    from inventory.actions.locations import create_location
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    mark = f"Q{time.time_ns() % 10**9}"
    with unit_of_work(ground.tenant_id, system("bench")):
        places = [create_location(code=f"{mark}{number}", name=f"Aisle {number}").id for number in range(LOCATIONS)]
        items = []
        for start in range(0, ITEMS, 2_000):
            drafts = [ItemDraft(sku=f"{mark}-{number:05d}", name="") for number in range(start, start + 2_000)]
            items += [item.id for item in create_items(items=drafts)]
    with ground.admin() as admin:
        for sql in (STOCK, LEDGER):
            admin.execute(sql, [ground.tenant_id, items, places, ground.tenant_id, ground.tenant_id])
    with ground.admin() as admin:
        admin.autocommit = True
        admin.execute("VACUUM ANALYZE inventory_balance, inventory_movement, inventory_item, inventory_location")
    return items
