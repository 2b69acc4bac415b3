"""A customer's order page, opened by the signed link of a mail: goods in a parcel that is on its way.

How long it takes twenty people who open one every second, how many a server answers to eight who never wait, and
what a phone has to load for it.
"""

import http.client
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import psycopg

from bench.clients import together
from bench.ground import Ground, served, tree_cpu
from bench.http_load import Answered, Call, load
from bench.report import Result, latency
from bench.stock import drafts, fill
from oms.run.stand import DATABASE

PEOPLE, EVERY_SECONDS, TIRELESS, LINES = 20, 1.0, 8, 3
A_SECOND = timedelta(seconds=1)
P95_MS, BYTES = 400, 70_000
SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')

# What the page shows, as one reads it by hand: the order and everything about it by its key.
TENANT = "SELECT id, name, locale, timezone, settings FROM core_tenant WHERE slug = %(slug)s"
READS = (
    "SELECT o.*, c.name FROM orders_order o JOIN accounts_saleschannel c ON c.tenant_id = o.tenant_id "
    "AND c.id = o.channel_id WHERE o.tenant_id = %(tenant)s AND o.id = %(order)s",
    "SELECT * FROM orders_orderline WHERE tenant_id = %(tenant)s AND order_id = %(order)s ORDER BY position",
    "SELECT kind FROM orders_hold WHERE tenant_id = %(tenant)s AND order_id = %(order)s AND lifted_at IS NULL",
    "SELECT s.*, a.name FROM shipping_shipment s JOIN shipping_carrieraccount a ON a.tenant_id = s.tenant_id "
    "AND a.id = s.account_id WHERE s.tenant_id = %(tenant)s AND s.subject_id = %(order)s ORDER BY s.created_at, s.id",
    "SELECT e.* FROM shipping_shipment s JOIN shipping_trackingevent e ON e.tenant_id = s.tenant_id "
    "AND e.shipment_id = s.id WHERE s.tenant_id = %(tenant)s AND s.subject_id = %(order)s ORDER BY e.occurred_at DESC",
    "SELECT p.shipment_id, l.title, l.sku, c.quantity FROM shipping_shipment s "
    "JOIN fulfillment_parcel p ON p.tenant_id = s.tenant_id AND p.shipment_id = s.id "
    "JOIN fulfillment_parcelcontent c ON c.tenant_id = p.tenant_id AND c.parcel_id = p.id "
    "JOIN fulfillment_fulfillmentline f ON f.tenant_id = c.tenant_id AND f.id = c.fulfillment_line_id "
    "JOIN orders_orderline l ON l.tenant_id = f.tenant_id AND l.id = f.order_line_id "
    "WHERE s.tenant_id = %(tenant)s AND s.subject_id = %(order)s",
    "SELECT * FROM orders_payment WHERE tenant_id = %(tenant)s AND order_id = %(order)s ORDER BY created_at",
    "SELECT * FROM orders_refund WHERE tenant_id = %(tenant)s AND order_id = %(order)s ORDER BY number",
    "SELECT * FROM returns_return WHERE tenant_id = %(tenant)s AND order_id = %(order)s ORDER BY id DESC",
    "SELECT * FROM orders_orderrating WHERE tenant_id = %(tenant)s AND order_id = %(order)s",
)


@dataclass(frozen=True)
class Sent:
    """An order whose parcel is on its way; ``path`` is the link that its customer was mailed."""

    id: str
    path: str


def measure(ground: Ground, *, small: bool) -> list[Result]:
    by_people, by_tireless = PEOPLE * (5 if small else 20), TIRELESS * (50 if small else 250)
    orders = _sent(ground, 200 if small else 2_000)
    url = ground.stand.postgres.url(DATABASE)
    floor = together(_floor, _shares(orders, by_tireless, TIRELESS), url, ground.slug, ground.tenant_id)
    with served() as (address, server):
        weight = _weight(address, orders[0])
        _open(address, _shares(orders, TIRELESS * 5, TIRELESS))
        paced = _open(address, _shares(orders, by_people, PEOPLE), EVERY_SECONDS)
        cpu = tree_cpu(server.pid) + ground.database_cpu()
        rate = _open(address, _shares(orders, by_tireless, TIRELESS))
        cpu = tree_cpu(server.pid) + ground.database_cpu() - cpu
    return [_result(paced, rate, cpu, floor, weight)]


