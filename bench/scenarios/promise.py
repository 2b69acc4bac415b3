"""What can be promised by a day, asked over HTTP, and a delivery of ten thousand lines taken in."""

import random
import time
from datetime import date, timedelta
from decimal import Decimal

import psycopg

from bench.ground import Ground, served
from bench.http_load import Call, load
from bench.report import Result, latency
from bench.scenarios.one_order import headers
from oms.run.stand import DATABASE

ITEMS, ORDERS_OF_ONE, LINES_OF_ONE, LINES_TAKEN_IN = 2_000, 5, 1_000, 10_000
AIM = 0.5

# What is free now and what is on order until a day, added up by hand without a thought for who is late.
PROMISE_FLOOR = """
SELECT (SELECT coalesce(sum(on_hand - reserved), 0) FROM inventory_balance
        WHERE tenant_id = %(tenant)s AND item_id = %(item)s AND state = 'sellable')
     + (SELECT coalesce(sum(l.quantity - l.received), 0) FROM inventory_purchaseorderline l
        JOIN inventory_purchaseorder o ON o.tenant_id = l.tenant_id AND o.id = l.purchase_order_id
        WHERE l.tenant_id = %(tenant)s AND l.item_id = %(item)s AND o.state = 'sent' AND o.expected_on <= %(by)s)
"""
# A delivery by hand: the shelves locked and raised, the entries and what came of each line written.
LOCK = """
SELECT id FROM inventory_balance WHERE tenant_id = %(tenant)s AND location_id = %(place)s AND item_id = ANY(%(items)s)
ORDER BY item_id, location_id, state FOR NO KEY UPDATE
"""
RAISE = """
UPDATE inventory_balance SET on_hand = on_hand + 5
WHERE tenant_id = %(tenant)s AND location_id = %(place)s AND state = 'sellable' AND item_id = ANY(%(items)s)
"""
ENTER = """
INSERT INTO inventory_movement (tenant_id, item_id, quantity, from_state, to_location_id, to_state, cause_kind,
                                cause_id, reason, actor_label, happened_at, recorded_at)
SELECT %(tenant)s, item, 5, 'supplier', %(place)s, 'sellable', 'purchase_order', %(order)s, '', 'floor', now(), now()
FROM unnest(%(items)s::uuid[]) AS item
"""
COUNT_LINES = """
UPDATE inventory_purchaseorderline SET received = received + 5
WHERE tenant_id = %(tenant)s AND purchase_order_id = %(order)s
"""


def measure(ground: Ground, *, small: bool) -> list[Result]:
    items, place = _fill(ground)
    return [_promised(ground, items, calls=60 if small else 400), _taken_in(ground, items, place)]


def _promised(ground: Ground, items: list, *, calls: int) -> Result:
    rng, by = random.Random(7), date.today() + timedelta(days=20)
    asked = [rng.choice(items) for _ in range(calls)]
    floor = []
    with psycopg.connect(ground.stand.postgres.url(DATABASE), autocommit=True) as connection:
        connection.prepare_threshold = 0
        for item in asked:
            started = time.perf_counter()
            connection.execute(PROMISE_FLOOR, {"tenant": ground.tenant_id, "item": item, "by": by}).fetchall()
            floor.append(time.perf_counter() - started)
    plain = {name: value for name, value in headers(ground, "").items() if name != "Idempotency-Key"}
    calls_of = [Call("GET", f"/api/v1/atp?item_id={item}&quantity=50&by={by.isoformat()}", plain) for item in asked]
    with served() as (address, _):
        load(address, [calls_of[:10]])
        _, answers = load(address, [calls_of])
    if any(each.status != 200 for each in answers):
        raise RuntimeError("what can be promised was not answered")
    times, by_hand = latency([each.seconds for each in answers]), latency(floor)
    return Result(
        name=f"promised by a day over HTTP, {ORDERS_OF_ONE} orders on their way for each item",
        ours=f"p50 {times['p50_ms']:.0f} ms, p95 {times['p95_ms']:.0f} ms",
        floor=f"p50 {by_hand['p50_ms']:.1f} ms (one hand-written sum, not over HTTP)",
        ratio=by_hand["p50_ms"] / times["p50_ms"],
        figures={**times, **{f"floor_{key}": value for key, value in by_hand.items()}},
    )


