"""One three-line order over HTTP, accepted with its stock reserved, from four clients at once."""

import json
import random

from bench.floor import clients
from bench.ground import Ground, served, tree_cpu
from bench.http_load import Call, load
from bench.report import Result, latency
from bench.scenarios.batch import record_one
from bench.stock import catalogue, fill
from oms.run.stand import DATABASE

CLIENTS = 4


def measure(ground: Ground, *, small: bool) -> list[Result]:
    orders = 400 if small else 2_000
    skus = fill(ground.tenant_id, prefix="ONE")
    statements = _statements(ground, skus)
    with served() as (address, server):
        load(address, [_calls(ground, skus, 50, seed=9_000)])
        cpu = tree_cpu(server.pid) + ground.database_cpu()
        shares = [_calls(ground, skus, orders // CLIENTS, seed=seed) for seed in range(CLIENTS)]
        seconds, answers = load(address, shares)
        cpu = tree_cpu(server.pid) + ground.database_cpu() - cpu
    refused = [each for each in answers if each.status != 201]
    if refused:
        raise RuntimeError(f"{len(refused)} orders were not accepted, the first with {refused[0].status}")
    recording = record_one(ground, skus[:3])
    floor_seconds, floor_latencies = clients(
        ground.stand.postgres.url(DATABASE), recording, catalogue(ground.tenant_id, skus), ground.tenant_id,
        count=CLIENTS, orders=orders,
    )  # fmt: skip
    ours, floor = orders / seconds, orders / floor_seconds
    per_thousand = cpu / orders * 1000
    return [
        Result(
            name="one three-line order over HTTP, 4 clients",
            ours=f"{ours:,.0f} orders/s",
            floor=f"{floor:,.0f} orders/s",
            ratio=ours / floor,
            aim="≥ 1/5; ≤ 15 CPU-s per 1,000; ≤ 25 statements",
            met=ours / floor >= 0.2 and per_thousand <= 15 and statements <= 25,
            figures={
                **latency([each.seconds for each in answers]),
                **{f"floor_{name}": value for name, value in latency(floor_latencies).items()},
                "cpu_seconds_per_1000": round(per_thousand, 2),
                "statements": statements,
                "rows_per_order": recording.row_count,
            },
        )
    ]


def body(ground: Ground, skus: list[str], name: str, rng: random.Random, **more: object) -> bytes:
    """An order as an integrator sends it."""
    return json.dumps(
        {
            "channel": "web",
            "external_id": name,
            "currency": "GBP",
            "customer": {"name": "Bench Buyer", "email": f"{name}@example.com"},
            "ship_to": {
                "name": "Bench Buyer", "line1": "1 High Street", "city": "Leeds", "postcode": "LS1 4DY",
                "country": "GB",
            },
            "lines": [{"sku": sku, "quantity": 1, "unit_price": "9.50"} for sku in rng.sample(skus, min(3, len(skus)))],
            "payment_state": "paid",
            **more,
        }
    ).encode()  # fmt: skip


def headers(ground: Ground, key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {ground.key}", "Content-Type": "application/json", "Idempotency-Key": key}


def _calls(ground: Ground, skus: list[str], count: int, *, seed: int) -> list[Call]:
    rng = random.Random(seed)
    names = [f"http-{seed}-{number}" for number in range(count)]
    return [Call("POST", "/api/v1/orders", headers(ground, name), body(ground, skus, name, rng)) for name in names]


def _statements(ground: Ground, skus: list[str]) -> int:
    """Statements of one request, authentication and idempotency included."""
    from django.test import Client

    from bench.counting import counted

    rng, client = random.Random(5), Client()
    for name in ("warm", "counted"):
        with counted() as count:
            answer = client.post(
                "/api/v1/orders", body(ground, skus, f"statements-{name}", rng), content_type="application/json",
                headers={"Authorization": f"Bearer {ground.key}", "Idempotency-Key": name},
            )  # fmt: skip
        if answer.status_code != 201:
            raise RuntimeError(answer.content.decode())
    return count.statements
