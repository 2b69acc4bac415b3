"""The floor's rows: exactly those our product wrote for one order, replayed with fresh ids.

A row's ``xmin`` is the transaction that wrote it, so the superuser can find every row of one
placement in every table, whatever the schema has become since. Replaying them in plain SQL is what a
careful person would write by hand for this one purpose.
"""

import json
import re
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


@dataclass(frozen=True)
class Recording:
    """One order's rows by table, parents first, and the ids that each copy needs afresh."""

    tables: tuple[Table, ...]
    ids: tuple[str, ...]
    demands: tuple[tuple[str, str, int], ...]  # item, location, quantity

    @property
    def row_count(self) -> int:
        return sum(len(json.loads(table.rows)) for table in self.tables)

    def copies(self, count: int, *, start: int = 0) -> list[dict[str, str]]:
        """``count`` sets of rows (table → JSON array as text) that could be other orders."""
        return [self._copy(start + number) for number in range(count)]

    def _copy(self, number: int) -> dict[str, str]:
        fresh = {old: str(uuid_utils.uuid7()) for old in self.ids}
        rows = {}
        for table in self.tables:
            text = UUID.sub(lambda match: fresh.get(match[0], match[0]), table.rows)
            rows[table.name] = json.dumps([self._distinct(row, table.name, number) for row in json.loads(text)])
        return rows

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
    tables, demands = [], ()
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
    order = {name: position for position, name in enumerate(PARENTS_FIRST)}
    tables.sort(key=lambda table: order.get(table.name, len(order)))
    ids = {row["id"] for table in tables for row in json.loads(table.rows) if isinstance(row.get("id"), str)}
    ids |= {row["fact_id"] for table in tables for row in json.loads(table.rows) if row.get("fact_id")}
    return Recording(tuple(tables), tuple(ids), demands)


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
