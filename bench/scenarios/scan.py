"""From a scan to its verdict, at the station and through the API.

How long it takes twenty people who scan once a second, and how many scans a server answers to eight who never wait.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode
from uuid import uuid4

import psycopg

from bench.clients import together
from bench.ground import Ground, served, tree_cpu
from bench.http_load import Answered, Call, load
from bench.report import Result, latency
from bench.scenarios.one_order import headers
from bench.stock import drafts, fill
from oms.run.stand import DATABASE

PEOPLE, EVERY_SECONDS = 20, 1.0
TIRELESS, LINES = 8, 3
P95_MS = 150

LOCK_ORDER = "SELECT state FROM orders_order WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE"
LOCK_WORK = (
    "SELECT state, picker_id FROM fulfillment_fulfillmentorder WHERE tenant_id = %s AND id = %s FOR NO KEY UPDATE"
)
COUNT = """
UPDATE fulfillment_fulfillmentline l SET picked = l.picked + 1 FROM inventory_item i
WHERE l.tenant_id = %s AND l.fulfillment_order_id = %s AND i.tenant_id = l.tenant_id AND i.id = l.item_id
  AND i.sku_key = %s AND l.picked < l.quantity
RETURNING l.id
"""
WRITE = """
INSERT INTO fulfillment_scan (id, tenant_id, fulfillment_order_id, fulfillment_line_id, kind, code, typed, verdict,
                              answer, counted, person_id, person_label, at)
VALUES (%s, %s, %s, %s, 'pick', %s, false, 'right', '{"verdict": "right"}', true, 'floor', 'Floor', now())
"""


@dataclass(frozen=True)
class Work:
    """One order on the floor, with what is to be scanned for it."""

    id: str
    number: int
    order_id: str
    skus: tuple[str, ...]


def measure(ground: Ground, *, small: bool) -> list[Result]:
    by_people, by_tireless = PEOPLE * (1 if small else 4), TIRELESS * (4 if small else 30)
    works = _released(ground, 2 * (by_people + by_tireless) + by_tireless)
    left, floor_works = iter(works[by_tireless:]), works[:by_tireless]
    floor = together(_floor, _shares(floor_works, TIRELESS), ground.stand.postgres.url(DATABASE), ground.tenant_id)
    results = []
    with served() as (address, server):
        for door in (_Station(ground, address), _Api(ground)):
            paced = _scan(address, door, _shares(list(islice(left, by_people)), PEOPLE), EVERY_SECONDS)
            cpu = tree_cpu(server.pid) + ground.database_cpu()
            rate = _scan(address, door, _shares(list(islice(left, by_tireless)), TIRELESS))
            cpu = tree_cpu(server.pid) + ground.database_cpu() - cpu
            results.append(_result(door, paced, rate, cpu, floor))
    _check(ground, works[by_tireless:])
    return results


def _scan(
    address: str, door: "_Station | _Api", shares: list[Sequence[Work]], every: float = 0
) -> tuple[float, list[Answered]]:
    """Each share is one person's: they begin each of their orders, pick it by scan and check it by scan."""
    load(address, [[door.start(work) for work in share] for share in shares])
    calls = [[door.scan(work, sku) for work in share for sku in work.skus * 2] for share in shares]
    seconds, answers = load(address, calls, every=every)
    wrong = [each for each in answers if each.status != 200]
    if wrong:
        raise RuntimeError(f"{len(wrong)} scans were not answered, the first with {wrong[0].status}")
    return seconds, answers


def _released(ground: Ground, orders: int) -> list[Work]:
    """Orders of three lines whose goods are with the floor, nobody at work on them yet."""
    from fulfillment.actions.release import release_orders
    from fulfillment.models import FulfillmentLine
    from oms.core.actors import system
    from oms.core.events.delivery import drain
    from oms.core.tenancy import unit_of_work
    from orders.actions.place import place_orders

    skus = fill(ground.tenant_id, prefix=f"SCAN{time.time_ns()}")
    batch = drafts(orders, skus, ground.channel_id, lines=LINES, seed=time.time_ns() % 10**9, tag="scan")
    with unit_of_work(ground.tenant_id, system("bench")):
        order_ids = [placed.order_id for placed in place_orders(drafts=batch)]
    drain(ground.tenant_id)
    with unit_of_work(ground.tenant_id, system("bench")):
        release_orders(order_ids=order_ids)
        rows = FulfillmentLine.objects.filter(fulfillment_order__order_id__in=order_ids).values_list(
            "fulfillment_order_id", "fulfillment_order__number", "fulfillment_order__order_id", "item__sku"
        )
        found: dict[tuple, list[str]] = {}
        for work_id, number, order_id, sku in rows:
            found.setdefault((str(work_id), number, str(order_id)), []).append(sku)
    drain(ground.tenant_id)
    return [Work(*key, tuple(skus)) for key, skus in found.items()]


