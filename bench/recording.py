"""The floor's rows: exactly those our product wrote for one order, replayed with fresh ids.

A row's ``xmin`` is the transaction that wrote it, so the superuser can find every row of one
placement in every table, whatever the schema has become since. Replaying them in plain SQL is what a
careful person would write by hand for this one purpose.
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
import uuid_utils

# Rows that a placement changes rather than makes: the floor updates them with its own statements.
CHANGED = {"inventory_balance", "core_counter"}
PARENTS_FIRST = ["orders_customer", "orders_order", "orders_orderline"]
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[str, ...]
    rows: str  # a JSON array, as text


Demand = tuple[str, str, int]  # item, location, quantity
Catalogue = Sequence[tuple[str, str]]  # id and SKU of the items to draw from


@dataclass(frozen=True)
class Copy:
    """The rows of another order (table → JSON array as text) and what it takes from the shelf."""

    rows: dict[str, str]
    demands: tuple[Demand, ...]


@dataclass(frozen=True)
class Recording:
    """One order's rows by table, parents first, the ids that each copy needs afresh, and its items by id and SKU."""

    tables: tuple[Table, ...]
    ids: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    demands: tuple[Demand, ...]

    @property
    def row_count(self) -> int:
        return sum(len(json.loads(table.rows)) for table in self.tables)

    def copies(self, count: int, catalogue: Catalogue, *, start: int = 0) -> list[Copy]:
        """``count`` other orders of as many items, drawn from the catalogue as `bench.stock.drafts` draws them."""
        rng = random.Random(start)
        return [self._copy(start + number, rng.sample(catalogue, len(self.items))) for number in range(count)]

    def _copy(self, number: int, drawn: Catalogue) -> Copy:
        fresh = {old: str(uuid_utils.uuid7()) for old in self.ids}
        fresh |= {old: new for (old, _), (new, _) in zip(self.items, drawn, strict=True)}
        skus = {old: new for (_, old), (_, new) in zip(self.items, drawn, strict=True)}
        named = re.compile("|".join(map(re.escape, skus)))
        rows = {}
        for table in self.tables:
            text = UUID.sub(lambda match: fresh.get(match[0], match[0]), table.rows)
            text = named.sub(lambda match: skus[match[0]], text)
            rows[table.name] = json.dumps([self._distinct(row, table.name, number) for row in json.loads(text)])
        return Copy(rows, tuple((fresh[item], location, quantity) for item, location, quantity in self.demands))

    @staticmethod
    def _distinct(row: dict, table: str, number: int) -> dict:
        """The few values that are unique within a tenant."""
        unique = {
            "orders_order": {"number": 10_000_000 + number, "external_id": f"floor-{number}"},
            "orders_customer": {"email": f"floor{number}@example.com"},
            "core_idempotencykey": {"key": f"floor-{number}"},
        }
        return {**row, **unique.get(table, {})}


def record(connection: psycopg.Connection, transaction_id: str) -> Recording:
    """Everything the transaction wrote in this database, but for the rows it only changed."""
    tables, items, demands = [], (), ()
    for name in tenant_tables(connection):
        columns = _columns(connection, name)
        found = connection.execute(
            f"SELECT to_jsonb(t) FROM {name} t WHERE t.xmin::text = %s", [str(int(transaction_id) % 2**32)]
        ).fetchall()
        if name in CHANGED or not found:
            continue
        rows = [{column: row[0][column] for column in columns} for row in found]
        tables.append(Table(name, columns, json.dumps(rows)))
        if name == "inventory_reservation":
            demands = tuple((row["item_id"], row["location_id"], row["quantity"]) for row in rows)
        if name == "orders_orderline":
            items = tuple((row["item_id"], row["sku"]) for row in rows)
    order = {name: position for position, name in enumerate(PARENTS_FIRST)}
    tables.sort(key=lambda table: order.get(table.name, len(order)))
    ids = {row["id"] for table in tables for row in json.loads(table.rows) if isinstance(row.get("id"), str)}
    ids |= {row["fact_id"] for table in tables for row in json.loads(table.rows) if row.get("fact_id")}
    return Recording(tuple(tables), tuple(ids), items, demands)


def tenant_tables(connection: psycopg.Connection) -> list[str]:
    return [
        name
        for (name,) in connection.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' "
            "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace "
            "ORDER BY 1"
        )
    ]


def _columns(connection: psycopg.Connection, table: str) -> tuple[str, ...]:
    """All but identity columns, which number themselves."""
    return tuple(
        name
        for (name,) in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
            "AND attidentity = '' ORDER BY attnum",
            [table],
        )
    )
