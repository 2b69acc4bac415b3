"""The floor: the same rows in hand-written SQL, by a role that no policy binds, with nothing around it."""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence

import psycopg

from bench.clients import together
from bench.recording import Catalogue, Copy, Recording, Table

LOCK = """
SELECT id, on_hand, reserved FROM inventory_balance
WHERE tenant_id = %s AND item_id = ANY(%s::uuid[]) AND state = 'sellable'
ORDER BY item_id, location_id, state FOR NO KEY UPDATE
"""
TAKE = """
UPDATE inventory_balance b SET reserved = b.reserved + d.quantity
FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[]) AS d(item_id, location_id, quantity)
WHERE b.tenant_id = %s AND b.item_id = d.item_id AND b.location_id = d.location_id AND b.state = 'sellable'
"""
COUNT_ON = "UPDATE core_counter SET last = last + %s WHERE tenant_id = %s AND name = 'order' RETURNING last"


def insert_sql(table: Table) -> str:
    names = ", ".join(f'"{column}"' for column in table.columns)
    rows = f"jsonb_populate_recordset(NULL::{table.name}, %s::jsonb)"
    return f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {rows}"


def take_stock(connection: psycopg.Connection, copies: Sequence[Copy], tenant_id: int) -> None:
    """Lock in key order, update once: the demand of all these orders, and their numbers."""
    demand: Counter[tuple[str, str]] = Counter()
    for copy in copies:
        for item, location, quantity in copy.demands:
            demand[item, location] += quantity
    items, locations = (list(column) for column in zip(*demand, strict=True))
    connection.execute(LOCK, [tenant_id, items])
    connection.execute(TAKE, [items, locations, list(demand.values()), tenant_id])
    connection.execute(COUNT_ON, [len(copies), tenant_id])


def place_one(connection: psycopg.Connection, recording: Recording, copy: Copy, tenant_id: int) -> None:
    """One order, as careful hand-written code would place it: every statement prepared, one transaction."""
    with connection.transaction():
        take_stock(connection, [copy], tenant_id)
        for table in recording.tables:
            connection.execute(insert_sql(table), [copy.rows[table.name]], prepare=True)


def clients(
    url: str, recording: Recording, catalogue: Catalogue, tenant_id: int, *, count: int, orders: int
) -> tuple[float, list[float]]:
    """``count`` processes place ``orders`` in all; returns the seconds it took and each order's latency."""
    share = orders // count
    shares = [recording.copies(share, catalogue, start=number * share) for number in range(count)]
    return together(_client, shares, url, recording, tenant_id)


def _client(
    wait: Callable[[], object], copies: list[Copy], url: str, recording: Recording, tenant_id: int
) -> list[float]:
    latencies = []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.prepare_threshold = 0
        wait()
        for copy in copies:
            started = time.perf_counter()
            place_one(connection, recording, copy, tenant_id)
            latencies.append(time.perf_counter() - started)
    return latencies


def copy_lines(table: Table, copies: Sequence[Copy]) -> bytes:
    """The rows of many copies in COPY's text format, made before the clock starts."""
    lines = []
    for copy in copies:
        for row in json.loads(copy.rows[table.name]):
            lines.append("\t".join(_copy_text(row[column]) for column in table.columns))
    return ("\n".join(lines) + "\n").encode()


def _copy_text(value: object) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        text = "{" + ",".join(value) + "}" if not value or "{" not in value[0] else json.dumps(value)
    elif isinstance(value, dict | list):
        text = json.dumps(value)
    else:
        text = str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def copy_batch(connection: psycopg.Connection, recording: Recording, copies: Sequence[Copy], tenant_id: int) -> float:
    """One transaction: stock, then COPY straight into every table; returns the seconds from there."""
    payloads = {table.name: copy_lines(table, copies) for table in recording.tables}
    started = time.perf_counter()
    with connection.transaction():
        take_stock(connection, copies, tenant_id)
        for table in recording.tables:
            names = ", ".join(f'"{column}"' for column in table.columns)
            with connection.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as into:
                into.write(payloads[table.name])
    return time.perf_counter() - started
