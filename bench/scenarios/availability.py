"""What a product list page asks: 500 SKUs at 20 locations, what is available and what a channel is offered."""

import json
import random
import time

import psycopg

from bench.ground import Ground, served, tree_cpu
from bench.http_load import Call, load
from bench.report import Result, latency
from bench.scenarios.one_order import headers
from oms.run.stand import DATABASE

ITEMS, LOCATIONS, ASKED, BUFFERS = 2_000, 20, 500, 300
P95_MS = 30

# What is available, summed by hand and without any rule of what is offered.
FLOOR = """
SELECT i.sku, sum(b.on_hand - b.reserved)
FROM inventory_item i JOIN inventory_balance b ON b.tenant_id = i.tenant_id AND b.item_id = i.id
JOIN inventory_location l ON l.tenant_id = b.tenant_id AND l.id = b.location_id
WHERE i.tenant_id = %s AND i.sku_key = ANY(%s) AND b.state = 'sellable' AND l.active AND l.ships
GROUP BY i.sku
"""


def measure(ground: Ground, *, small: bool) -> list[Result]:
    skus = _fill(ground)
    rng, calls = random.Random(5), 40 if small else 400
    asked = [rng.sample(skus, ASKED) for _ in range(calls)]
    floor = _floor(ground, asked)
    results = []
    with served() as (address, server):
        for name, more in (("offered", {}), ("offered, with every shelf", {"locations": True})):
            load(address, [_calls(ground, asked[:5], more)])
            cpu = tree_cpu(server.pid) + ground.database_cpu()
            _, answers = load(address, [_calls(ground, asked, more)])
            cpu = tree_cpu(server.pid) + ground.database_cpu() - cpu
            times = latency([each.seconds for each in answers])
            if any(each.status != 200 for each in answers):
                raise RuntimeError("availability was not answered")
            aim = None if more else times["p95_ms"] <= P95_MS
            results.append(
                Result(
                    name=f"availability of {ASKED} SKUs × {LOCATIONS} locations over HTTP: {name}",
                    ours=f"p50 {times['p50_ms']:.0f} ms, p95 {times['p95_ms']:.0f} ms",
                    floor=f"p50 {floor['p50_ms']:.0f} ms (one hand-written sum)",
                    ratio=floor["p50_ms"] / times["p50_ms"],
                    aim="" if more else f"p95 ≤ {P95_MS} ms",
                    met=aim,
                    figures={
                        **times, **{f"floor_{key}": value for key, value in floor.items()},
                        "cpu_ms": round(cpu / calls * 1000, 1), "bytes": max(each.size for each in answers),
                    },
                )
            )  # fmt: skip
    return results


def _calls(ground: Ground, asked: list[list[str]], more: dict) -> list[Call]:
    bodies = [{"skus": skus, "channel_id": ground.channel_id, "locations": False, **more} for skus in asked]
    # No key: a question may be asked twice.
    plain = {name: value for name, value in headers(ground, "").items() if name != "Idempotency-Key"}
    return [Call("POST", "/api/v1/availability", plain, json.dumps(body).encode()) for body in bodies]


def _floor(ground: Ground, asked: list[list[str]]) -> dict[str, float]:
    seconds = []
    with psycopg.connect(ground.stand.postgres.url(DATABASE), autocommit=True) as connection:
        connection.prepare_threshold = 0
        for skus in asked:
            started = time.perf_counter()
            connection.execute(FLOOR, [ground.tenant_id, skus]).fetchall()
            seconds.append(time.perf_counter() - started)
    return latency(seconds)


def _fill(ground: Ground) -> list[str]:
    """Items at every location, and the rules a merchant of some size has."""
    from inventory.actions.items import ItemDraft, create_items
    from inventory.actions.locations import create_location
    from inventory.actions.offering import set_channel_share, set_sell_buffer
    from inventory.actions.receive import Receipt, set_opening_stock
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    mark = time.time_ns()
    with unit_of_work(ground.tenant_id, system("bench")):
        drafts = [ItemDraft(sku=f"AV{mark}-{number:05d}", name=f"Shown {number}") for number in range(ITEMS)]
        items = create_items(items=drafts)
        places = [
            create_location(code=f"AV{mark % 10**9}{number}", name=f"Shelf {number}", priority=50 + number)
            for number in range(LOCATIONS)
        ]
        receipts = [Receipt(item.id, place.id, 40) for item in items for place in places]
        for start in range(0, len(receipts), 5_000):
            set_opening_stock(receipts=receipts[start : start + 5_000], reason="Generated for a benchmark")
        for number in range(BUFFERS):
            set_sell_buffer(units=number % 7, item_id=items[number].id, location_id=places[number % LOCATIONS].id)
        set_sell_buffer(units=2, channel_id=ground.channel_id)
        set_channel_share(channel_id=ground.channel_id, kind="percent", amount=80)
    with ground.admin() as admin:
        admin.execute("ANALYZE inventory_item, inventory_balance, inventory_location")
    return [item.sku for item in items]
