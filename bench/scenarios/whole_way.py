"""Orders placed, screened, allocated and released with all that listens to them: the real relay, real workers."""

import time
from dataclasses import dataclass

import psycopg

from bench.copying import copy_back, transaction_now
from bench.ground import Ground
from bench.report import Result
from bench.stock import drafts, fill
from bench.working import working

BATCH, WARM_UP = 1_000, 1_000
A_MILLION_AN_HOUR = 278
CPU_PER_1000 = 7.2
WAIT_SECONDS = 600

# Two cheap probes of indexes: nothing is owed to a subscriber, nothing waits to be released.
SETTLED = """
SELECT NOT EXISTS (SELECT 1 FROM core_delivery WHERE tenant_id = %(tenant)s)
   AND NOT EXISTS (SELECT 1 FROM fulfillment_release WHERE tenant_id = %(tenant)s)
"""
# What must be there for each order at the end.
WRITTEN = {
    "released": "SELECT count(*) FROM fulfillment_fulfillmentorder WHERE tenant_id = %s",
    "found": "SELECT count(*) FROM orders_searchdocument WHERE tenant_id = %s",
    "mail": "SELECT count(*) FROM notifications_customermessage WHERE tenant_id = %s",
    "hooks": "SELECT count(*) FROM webhooks_message WHERE tenant_id = %s AND event_type = 'order.placed'",
}


@dataclass(frozen=True)
class _Merchant:
    tenant_id: int
    channel_id: str
    skus: list[str]


def measure(ground: Ground, *, small: bool) -> list[Result]:
    orders = 4_000 if small else 20_000
    merchant = _merchant()
    with ground.admin() as admin, working(ground) as processes:
        admin.autocommit = True
        _go(admin, merchant, WARM_UP, seed=1)
        admin.execute("ANALYZE")
        since = transaction_now(admin)
        used, started = processes.cpu(), time.perf_counter()
        _go(admin, merchant, orders, seed=100)
        seconds = time.perf_counter() - started
        used = {name: after - used[name] for name, after in processes.cpu().items()}
        written = {name: admin.execute(sql, [merchant.tenant_id]).fetchone()[0] for name, sql in WRITTEN.items()}
        if set(written.values()) != {WARM_UP + orders}:
            raise RuntimeError(f"Of {WARM_UP + orders} orders so many are complete: {written}")
    with ground.admin() as admin:
        floor_seconds, rows = copy_back(admin, merchant.tenant_id, since=since)
    return [_result(orders, seconds, used, floor_seconds, rows)]


def _merchant() -> _Merchant:
    """Nobody waits for second thoughts, one endpoint hears everything, and customers are told by us."""
    from oms.accounts.actions.channels import create_channel
    from oms.core.actors import system
    from oms.core.models import Tenant
    from oms.core.tenancy import unit_of_work
    from oms.webhooks.actions.endpoints import create_endpoint

    slug = f"whole-way-{time.time_ns()}"
    tenant = Tenant.objects.create(
        slug=slug, name="Whole way", currency="GBP", country="GB", settings={"remorse_minutes": 0}
    )
    with unit_of_work(tenant.id, system("bench")):
        channel = create_channel(code="web", name="Web", kind="shop", told_by="us")
        create_endpoint(url="https://hooks.example.com/throughline")
    return _Merchant(tenant.id, str(channel.id), fill(tenant.id, prefix="WAY"))


def _go(admin: psycopg.Connection, merchant: _Merchant, orders: int, *, seed: int) -> None:
    """Place them a batch at a time while the workers take them on, and wait until nothing is left to do."""
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work
    from orders.actions.place import place_orders

    for start in range(0, orders, BATCH):
        batch = drafts(BATCH, merchant.skus, merchant.channel_id, seed=seed + start, tag="way")
        with unit_of_work(merchant.tenant_id, system("bench")):
            refused = [each for each in place_orders(drafts=batch) if isinstance(each, Exception)]
        if refused:
            raise refused[0]
    deadline = time.monotonic() + WAIT_SECONDS
    while not admin.execute(SETTLED, {"tenant": merchant.tenant_id}).fetchone()[0]:
        if time.monotonic() > deadline:
            raise RuntimeError("The workers did not come to an end.")
        time.sleep(0.1)


def _result(orders: int, seconds: float, used: dict[str, float], floor_seconds: float, rows: int) -> Result:
    ours, floor = orders / seconds, orders / floor_seconds
    per_thousand = {name: round(value / orders * 1000, 2) for name, value in used.items()}
    cpu = sum(per_thousand.values())
    return Result(
        name="whole way: placed, screened, allocated, released; hooks, mail, search and figures written",
        ours=f"{ours:,.0f} orders/s, {cpu:.1f} CPU-s per 1,000",
        floor=f"{floor:,.0f} orders/s (COPY)",
        ratio=ours / floor,
        aim=f"≥ {A_MILLION_AN_HOUR} orders/s on two cores, ≤ {CPU_PER_1000} CPU-s per 1,000",
        met=ours >= A_MILLION_AN_HOUR and cpu <= CPU_PER_1000,
        figures={
            "cpu_seconds_per_1000": {**per_thousand, "all": round(cpu, 2)},
            "rows_per_order": round(rows / orders, 1),
            "orders": orders,
            "seconds": round(seconds, 1),
        },
    )