def _shares(works: Sequence[Work], people: int) -> list[Sequence[Work]]:
    return [works[person::people] for person in range(people)]


class _Station:
    """The page of the station as its own script calls it."""

    name = "station"

    def __init__(self, ground: Ground, address: str) -> None:
        token = "b" * 32
        self._path = f"/m/{ground.slug}/fulfilment"
        self._headers = {
            "Cookie": f"{ground.cookie(address)}; tl_csrf{address.rpartition(':')[2]}={token}",
            "X-CSRFToken": token, "X-Station": "1", "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip

    def start(self, work: Work) -> Call:
        return Call("POST", f"{self._path}/{work.number}/start/", self._headers)

    def scan(self, work: Work, sku: str) -> Call:
        body = urlencode({"scan_id": str(uuid4()), "code": sku}).encode()
        return Call("POST", f"{self._path}/{work.number}/scan/", self._headers, body)


class _Api:
    name = "API"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def start(self, work: Work) -> Call:
        return self._call(work, "start", {})

    def scan(self, work: Work, sku: str) -> Call:
        return self._call(work, "scans", {"scan_id": str(uuid4()), "code": sku})

    def _call(self, work: Work, what: str, body: dict) -> Call:
        path = f"/api/v1/fulfillment-orders/{work.id}/{what}"
        return Call("POST", path, headers(self._ground, str(uuid4())), json.dumps(body).encode())


def _floor(wait: Callable[[], object], works: Sequence[Work], url: str, tenant_id: int) -> list[float]:
    """What a careful person writes by hand for one scan; packing and the last scan's news left out."""
    latencies = []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.prepare_threshold = 0
        wait()
        for work in works:
            for sku in work.skus:
                started = time.perf_counter()
                with connection.transaction():
                    connection.execute(LOCK_ORDER, [tenant_id, work.order_id])
                    connection.execute(LOCK_WORK, [tenant_id, work.id])
                    (line_id,) = connection.execute(COUNT, [tenant_id, work.id, sku]).fetchone()
                    connection.execute(WRITE, [uuid4(), tenant_id, work.id, line_id, sku])
                latencies.append(time.perf_counter() - started)
    return latencies


def _check(ground: Ground, works: Sequence[Work]) -> None:
    """Every scan counted once, for picking and for packing."""
    with ground.admin() as admin:
        (wrong,) = admin.execute(
            "SELECT count(*) FROM fulfillment_fulfillmentline WHERE fulfillment_order_id = ANY(%s::uuid[]) "
            "AND (picked <> quantity OR packed <> quantity)",
            [[work.id for work in works]],
        ).fetchone()
    if wrong:
        raise RuntimeError(f"{wrong} lines are not picked and packed as they were scanned")


def _result(
    door: "_Station | _Api",
    paced: tuple[float, list[Answered]],
    rate: tuple[float, list[Answered]],
    cpu: float,
    floor: tuple[float, list[float]],
) -> Result:
    times = latency([each.seconds for each in paced[1]])
    ours, possible = len(rate[1]) / rate[0], len(floor[1]) / floor[0]
    return Result(
        name=f"scan to verdict, {door.name}: {PEOPLE} people a scan a second; {TIRELESS} without a pause",
        ours=f"p95 {times['p95_ms']:.0f} ms; {ours:,.0f} scans/s",
        floor=f"{possible:,.0f} scans/s",
        ratio=ours / possible,
        aim=f"p95 ≤ {P95_MS} ms",
        met=times["p95_ms"] <= P95_MS,
        figures={
            **times,
            **{f"without_pause_{name}": value for name, value in latency([each.seconds for each in rate[1]]).items()},
            **{f"floor_{name}": value for name, value in latency(floor[1]).items()},
            "cpu_ms_per_scan": round(cpu / len(rate[1]) * 1000, 1),
            "bytes": max(each.size for each in rate[1]),
        },
    )