def _sent(ground: Ground, count: int) -> list[Sent]:
    """Orders of three lines, placed, packed, labelled, handed over and seen at a depot, by the real actions."""
    from django.utils import timezone

    from inventory.actions.locations import update_location
    from inventory.models import Location
    from oms.core.actors import system
    from oms.core.events.delivery import drain
    from oms.core.links import order_links
    from oms.core.models import Tenant
    from oms.core.tenancy import unit_of_work
    from oms.demo.journeys import Leg
    from oms.demo.life import Life
    from orders.actions.place import place_orders
    from shipping.models import TrackingEvent

    skus = fill(ground.tenant_id, items=200, prefix=f"PORTAL{time.time_ns()}")
    batch = drafts(count, skus, ground.channel_id, lines=LINES, seed=time.time_ns() % 10**9, tag="portal")
    with unit_of_work(ground.tenant_id, system("bench")):
        for location_id in Location.objects.values_list("id", flat=True):
            update_location(location_id=location_id, changes={"address": {"city": "Leeds", "country": "GB"}})
        ids = [placed.order_id for placed in place_orders(drafts=batch)]
    drain(ground.tenant_id)
    now = timezone.now()
    life = Life(ground.tenant_id, only=frozenset(ids))
    life.to_the_door(now)
    life.carry(now + 2 * A_SECOND, lambda trip: [Leg("at_depot", now + A_SECOND, "Leeds depot")])
    with unit_of_work(ground.tenant_id, system("bench")):
        seen = TrackingEvent.objects.filter(shipment__subject_id__in=ids).count()
        links = order_links(Tenant.objects.get(id=ground.tenant_id), ids)
    if seen < count:
        raise RuntimeError(f"Only {seen} of {count} parcels are on their way")
    return [Sent(str(key), link[link.index("/p/") :]) for key, link in links.items()]


def _shares(orders: Sequence[Sent], pages: int, people: int) -> list[list[Sent]]:
    """Each opens orders of their own, over and over where there are fewer orders than pages."""
    wanted = [orders[number % len(orders)] for number in range(pages)]
    return [wanted[person::people] for person in range(people)]


def _open(address: str, shares: Sequence[Sequence[Sent]], every: float = 0) -> tuple[float, list[Answered]]:
    calls = [[Call("GET", order.path, {"Accept": "text/html"}) for order in share] for share in shares]
    seconds, answers = load(address, calls, every=every)
    wrong = [each for each in answers if each.status != 200]
    if wrong:
        raise RuntimeError(f"{len(wrong)} pages were not shown, the first with {wrong[0].status}")
    return seconds, answers


def _weight(address: str, order: Sent) -> dict[str, int]:
    """Bytes of the page and its style sheets, as they are and as a browser that can unpack them gets them."""
    page = _get(address, order.path)
    for words in (b"What you ordered", b"Leeds depot"):
        if words not in page:
            raise RuntimeError(f"The page does not say “{words.decode()}”")
    sheets = SHEET.findall(page.decode())
    packed = [len(_get(address, path, packed=True)) for path in sheets]
    return {
        "page_bytes": len(page),
        "sheet_bytes": sum(len(_get(address, path)) for path in sheets),
        "sheets_packed_bytes": sum(packed),
    }


def _get(address: str, path: str, *, packed: bool = False) -> bytes:
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip" if packed else "identity"})
    return connection.getresponse().read()


def _floor(wait: Callable[[], object], orders: Sequence[Sent], url: str, slug: str, tenant_id: int) -> list[float]:
    """The same rows in hand-written SQL, every statement prepared, one transaction; nothing is drawn."""
    latencies = []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.prepare_threshold = 0
        wait()
        for order in orders:
            started = time.perf_counter()
            with connection.transaction():
                connection.execute(TENANT, {"slug": slug}).fetchone()
                for sql in READS:
                    connection.execute(sql, {"tenant": tenant_id, "order": order.id}).fetchall()
            latencies.append(time.perf_counter() - started)
    return latencies


def _result(
    paced: tuple[float, list[Answered]],
    rate: tuple[float, list[Answered]],
    cpu: float,
    floor: tuple[float, list[float]],
    weight: dict[str, int],
) -> Result:
    times = latency([each.seconds for each in paced[1]])
    ours, possible = len(rate[1]) / rate[0], len(floor[1]) / floor[0]
    total = weight["page_bytes"] + weight["sheet_bytes"]
    return Result(
        name=f"portal page by link: {PEOPLE} people a page a second; {TIRELESS} without a pause",
        ours=f"p50 {times['p50_ms']:.0f}, p95 {times['p95_ms']:.0f} ms; {ours:,.0f} pages/s; {total:,} bytes",
        floor=f"{possible:,.0f} reads/s",
        ratio=ours / possible,
        aim=f"p95 ≤ {P95_MS} ms, ≤ {BYTES:,} bytes",
        met=times["p95_ms"] <= P95_MS and total <= BYTES,
        figures={
            **times,
            **weight,
            **{f"without_pause_{name}": value for name, value in latency([each.seconds for each in rate[1]]).items()},
            **{f"floor_{name}": value for name, value in latency(floor[1]).items()},
            "cpu_ms_per_page": round(cpu / len(rate[1]) * 1000, 1),
        },
    )
