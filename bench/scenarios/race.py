"""Sixteen clients, two server processes, ten units: never more than ten are promised, whatever the caller asked for."""

import random
import time

from bench.ground import Ground, served
from bench.http_load import Call, load
from bench.report import Result
from bench.scenarios.one_order import body, headers
from bench.stock import fill

BUYERS, UNITS = 16, 10


def measure(ground: Ground, *, small: bool) -> list[Result]:
    rounds = 3 if small else 20
    with served(workers=2) as (address, _):
        return [_race(ground, address, policy, rounds) for policy in ("refuse", "backorder")]


def _race(ground: Ground, address: str, policy: str, rounds: int) -> Result:
    outcomes = set()
    for number in range(rounds):
        prefix = f"RACE{time.time_ns()}"
        (sku,) = fill(ground.tenant_id, items=1, prefix=prefix, quantity=UNITS // 2)
        rng = random.Random(number)
        names = [f"{prefix}-{buyer}" for buyer in range(BUYERS)]
        shares = [
            [Call("POST", "/api/v1/orders", headers(ground, name), body(ground, [sku], name, rng, on_shortage=policy))]
            for name in names
        ]
        _, answers = load(address, shares)
        statuses = [each.status for each in answers]
        outcomes.add((statuses.count(201), statuses.count(409), _reserved(ground, sku)))
    wanted = {(UNITS, BUYERS - UNITS, UNITS)} if policy == "refuse" else {(BUYERS, 0, UNITS)}
    accepted, refused, reserved = sorted(outcomes)[-1]
    return Result(
        name=f"{BUYERS} clients race for {UNITS} units, {policy}",
        ours=f"{accepted} accepted, {refused} × 409, {reserved} reserved ({rounds} rounds)",
        aim=f"{UNITS} reserved, always",
        met=outcomes == wanted,
        figures={"outcomes": sorted(outcomes)},
    )


def _reserved(ground: Ground, sku: str) -> int:
    from django.db.models import Sum

    from inventory.models import Balance
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    with unit_of_work(ground.tenant_id, system("bench")):
        return Balance.objects.filter(item__sku=sku).aggregate(total=Sum("reserved"))["total"] or 0