def _taken_in(ground: Ground, items: list, place) -> Result:
    """Ours and the floor's take turns, an order of a thousand lines each time."""
    from inventory.actions.purchasing.receive import Delivered, receive_purchase_order
    from oms.core.actors import system
    from oms.core.db.keys import uuid7
    from oms.core.tenancy import unit_of_work

    ours = by_hand = 0.0
    for turn in range(LINES_TAKEN_IN // LINES_OF_ONE):
        lines = items[turn % 2 * LINES_OF_ONE :][:LINES_OF_ONE]
        mine, theirs = (_order(ground, place, lines) for _ in range(2))
        started = time.perf_counter()
        with unit_of_work(ground.tenant_id, system("bench")):
            receive_purchase_order(
                purchase_order_id=mine, receipt_id=uuid7(), delivered=[Delivered(item, 5) for item in lines]
            )
        ours += time.perf_counter() - started
        by_hand += _floor_takes_in(ground, place, lines, theirs)
    return Result(
        name=f"{LINES_TAKEN_IN:,} lines of deliveries taken in, {LINES_OF_ONE:,} at a time",
        ours=f"{LINES_TAKEN_IN / ours:,.0f} lines/s",
        floor=f"{LINES_TAKEN_IN / by_hand:,.0f} lines/s",
        ratio=by_hand / ours,
        figures={"seconds": round(ours, 2), "floor_seconds": round(by_hand, 2)},
    )


def _floor_takes_in(ground: Ground, place, items: list, order) -> float:
    given = {"tenant": ground.tenant_id, "place": place, "items": items, "order": order}
    with psycopg.connect(ground.stand.postgres.url(DATABASE)) as connection:
        started = time.perf_counter()
        for sql in (LOCK, RAISE, ENTER, COUNT_LINES):
            connection.execute(sql, given)
        connection.commit()
        return time.perf_counter() - started


def _order(ground: Ground, place, items: list):
    from inventory.actions.purchasing.send import send_purchase_order
    from inventory.actions.purchasing.write import PurchaseDraft, PurchaseLineDraft, create_purchase_order
    from inventory.models import Supplier
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    with unit_of_work(ground.tenant_id, system("bench")):
        supplier = Supplier.objects.get(code="BENCH")
        lines = [PurchaseLineDraft(item, 10, Decimal("1.50")) for item in items]
        order = create_purchase_order(draft=PurchaseDraft(supplier.id, place, lines))
        return send_purchase_order(purchase_order_id=order.id, mail=False).id


def _fill(ground: Ground) -> tuple[list, object]:
    from inventory.actions.items import ItemDraft, create_items
    from inventory.actions.locations import create_location
    from inventory.actions.purchasing.suppliers import create_supplier
    from inventory.actions.receive import Receipt, set_opening_stock
    from oms.core.actors import system
    from oms.core.tenancy import unit_of_work

    mark = time.time_ns()
    with unit_of_work(ground.tenant_id, system("bench")):
        items = [each.id for each in create_items(items=[ItemDraft(sku=f"PR{mark}-{n:05d}") for n in range(ITEMS)])]
        place = create_location(code=f"PR{mark % 10**9}", name="Promised", priority=40).id
        set_opening_stock(receipts=[Receipt(item, place, 20) for item in items], reason="Generated for a benchmark")
        create_supplier(code="BENCH", name="Bench supplier", currency="GBP", lead_time_days=10)
    for _ in range(ORDERS_OF_ONE):
        for start in range(0, ITEMS, LINES_OF_ONE):
            _order(ground, place, items[start : start + LINES_OF_ONE])
    with ground.admin() as admin:
        admin.execute("ANALYZE inventory_item, inventory_balance, inventory_purchaseorder, inventory_purchaseorderline")
    return items, place
