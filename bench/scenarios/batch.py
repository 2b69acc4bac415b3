"""A thousand orders placed and reserved in one batch, against COPY of the same rows."""

import statistics
import time

from bench.counting import counted
from bench.floor import copy_batch
from bench.ground import Ground
from bench.recording import Catalogue, Recording, record
from bench.report import Result
from bench.stock import catalogue, drafts, fill

ORDERS, RUNS = 1_000, 5


def measure(ground: Ground, *, small: bool) -> list[Result]:
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work
    from orders.actions.place import place_orders

    skus = fill(ground.tenant_id, prefix="BATCH")
    seconds, cpu, statements = [], [], 0
    floor_seconds = []
    recording, items = record_one(ground, skus[:3]), catalogue(ground.tenant_id, skus)
    runs = 3 if small else RUNS
    for run in range(runs):
        batch = drafts(ORDERS, skus, ground.channel_id, seed=100 + run, tag="batch")
        before, used = ground.database_cpu(), time.process_time()
        started = time.perf_counter()
        with unit_of_work(ground.tenant_id, system("bench")), counted() as count:
            answers = place_orders(drafts=batch)
        seconds.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used + ground.database_cpu() - before)
        statements = count.statements
        refused = [each for each in answers if isinstance(each, Exception)]
        if refused:
            raise refused[0]
        floor_seconds.append(_floor(ground, recording, items, run))
    ours, floor = ORDERS / statistics.median(seconds), ORDERS / statistics.median(floor_seconds)
    return [
        Result(
            name=f"batch of {ORDERS:,} three-line orders, placed and reserved",
            ours=f"{ours:,.0f} orders/s",
            floor=f"{floor:,.0f} orders/s (COPY)",
            ratio=ours / floor,
            aim="≥ 1/2",
            met=ours / floor >= 0.5,
            figures={
                "statements": statements,
                "cpu_seconds_per_1000": round(statistics.median(cpu) / ORDERS * 1000, 2),
                "rows_per_order": recording.row_count,
            },
        )
    ]


def record_one(ground: Ground, skus: list[str]) -> Recording:
    """Place one order of these SKUs, and read back every row it made."""
    from django.db import connection

    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work
    from orders.actions.place import place_order

    (draft,) = drafts(1, skus, ground.channel_id, lines=len(skus), seed=time.time_ns() % 10**9, tag="recorded")
    with unit_of_work(ground.tenant_id, system("bench")):
        place_order(draft=draft)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text")
            transaction_id = cursor.fetchone()[0]
    with ground.admin() as admin:
        return record(admin, transaction_id)


def _floor(ground: Ground, recording: Recording, items: Catalogue, run: int) -> float:
    copies = recording.copies(ORDERS, items, start=1_000_000 + run * ORDERS)
    with ground.admin() as admin:
        admin.autocommit = True
        return copy_batch(admin, recording, copies, ground.tenant_id)
