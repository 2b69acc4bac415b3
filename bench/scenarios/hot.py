"""One hot item and a queue of waiting orders: grouped reservation against one row lock per order."""

import statistics
import time
from uuid import UUID, uuid4

from bench.ground import Ground
from bench.report import Result
from bench.stock import fill

BATCHES = (1, 10, 100, 500)


def measure(ground: Ground, *, small: bool) -> list[Result]:
    item, location = _hot_item(ground)
    one_by_one = _one_by_one(ground, item, location, 200 if small else 1_000)
    rates = {size: _ours(ground, item, size, max(size * (4 if small else 10), 200)) for size in BATCHES}
    best = rates[100]
    return [
        Result(
            name="one hot item, waiting orders reserved 100 at a time",
            ours=f"{best:,.0f} orders/s",
            floor=f"{one_by_one:,.0f} orders/s (hand-written row lock, one by one)",
            ratio=best / one_by_one,
            aim="≥ 20",
            met=best / one_by_one >= 20,
            figures={f"orders_per_s_at_{size}": round(rate) for size, rate in rates.items()},
        )
    ]


def _hot_item(ground: Ground) -> tuple[UUID, UUID]:
    from inventory.models import Balance
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    (sku,) = fill(ground.tenant_id, items=1, prefix=f"HOT{time.time_ns()}")
    with unit_of_work(ground.tenant_id, system("bench")):
        return (
            Balance.objects.filter(item__sku=sku)
            .order_by("location__priority")
            .values_list("item_id", "location_id")[0]
        )


def _ours(ground: Ground, item: UUID, size: int, orders: int) -> float:
    from inventory.actions.reserve import reserve_stock
    from inventory.stock.values import Demand
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    seconds = []
    for _ in range(orders // size):
        demands = [Demand(group_id=uuid4(), demand_id=uuid4(), item_id=item, quantity=1) for _ in range(size)]
        started = time.perf_counter()
        with unit_of_work(ground.tenant_id, system("bench")):
            reserve_stock(demands=demands)
        seconds.append(time.perf_counter() - started)
    return size / statistics.median(seconds)


def _one_by_one(ground: Ground, item: UUID, location: UUID, orders: int) -> float:
    """What a careful person writes first: lock the row, check, update, insert, commit; once per order."""
    seconds = []
    with ground.admin() as admin:
        admin.autocommit, admin.prepare_threshold = True, 0
        for _ in range(orders):
            started = time.perf_counter()
            with admin.transaction():
                admin.execute(
                    "SELECT on_hand - reserved FROM inventory_balance WHERE tenant_id = %s AND item_id = %s "
                    "AND location_id = %s AND state = 'sellable' FOR NO KEY UPDATE",
                    [ground.tenant_id, item, location],
                )
                admin.execute(
                    "UPDATE inventory_balance SET reserved = reserved + 1 WHERE tenant_id = %s AND item_id = %s "
                    "AND location_id = %s AND state = 'sellable'",
                    [ground.tenant_id, item, location],
                )
                admin.execute(
                    "INSERT INTO inventory_reservation (id, tenant_id, demand_kind, demand_id, item_id, location_id, "
                    "quantity, open, committed, given_back, expired, created_at) "
                    "VALUES (gen_random_uuid(), %s, 'order_line', gen_random_uuid(), %s, %s, 1, 1, 0, 0, 0, now())",
                    [ground.tenant_id, item, location],
                )
            seconds.append(time.perf_counter() - started)
    return 1 / statistics.median(seconds)
